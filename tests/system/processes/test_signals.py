"""Tests the effect of each signal: none that operators and tools send ends a server silently."""

import os
import signal

import settings
from case import HerdTest
from processes import PLACES
from waiting import eventually

SERVERS = ("Clark", PLACES)
# Each would by default end a process.
TOLD = {signal.SIGVTALRM: "Virtual timer expired", signal.SIGPROF: "Profiling timer expired",
        signal.SIGIO: "I/O possible", signal.SIGPWR: "Power failure",
        signal.SIGSTKFLT: "Stack fault", signal.SIGRTMIN: "Real-time signal 0",
        signal.SIGRTMAX: "Real-time signal 30"}
SILENT = (signal.SIGPIPE, signal.SIGALRM, signal.SIGXFSZ, signal.SIGTTOU)
STARTS_TOLD = {signal.SIGHUP: "configuration reloaded (SIGHUP)",
               signal.SIGUSR1: "SIGUSR1 ignored", signal.SIGPROF: "Profiling timer expired"}


def status(pid, field):
    """Returns a set of signals of a process, as a number."""
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return next(int(line.split()[1], 16) for line in lines if line.startswith(field))


def waits_for_signals(pid):
    """Returns true if SIGTERM is blocked, which means that a thread waits for it."""
    return status(pid, "SigBlk:") & 1 << signal.SIGTERM - 1


def pending(pid):
    return status(pid, "ShdPnd:")


class SignalsTest(HerdTest):
    def small_herd(self):
        return self.make_herd(nodes=("Bona", "Clark"), links=(("Bona", "Clark"),))

    def test_those_without_a_meaning_change_nothing(self):
        herd = self.small_herd()
        herd.up()
        for name in SERVERS:
            process = herd.members[name].process
            for number in (*SILENT, *TOLD):
                process.send_signal(number)
            for number, words in TOLD.items():
                eventually(f"{name} tells of {number}", lambda name=name, words=words:
                           f"({words}) ignored: it has no meaning here" in herd.log(name))
            self.assertIsNone(process.poll())
        self.assertTrue(herd.iamat("Clark", "kiwi"))

    def test_one_that_comes_during_the_start_waits(self):
        """The signals are pending before the program begins, so they certainly come first."""
        def send():
            signal.pthread_sigmask(signal.SIG_BLOCK, list(STARTS_TOLD))
            for number in STARTS_TOLD:
                os.kill(os.getpid(), number)

        herd = self.small_herd()
        for name in SERVERS:
            herd.members[name].before = send
        herd.up()
        for name in SERVERS:
            for words in STARTS_TOLD.values():
                eventually(f"{name} tells: {words}",
                           lambda name=name, words=words: words in herd.log(name))

    def test_sigquit_ends_in_order(self):
        herd = self.small_herd()
        herd.up()
        for name in SERVERS:
            process = herd.members[name].process
            process.send_signal(signal.SIGQUIT)
            self.assertEqual(process.wait(13 * settings.PATIENCE), 0)
            self.assertIn("stopping (Quit)", herd.log(name))
            self.assertIn(": stopped\n", herd.log(name))

    def test_a_second_sigquit_ends_at_once(self):
        herd = self.small_herd()
        herd.expected_ends = (0, 131)
        herd.up()
        process = herd.members["Clark"].process
        with herd.talk("Clark") as talk:
            talk.socket.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:  # it will be given time to take its replies
                    talk.socket.send(b"never read\n" * 1000)
            process.send_signal(signal.SIGQUIT)
            eventually("it stops", lambda: "stopping (Quit)" in herd.log("Clark"))
            process.send_signal(signal.SIGQUIT)
            self.assertEqual(process.wait(13 * settings.PATIENCE), 131)
        self.assertIn("(Quit, the second signal)", herd.log("Clark"))

    def test_sigusr2_is_what_herdctl_drain_asks_for(self):
        herd = self.small_herd()
        herd.up()
        for name in SERVERS:
            process = herd.members[name].process
            process.send_signal(signal.SIGUSR2)
            self.assertEqual(process.wait(13 * settings.PATIENCE), 0)
            self.assertIn("stopping (asked to drain)", herd.log(name))

    def test_a_second_signal_ends_one_that_waits_for_a_file(self):
        """A FIFO without a writer plays a disk that does not answer."""
        herd = self.small_herd()
        herd.expected_ends = (0, 143)
        fifo = herd.folder / "options"
        os.mkfifo(fifo)
        for name in SERVERS:
            herd.members[name].options = [f"--config={fifo}"]
            herd.start(name)  # it never gets as far as a log
            process = herd.members[name].process
            eventually(f"{name} has begun", lambda process=process: waits_for_signals(process.pid))
            process.terminate()
            eventually("the first signal is taken",
                       lambda process=process: pending(process.pid) == 0)
            process.terminate()
            self.assertEqual(process.wait(10 * settings.PATIENCE), 143)
            self.assertIn("(Terminated, the second signal)", herd.log(name))
            herd.members[name].options = []
        fifo.unlink()
        fifo.write_text("", encoding="ascii")
        herd.members["Clark"].options = [f"--config={fifo}"]
        herd.up()
        fifo.unlink()
        os.mkfifo(fifo)
        process = herd.members["Clark"].process
        process.send_signal(signal.SIGHUP)  # its main thread does not come back from this
        self.assertTrue(herd.iamat("Clark", "kiwi"))
        process.terminate()
        eventually("it is told", lambda: "stopping (Terminated)" in herd.log("Clark"))
        process.terminate()
        self.assertEqual(process.wait(10 * settings.PATIENCE), 143)
