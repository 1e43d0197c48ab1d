"""A log without a reader may lose lines, never time: clients are served, and every stop ends."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess

import settings
import stuck
from case import HerdTest
from herd import clients
from processes import PLACES
from talk import whatsat_line
from waiting import eventually, stopwatch

# An orderly stop of an idle herd takes half a second, and a stuck log half a second more.
END_SECONDS = 12.2
RECEIVED = "proxyherd_gateway_received_bytes_total"
DROPPED = "proxyherd_log_lines_dropped_total"
TALKATIVE = ["--log_lines_per_second=100000"]


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        pass
    return False


def descriptors(pid):
    """Returns no descriptors for a process that has ended, even if it was not waited for."""
    try:
        return os.listdir(f"/proc/{pid}/fd")
    except (FileNotFoundError, PermissionError):
        return []


def state_of(pid):
    """T: stopped; Z: ended; else nothing."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    state = stat.rsplit(")", maxsplit=1)[1].split()[0]
    return state if state in "TZ" else None


class StuckLogTest(HerdTest):
    def stuck_herd(self, kind, *names):
        """Starts a herd in which the logs of some nodes accept nothing from the first line on."""
        herd = self.make_herd()
        for name in names:
            fd = self.enterContext(stuck.KINDS[kind]())
            herd.members[name].stderr = fd
            if name != PLACES:
                herd.members[name].options = TALKATIVE
        herd.up()
        return herd

    def end(self, herd, name, code=0):
        with stopwatch(f"the end of {name}, whose log is stuck", most=END_SECONDS):
            self.assertEqual(
                herd.members[name].process.wait(END_SECONDS * settings.PATIENCE), code)

    def test_clients_are_served_and_sigterm_ends_it(self):
        for kind in stuck.KINDS:
            with self.subTest(kind=kind):
                herd = self.stuck_herd(kind, "Clark", PLACES)
                names = clients("kiwi-", 6000)
                at_lines = herd.report_many("Clark", names)  # 12,000 lines, beyond the queue
                self.assertEqual(herd.http("Clark", "/healthz"), (200, "ok\n"))
                eventually("lines are dropped",
                           lambda herd=herd: herd.metric("Clark", DROPPED, reason="queue_full") > 0)
                with herd.talk("Clark") as talk:
                    talk.send(whatsat_line("kiwi-0", 10, 1))
                    self.assertEqual(talk.line(), at_lines["kiwi-0"])
                    self.assertIn("displayName", talk.places())
                for name in ("Clark", PLACES):
                    herd.members[name].process.terminate()
                    self.end(herd, name)
                # The neighbours still have the acknowledged reports.
                self.assertEqual(herd.at_line("Bailey", "kiwi-5999"), at_lines["kiwi-5999"])

    def held(self, herd):
        """Delays Clark's end until a WHATSAT is answered, while herd-places is stopped."""
        talk = self.enterContext(herd.talk("Clark"))
        herd.iamat("Clark", "kiwi")
        talk.send(whatsat_line("kiwi", 10, 1))  # connects the node with the places
        talk.line()
        talk.places()
        self.enterContext(herd.stopped(PLACES))
        before = herd.metric("Clark", RECEIVED)
        talk.send(whatsat_line("kiwi", 10, 5))
        eventually("the lookup is under way", lambda: herd.metric("Clark", RECEIVED) > before)

    def test_a_second_signal_ends_it_at_once(self):
        for kind in stuck.KINDS:
            with self.subTest(kind=kind):
                herd = self.stuck_herd(kind, "Clark")
                herd.expected_ends = (0, 143)
                self.held(herd)
                process = herd.members["Clark"].process
                process.terminate()
                eventually("it stops", lambda herd=herd: herd.http("Clark", "/readyz")[0] == 503)
                process.terminate()
                self.end(herd, "Clark", 143)
                self.doCleanups()

    def test_drain_says_that_it_ended_when_it_has(self):
        herd = self.stuck_herd("pipe", "Clark")
        pid = herd.members["Clark"].process.pid
        done = herd.herdctl("drain", "Clark")
        self.assertEqual(descriptors(pid), [])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^Clark ended after \d+\.\d s\n$")
        self.end(herd, "Clark")

    def test_its_last_port_is_given_back_by_its_end(self):
        """Else it would not show from outside that it is still there."""
        herd = self.stuck_herd("pipe", "Clark")
        member = herd.members["Clark"]
        member.process.terminate()
        eventually("HTTP refuses", lambda: refused(member.http), seconds=END_SECONDS, every=0.001)
        self.assertEqual(descriptors(member.process.pid), [])
        self.assertTrue(all(
            refused(port) for port in {member.text, member.grpc, member.dialled}))
        self.end(herd, "Clark")

    def test_drain_says_what_is_left(self):
        herd = self.running_herd()
        self.held(herd)
        done = herd.herdctl("drain", "Clark", "--within=0.2", "--json")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"herdctl: Clark still answers on its gRPC port \(stopping\) "
                         r"after \d+\.\d s; see its log for what it waits for\n$")
        said = json.loads(done.stdout)
        self.assertFalse(said["ended"])
        self.assertEqual(said["left"], "Clark still answers on its gRPC port (stopping)")

    def test_drain_waits_for_the_last_port(self):
        """Stops Clark between its last answer and its end; its log gives the time for that."""
        for _ in range(5):
            herd = self.stuck_herd("pipe", "Clark")
            clark = herd.members["Clark"]
            drain = subprocess.Popen(
                [settings.BIN / "herdctl", "drain", "Clark", "--within=1", f"--herd={herd.file}"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            eventually("gRPC refuses", lambda: refused(clark.grpc), END_SECONDS, 0.001)
            clark.process.send_signal(signal.SIGSTOP)
            state = eventually("it stands or has ended", lambda: state_of(clark.process.pid))
            out, err = drain.communicate(timeout=60)
            clark.process.send_signal(signal.SIGCONT)
            self.end(herd, "Clark")
            if state == "T":
                self.assertEqual((out, drain.returncode), ("", 1), err)
            if "Clark still takes connections on its HTTP port after " in err:
                return
            self.doCleanups()  # it was too early, and gRPC had not closed all, or too late
        self.fail(f"five times not at the right moment; the last time: {err}")


class StuckStartTest(HerdTest):
    """Errors before the first client: the reason may be lost, but not the exit code."""

    def setUp(self):
        self.herd = self.make_herd()

    def check_ends(self, cases):
        """Each is an exit code and a command. All run at once, with a stuck stderr of each kind."""
        with contextlib.ExitStack() as stack:
            running = [(code, command, kind, subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=stack.enter_context(stuck.KINDS[kind]())))
                for code, command in cases for kind in stuck.KINDS]
            for code, command, kind, process in running:
                stack.callback(process.kill)
                with self.subTest(kind=kind, command=command[-1]):
                    self.assertEqual(process.wait(20 * settings.PATIENCE), code)

    def test_exit_codes(self):
        node = (settings.BIN / "herd-node", f"--herd={self.herd.file}", "--name=Clark")
        places = (settings.BIN / "herd-places", f"--herd={self.herd.file}")
        for program, member in ((node, "Clark"), (places, PLACES)):
            self.check_ends([(2, program[:1]), (2, (*program, "--colour=red")),
                             (2, (*program, "--log_file=/nowhere/log"))])
            ports = self.herd.members[member]
            for port in {ports.grpc, ports.http, ports.dialled}:
                with socket.create_server(("127.0.0.1", port)):
                    self.check_ends([(1, program)])

    def test_a_crash(self):
        herd = self.herd
        herd.expected_ends = (0, -signal.SIGABRT)
        with stuck.pipe() as fd:
            herd.members["Clark"].stderr = fd
            herd.up()
            process = herd.members["Clark"].process
            process.send_signal(signal.SIGABRT)
            self.assertEqual(process.wait(20 * settings.PATIENCE), -signal.SIGABRT)
