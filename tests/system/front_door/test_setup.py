"""Tests how ./herd installs packages and builds."""

import os
import pathlib
import pty
import subprocess

from scratch import FAKES, ScratchTest

ASK_SECONDS = 20


class SetupTest(ScratchTest):
    def apt_calls(self):
        log = self.state / "apt-get"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def test_missing_packages_are_installed(self):
        text = self.herd("up", FAKE_MISSING="libspdlog-dev")
        self.assertIn("Missing packages: libspdlog-dev", text)
        self.assertEqual(self.apt_calls(), [
            "apt-get update", "apt-get install -y --no-install-recommends libspdlog-dev"])
        self.assert_all_run()

    def test_nothing_is_installed_when_nothing_is_missing(self):
        self.herd("up")
        self.assertEqual(self.apt_calls(), [])

    def test_no_install_names_what_is_missing_and_stops(self):
        text = self.herd("up", expect=1, FAKE_MISSING="libspdlog-dev", HERD_NO_INSTALL="1")
        self.assertIn("Missing packages: libspdlog-dev", text)
        self.assertIn("apt-get install -y --no-install-recommends libspdlog-dev", text)
        self.assertEqual(self.apt_calls(), [])
        self.assertFalse((self.folder / "build").exists(), "it built all the same")

    def test_an_installation_that_fails_is_told(self):
        text = self.herd("up", expect=1, FAKE_MISSING="libspdlog-dev", FAKE_APT="fails")
        self.assertIn("E: Unable to locate package", text)
        self.assertIn("could not be installed", text)
        self.assertFalse((self.folder / "build").exists(), "it built all the same")

    def test_without_root_and_sudo_the_command_is_named(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become another user")
        for path in (self.folder, *self.folder.rglob("*")):
            os.chmod(path, 0o777)
        # A PATH with everything but sudo.
        tools = self.folder / "path"
        tools.mkdir()
        for folder in ("/usr/bin", "/bin"):
            for program in pathlib.Path(folder).iterdir():
                link = tools / program.name
                if program.name != "sudo" and not link.is_symlink():
                    link.symlink_to(program)
        environment = {**self.environment, "PATH": f"{FAKES}:{tools}",
                       "FAKE_MISSING": "libspdlog-dev"}
        done = subprocess.run(["./herd", "up"], cwd=self.folder, env=environment, user=65534,
                              group=65534, extra_groups=[], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("only root can install them", done.stdout)
        self.assertIn("apt-get install -y --no-install-recommends libspdlog-dev", done.stdout)
        self.assertEqual(self.apt_calls(), [])

    def ask_on_terminal(self, answer):
        """Runs `up` on a terminal with a package missing; returns its exit code and output."""
        environment = {**self.environment, "FAKE_MISSING": "libspdlog-dev", "TERM": "xterm"}
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(self.folder / "herd", ["herd", "up"], environment)
        text = b""
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            if not piece:
                break
            text += piece
            if text.endswith(b"[Y/n] "):
                os.write(terminal, answer)
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text.decode()

    def test_on_a_terminal_it_asks_first(self):
        code, text = self.ask_on_terminal(b"n\n")
        self.assertEqual(code, 1, text)
        self.assertIn("Install them as root with:", text)
        self.assertEqual(self.apt_calls(), [])

    def test_on_a_terminal_yes_is_the_default(self):
        code, text = self.ask_on_terminal(b"\n")
        self.assertEqual(code, 0, text)
        self.assertEqual(len(self.apt_calls()), 2)

    def test_a_build_that_fails_shows_its_first_error(self):
        text = self.herd("up", expect=1, FAKE_BUILD="fails")
        self.assertIn("core/table.cc:7:3: error: expected ';'", text)
        self.assertIn("build/log/build-release.log", text)
        log = self.folder / "build" / "log" / "build-release.log"
        self.assertIn("subcommand failed", log.read_text(encoding="utf-8"))
        self.assert_none_runs()

    def test_a_build_that_fails_leaves_a_running_herd_alone(self):
        self.herd("up")
        self.herd("up", expect=1, FAKE_BUILD="fails")
        self.assert_all_run()
