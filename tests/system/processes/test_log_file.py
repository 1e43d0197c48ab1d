"""Tests --log_file: appended, reopened at SIGUSR1, and no reason to end if it cannot be written."""

import os
import resource
import signal
import stat
import subprocess

import settings
from case import HerdTest
from processes import PLACES
from waiting import eventually

SERVERS = ("Clark", PLACES)
DROPPED = "proxyherd_log_lines_dropped_total"


class LogFileTest(HerdTest):
    def herd_with_log(self, *names, path=None):
        """Starts a herd in which some nodes log to a file; their stderr is in their usual logs."""
        herd = self.make_herd(nodes=("Bona", "Clark"), links=(("Bona", "Clark"),))
        for name in names:
            herd.members[name].options = [f"--log_file={path or herd.folder / name}"]
        return herd

    @staticmethod
    def send(herd, name, number):
        herd.members[name].process.send_signal(number)

    def test_it_is_appended_to_and_opened_again(self):
        herd = self.herd_with_log(*SERVERS)
        herd.members["Clark"].before = lambda: os.umask(0o022)
        herd.up()
        for name in SERVERS:
            path, moved = herd.folder / name, herd.folder / f"{name}.1"
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)
            self.assertRegex(path.read_text(encoding="utf-8"),
                             f"^[-0-9]+T[0-9:.]+Z info {name}: I am starting: herd-")
            path.rename(moved)
            herd.iamat("Clark", "between")
            before = moved.read_text(encoding="utf-8")
            self.send(herd, name, signal.SIGUSR1)
            eventually("it is there again", path.exists)
            eventually("it says so", lambda path=path: f"log file {path} reopened (SIGUSR1)" in
                       path.read_text(encoding="utf-8"))
            self.assertTrue(moved.read_text(encoding="utf-8").startswith(before))
        herd.iamat("Clark", "after")
        path, moved = herd.folder / "Clark", herd.folder / "Clark.1"
        eventually("new lines are in the new file",
                   lambda: "IAMAT after" in path.read_text(encoding="utf-8"))
        self.assertIn("IAMAT between", moved.read_text(encoding="utf-8"))
        self.assertNotIn("IAMAT after", moved.read_text(encoding="utf-8"))
        self.assertEqual(herd.stop("Clark"), 0)
        self.assertTrue(path.read_text(encoding="utf-8").endswith("info Clark: stopped\n"))
        self.assertEqual(herd.log("Clark"), "")
        herd.up("Clark")
        self.assertIn("stopped\n", path.read_text(encoding="utf-8"), "it was appended to")

    def test_a_closed_stderr_is_not_taken_for_a_socket(self):
        herd = self.herd_with_log()
        for name in SERVERS:
            herd.members[name].before = lambda: os.close(2)
        herd.up()
        herd.iamat("Clark", "kiwi")
        for name in SERVERS:
            stderr = os.readlink(f"/proc/{herd.members[name].process.pid}/fd/2")
            self.assertEqual(stderr, "/dev/null")

    def test_without_it_the_signal_is_only_told(self):
        herd = self.herd_with_log()
        herd.up()
        for name in SERVERS:
            self.send(herd, name, signal.SIGUSR1)
            eventually("it is told", lambda name=name:
                       "SIGUSR1 ignored: there is no --log_file" in herd.log(name))
        self.assertTrue(herd.ready("Clark"))

    def test_a_full_disk_costs_lines_and_nothing_else(self):
        herd = self.herd_with_log()
        path = herd.folder / "log"
        path.symlink_to("/dev/full")
        herd.members["Clark"].options = [f"--log_file={path}"]
        herd.up()
        herd.iamat("Clark", "lost")
        eventually("lines are counted",
                   lambda: herd.metric("Clark", DROPPED, reason="write_failed") > 2)
        path.unlink()  # there is room again
        self.send(herd, "Clark", signal.SIGUSR1)
        eventually("it says what was lost",
                   lambda: path.exists() and "(No space left on device)" in
                   path.read_text(encoding="utf-8"))
        self.assertRegex(path.read_text(encoding="utf-8"),
                         r"\d+ log lines were not written \(No space left on device\)")
        path.unlink()
        path.symlink_to("/dev/full")
        self.send(herd, "Clark", signal.SIGUSR1)
        herd.iamat("Clark", "lost-again")
        self.assertEqual(herd.stop("Clark"), 0)

    def test_a_limit_on_the_size_of_files_does_not_end_it(self):
        """By default the first write beyond the limit raises SIGXFSZ, which ends a process."""
        herd = self.herd_with_log("Clark")
        herd.members["Clark"].before = lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        herd.up()
        for _ in range(10):
            herd.iamat("Clark", "much")
        eventually("lines are counted",
                   lambda: herd.metric("Clark", DROPPED, reason="write_failed") > 0)
        self.assertEqual((herd.folder / "Clark").stat().st_size, 1000)
        self.assertEqual(herd.stop("Clark"), 0)

    def test_errors_at_the_start(self):
        herd = self.herd_with_log()
        log = herd.folder / "error.log"
        for program in ((settings.BIN / "herd-node", "--name=Clark"),
                        (settings.BIN / "herd-places",)):
            with self.subTest(program=program[0].name):
                command = (*program, f"--herd={herd.file}")
                done = self.run_to_its_end(*command, f"--log_file={herd.folder}", "--colour=red")
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"--log_file={herd.folder}: cannot be opened: Is a directory",
                              done.stderr)
                self.assertIn("--colour=red", done.stderr)
                done = self.run_to_its_end(*command, f"--log_file={log}", "--check_config")
                self.assertEqual((done.returncode, log.exists()), (0, False))
                # Lines that an operator would not look for in the file are also on stderr.
                done = self.run_to_its_end(*command, f"--log_file={log}", "--listen=192.0.2.1",
                                           "--insecure_peers")
                self.assertEqual(done.returncode, 1)
                self.assertIn("cannot listen on 192.0.2.1", done.stderr)
                self.assertIn("cannot listen on 192.0.2.1", log.read_text(encoding="utf-8"))
                log.unlink()

    @staticmethod
    def run_to_its_end(*command):
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False,
                              timeout=20 * settings.PATIENCE)

    def test_a_crash_leaves_its_stack_in_it(self):
        herd = self.herd_with_log("Clark")
        herd.expected_ends = (0, -signal.SIGABRT)
        herd.up()
        process = herd.members["Clark"].process
        process.send_signal(signal.SIGABRT)
        self.assertEqual(process.wait(20 * settings.PATIENCE), -signal.SIGABRT)
        for text in (herd.log("Clark"), (herd.folder / "Clark").read_text(encoding="utf-8")):
            self.assertIn("SIGABRT received", text)
