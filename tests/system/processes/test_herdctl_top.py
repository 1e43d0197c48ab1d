"""Tests herdctl top: one table, lines of JSON, and a live table on a real (pseudo) terminal."""

import contextlib
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import fcntl
import termios

import settings
from case import HerdTest
from waiting import eventually

TWO = {"nodes": ("Bona", "Clark"), "links": (("Bona", "Clark"),)}
ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"


class Terminal:
    """herdctl on a separate terminal."""

    def __init__(self, herd, *words, lines=24, columns=100, **environment):
        self.master, self.slave = pty.openpty()
        self.resize(lines, columns)
        self.before = termios.tcgetattr(self.slave)
        self.text = ""
        self.process = subprocess.Popen(
            [settings.BIN / "herdctl", "top", "--interval=0.1", f"--herd={herd.file}", *words],
            stdin=self.slave, stdout=self.slave, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, **environment})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.slave)
        os.close(self.master)

    def resize(self, lines, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def shown(self):
        """Returns everything shown so far."""
        while select.select([self.master], [], [], 0)[0]:
            self.text += os.read(self.master, 65536).decode()
        return self.text

    def frames(self):
        """Returns each drawing that starts at the top, without escape sequences."""
        return [re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", frame)
                for frame in self.shown().split("\x1b[H")[1:]]

    def wait_frames(self, holds, what="a frame"):
        return eventually(what, lambda: next(filter(holds, self.frames()), None))

    def keys(self, text):
        os.write(self.master, text)

    def end(self):
        """Returns the exit code; keeps reading the output, so that the program can end."""
        return eventually("it ends", lambda: self.shown() and self.process.poll() is not None
                          and [self.process.returncode])[0]


class TopTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd(**TWO)

    def restored(self, terminal):
        self.assertEqual(terminal.shown().count(ENTER), 1)
        self.assertEqual(terminal.shown().count(LEAVE), 1)
        self.assertNotIn("\x1b[H", terminal.shown().split(LEAVE)[1])
        self.assertEqual(termios.tcgetattr(terminal.slave), terminal.before)

    def test_one_table(self):
        done = self.herd.herdctl("top", "--once", "--interval=0.1")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotIn("\x1b", done.stdout)
        self.assertIn("Herd seed at ", done.stdout)
        for node in TWO["nodes"]:
            self.assertRegex(done.stdout, rf"(?m)^{node} +serving +\d+ +\d+ +\d+ +1/1 .*%.*MiB")

    def test_what_two_looks_tell(self):
        before = self.herd.metric("Clark", "proxyherd_gateway_connections")
        with self.herd.talk("Clark"):
            eventually("the connection counts",
                       lambda: self.herd.metric("Clark", "proxyherd_gateway_connections") > before)
            said = json.loads(self.herd.herdctl("top", "--once", "--json", "--interval=0.1").stdout)
        clark = next(node for node in said["nodes"] if node["name"] == "Clark")
        self.assertGreaterEqual(clark["connections"], 1)
        self.assertGreater(clark["resident_bytes"], 1 << 20)
        self.assertGreater(clark["cpu_seconds"], 0)
        self.assertIsNotNone(clark["reports_per_second"])
        reports = clark["reports"]
        self.herd.iamat("Clark", "kiwi")
        said = json.loads(self.herd.herdctl("top", "--once", "--json", "--interval=0.1").stdout)
        self.assertEqual(next(node for node in said["nodes"] if node["name"] == "Clark")["reports"],
                         reports + 1)

    def test_json_is_a_line_for_each_look(self):
        with subprocess.Popen(
                [settings.BIN / "herdctl", "top", "--json", "--interval=0.1",
                 f"--herd={self.herd.file}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as top:
            lines = [json.loads(top.stdout.readline()) for _ in range(3)]
            top.kill()
        self.assertIsNone(lines[0]["nodes"][0]["reports_per_second"])
        self.assertIsNotNone(lines[1]["nodes"][0]["reports_per_second"])
        self.assertLess(lines[0]["time"], lines[2]["time"])

    def test_without_a_terminal_it_says_what_to_do(self):
        done = self.herd.herdctl("top")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("use --once", done.stderr)
        for wrong in ("0", "0.05", "3601", "soon"):
            self.assertEqual(self.herd.herdctl("top", f"--interval={wrong}").returncode, 2)

    def test_a_live_table_goes_on_and_every_way_to_end_it_restores_the_terminal(self):
        ends = {"q": lambda top: top.keys(b"q"), "Ctrl-C": lambda top: top.keys(b"\x03"),
                "SIGTERM": lambda top: top.process.send_signal(signal.SIGTERM),
                "SIGHUP": lambda top: top.process.send_signal(signal.SIGHUP)}
        for name, end in ends.items():
            with self.subTest(end=name), Terminal(self.herd) as top:
                eventually("three frames", lambda top=top: len(top.frames()) > 3)
                self.assertIn("Clark  serving", top.frames()[0])
                self.assertIn("q quits", top.frames()[0])
                self.assertNotEqual(termios.tcgetattr(top.slave), top.before)
                end(top)
                self.assertEqual(top.end(), 0)
                self.restored(top)

    def test_a_node_that_dies_is_seen(self):
        herd = self.running_herd(**TWO)
        with Terminal(herd) as top:
            top.wait_frames(lambda frame: "Clark  serving" in frame)
            herd.kill("Clark")
            frame = top.wait_frames(lambda frame: "Clark  down" in frame)
            self.assertIn("1 of 2 nodes serve", frame)
            herd.up("Clark")
            top.keys(b"q")
            self.assertEqual(top.end(), 0)

    def test_it_fits_the_terminal_also_when_that_changes(self):
        with Terminal(self.herd, lines=10, columns=30) as top:
            eventually("a frame", lambda: len(top.frames()) > 2)
            for frame in top.frames()[:2]:
                self.assertLessEqual(max(map(len, frame.splitlines())), 30)
                self.assertLess(frame.count("\n"), 10)
            top.resize(24, 120)
            os.killpg(top.process.pid, signal.SIGWINCH)
            top.wait_frames(lambda frame: "MEMORY" in frame, "a wide frame")
            top.keys(b"q")
            top.end()

    def test_colours_are_for_terminals_and_not_with_no_color(self):
        for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False),
                                      ({"NO_COLOR": ""}, True)):
            with self.subTest(environment), contextlib.ExitStack() as stack:
                top = stack.enter_context(Terminal(self.herd, **environment))
                top.wait_frames(lambda frame: "Clark  serving" in frame)
                self.assertEqual("\x1b[32m" in top.shown(), coloured)
