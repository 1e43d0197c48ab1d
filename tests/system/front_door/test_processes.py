"""Tests how ./herd starts and ends processes."""

import os
import re
import signal
import socket
import subprocess
import time

from scratch import ScratchTest, alive


class ProcessesTest(ScratchTest):
    def test_up_builds_starts_and_suggests(self):
        text = self.herd("up")
        self.assertIn("Built build/release", text)
        self.assertIn("Starting Ann Bob places.", text)
        self.assertIn("3 of 3 serve", text)
        self.assertRegex(text, r"Try:  \./herd client Bob\n +IAMAT \S+ \S+ \d+\.\d{9}\n +WHATSAT")
        self.assert_all_run()

    def test_members_do_not_hang_on_to_the_terminal(self):
        self.herd("up")
        for pid in self.pids().values():
            self.assertEqual(os.getsid(pid), pid)
            self.assertEqual(os.readlink(f"/proc/{pid}/fd/0"), "/dev/null")

    def test_up_twice_changes_nothing(self):
        self.herd("up")
        before = self.pids()
        self.assertIn("The herd is already running.", self.herd("up"))
        self.assertEqual(self.pids(), before)

    def test_up_completes_a_half_running_herd(self):
        self.herd("up")
        before = self.pids()
        self.herd("kill", "Bob")
        self.assertIn("Starting Bob.", self.herd("up"))
        self.assert_all_run()
        self.assertEqual(self.pid("Ann"), before["Ann"])
        self.assertNotEqual(self.pid("Bob"), before["Bob"])

    def test_options_go_to_the_places_and_stay_until_down(self):
        options = ["--places=google", "--places_api_key_file=a key.txt"]

        def given():
            text = self.command_of(self.pid("places"))
            return [option in text for option in options]
        self.herd("up", *options)
        self.assertEqual(given(), [True, True])
        self.assertNotIn("google", self.command_of(self.pid("Ann")))
        self.herd("kill", "places")
        self.herd("start", "places")
        self.assertEqual(given(), [True, True])
        before = self.pids()
        self.herd("up")
        self.herd("up", *options)
        self.assertEqual(self.pids(), before)
        self.herd("down")
        self.herd("up")
        self.assertEqual(given(), [False, False])

    def test_other_options_restart_the_places_alone(self):
        self.herd("up")
        before = self.pids()
        text = self.herd("up", "--places=google")
        self.assertIn("Stopping places, which is running with other options.", text)
        self.assertIn("Starting places.", text)
        self.assert_all_run()
        self.assertEqual(self.pid("Ann"), before["Ann"])
        self.assertIn("--places=google", self.command_of(self.pid("places")))

    def test_up_takes_nothing_but_options(self):
        self.assertIn("takes options of herd-places", self.herd("up", "Ann", expect=2))

    def test_two_ups_at_once_start_one_herd(self):
        command = [self.folder / "herd", "up"]
        runs = [subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, text=True) for _ in range(2)]
        texts = [run.communicate()[0] for run in runs]
        self.assertEqual([run.returncode for run in runs], [0, 0], texts)
        self.assertEqual(sum("already running" in text for text in texts), 1, texts)
        self.assert_all_run()

    def test_a_port_in_use_is_named_with_its_holder(self):
        for port in (self.ports[3], self.ports[8]):
            with self.subTest(port=port), socket.create_server(("127.0.0.1", port)):
                text = self.herd("up", expect=1)
                self.assertIn(
                    f"port {port}, which Bob needs, is held by process {os.getpid()} (", text)
                self.assert_none_runs()

    def test_all_ports_in_use_are_named_at_once(self):
        with socket.create_server(("127.0.0.1", self.ports[1])), \
                socket.create_server(("127.0.0.1", self.ports[7])):
            text = self.herd("up", expect=1)
        self.assertIn(f"port {self.ports[1]}, which Ann needs", text)
        self.assertIn(f"port {self.ports[7]}, which places needs", text)

    def test_a_member_that_ends_at_once_is_shown_with_its_log(self):
        self.order("broken", "Bob")
        start = time.monotonic()
        text = self.herd("up", expect=1)
        self.assertIn("Bob has ended. The end of run/Bob.log:", text)
        self.assertIn("herd.conf:3: port: expected a number", text)
        self.assertNotIn("Ann has ended", text)
        self.assertLess(time.monotonic() - start, 20, "it waited for what could not come")

    def test_a_member_that_does_not_serve_is_shown_with_its_log(self):
        self.order("deaf", "Bob")
        text = self.herd("up", expect=1)
        self.assertIn("Bob runs but does not serve", text)
        self.assertNotIn("Ann runs but", text)

    def test_stop_kill_and_start_one_member(self):
        self.herd("up")
        self.assertIn("Stopped Ann.", self.herd("stop", "Ann"))
        self.assertFalse(self.pid("Ann"))
        self.assertIn("Ann is not running.", self.herd("stop", "Ann"))
        self.assertIn("Started Ann.", self.herd("start", "Ann"))
        self.assertIn("Ann is already running.", self.herd("start", "Ann"))
        bob = self.pid("Bob")
        self.assertIn("./herd start Bob", self.herd("kill", "Bob"))
        self.assertFalse(alive(bob))
        self.assertIn("Bob is not running.", self.herd("kill", "Bob"))
        self.herd("start", "Bob")
        self.assert_all_run()

    def test_start_tells_why_a_member_does_not_serve(self):
        self.herd("up")
        self.herd("stop", "Ann")
        self.order("broken", "Ann")
        text = self.herd("start", "Ann", expect=1)
        self.assertIn("expected a number", text)

    def test_down_stops_the_places_last(self):
        self.herd("up")
        before = self.pids()
        self.assertIn("Stopped Ann Bob places.", self.herd("down"))
        self.assertFalse(any(map(alive, before.values())))
        stopped = (self.folder / "run" / "fake" / "stopped").read_text(encoding="utf-8").split()
        self.assertEqual((sorted(stopped[:2]), stopped[2]), (["Ann", "Bob"], "places"))
        self.assertIn("Nothing is running.", self.herd("down"))

    def test_a_member_that_does_not_stop_is_killed(self):
        processes = self.folder / "tools" / "herd.d" / "process.sh"
        text = processes.read_text(encoding="utf-8")
        processes.write_text(re.sub(r"STOP_SECONDS=\d+", "STOP_SECONDS=1", text), encoding="utf-8")
        self.order("stubborn", "Ann")
        self.herd("up")
        ann = self.pid("Ann")
        self.assertIn("Ann did not stop within 1 s; killing it", self.herd("stop", "Ann"))
        self.assertFalse(alive(ann))

    def test_a_strangers_process_is_left_alone(self):
        stranger = subprocess.Popen(["sleep", "60"])
        try:
            (self.folder / "run" / "Ann.pid").write_text(f"{stranger.pid}\n", encoding="utf-8")
            self.assertIn("Ann is not running.", self.herd("kill", "Ann"))
            self.herd("up")
            self.assertNotEqual(self.pid("Ann"), stranger.pid)
            self.herd("down")
            self.assertIsNone(stranger.poll())
        finally:
            stranger.kill()
            stranger.wait()

    def test_a_member_is_told_from_its_namesake_in_another_folder(self):
        other = ProcessesTest("test_up_twice_changes_nothing")
        other.setUp()
        self.addCleanup(other.doCleanups)
        other.herd("up")
        (self.folder / "run" / "Ann.pid").write_text(f"{other.pid('Ann')}\n", encoding="utf-8")
        self.assertIn("Ann is not running.", self.herd("kill", "Ann"))
        other.assert_all_run()

    def test_a_garbled_pid_file_does_no_harm(self):
        for text in ("", "-1\n", "Clark\n", "999999999\n"):
            (self.folder / "run" / "Ann.pid").write_text(text, encoding="utf-8")
            self.assertIn("Ann is not running.", self.herd("kill", "Ann"))

    def test_the_client_is_herdctls(self):
        self.herd("up")
        self.assertEqual(self.herd("client", "Ann"),
                         "herdctl client Ann --herd=deploy/herd.conf\n")
        self.assertIn("client 127.0.0.1:99", self.herd("client", "127.0.0.1:99"))

    def test_ctrl_c_while_waiting_leaves_nothing_behind(self):
        self.order("deaf", "Bob")
        run = subprocess.Popen([self.folder / "herd", "up"], env=self.environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                               start_new_session=True)
        for line in run.stdout:
            if line.startswith("Starting"):
                break
        time.sleep(0.5)
        os.killpg(run.pid, signal.SIGINT)
        rest = run.communicate(timeout=20)[0]
        self.assertNotIn("Try:", rest)
        self.assertNotEqual(run.returncode, 0)
