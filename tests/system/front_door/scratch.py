"""A copy of ./herd in a separate folder, with stand-ins for its programs, and free ports."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "system" / "processes"))
from ports import LINK_PORTS, free_ports  # noqa: E402: found by the line above
FAKES = pathlib.Path(__file__).resolve().parent / "fakes"
MEMBERS = ["Ann", "Bob", "places"]
COMMAND_SECONDS = 60


def alive(pid):
    """Returns true if the process runs; one that has ended but was not waited for does not."""
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return state.rsplit(")", 1)[1].split()[0] != "Z"


class ScratchTest(unittest.TestCase):
    """Each test has a herd of Ann, Bob and places, which is neither built nor running."""

    # Where the stand-in for ninja takes the programs that it "builds" from.
    programs = FAKES
    # Whether Bob has a port for links; Ann has none.
    link_port = True

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="herd-front-door-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        shutil.copy(ROOT / "herd", self.folder)
        shutil.copytree(ROOT / "tools" / "herd.d", self.folder / "tools" / "herd.d")
        self.make_herd_file()
        (self.folder / "run" / "fake").mkdir(parents=True)
        self.state = self.folder / "state"
        self.state.mkdir()
        self.environment = {
            "PATH": f"{FAKES}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder),
            "FAKE_PROGRAMS": str(self.programs), "FAKE_STATE": str(self.state), "LC_ALL": "C.UTF-8"}
        self.addCleanup(self.end_members)

    def make_herd_file(self):
        self.ports = free_ports(9)
        p = self.ports
        link = f" link={p[8]}" if self.link_port else ""
        (self.folder / "deploy").mkdir()
        (self.folder / "deploy" / "herd.conf").write_text(
            "herd test\n"
            f"node Ann host=127.0.0.1 text={p[0]} grpc={p[1]} http={p[2]} at=+1+1\n"
            f"node Bob host=127.0.0.1 text={p[3]} grpc={p[4]} http={p[5]}{link} at=+1+1\n"
            "link Ann Bob\n"
            f"places host=127.0.0.1 grpc={p[6]} http={p[7]}\n", encoding="utf-8")

    def end_members(self):
        for name in MEMBERS:
            pid = self.pid(name)
            if pid and alive(pid) and str(self.folder) in self.command_of(pid):
                os.kill(pid, signal.SIGKILL)

    def herd(self, *arguments, expect=0, **environment):
        """Runs ./herd; returns everything that it printed. `expect` is its exit code."""
        done = subprocess.run(
            [self.folder / "herd", *arguments], env={**self.environment, **environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=COMMAND_SECONDS, check=False)
        self.assertEqual(done.returncode, expect, done.stdout)
        return done.stdout

    def order(self, what, name):
        """Changes how a fake member behaves; see fakes/herd-node."""
        (self.folder / "run" / "fake" / f"{what}-{name}").touch()

    def pid(self, name):
        try:
            return int((self.folder / "run" / f"{name}.pid").read_text(encoding="utf-8"))
        except OSError:
            return None

    def pids(self):
        return {name: self.pid(name) for name in MEMBERS}

    @staticmethod
    def command_of(pid):
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")

    def assert_all_run(self):
        for name, pid in self.pids().items():
            self.assertTrue(pid and alive(pid), f"{name} does not run")

    def assert_none_runs(self):
        for name, pid in self.pids().items():
            self.assertFalse(pid and alive(pid), f"{name} runs")
