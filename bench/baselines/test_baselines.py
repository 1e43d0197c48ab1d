#!/usr/bin/env python3
"""Whether the servers that proxyherd is compared with do the same work: `./herd test baselines`.

Each server answers the transcripts of the plain cases, and floods over the six links between five
processes, also when one is killed or stopped. herd-node passes the same tests, as a control of the
tests. A server whose runtime is not installed is skipped by name.
"""

import pathlib
import signal
import sys
import tempfile
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
sys.path[:0] = [str(FOLDER), str(ROOT / "tests" / "system" / "processes")]

import servers  # noqa: E402: found by the line above
from herd import Herd, clients  # noqa: E402
from processes import NODES  # noqa: E402
from replay import Replay, received_ns  # noqa: E402
from talk import stamp  # noqa: E402
from waiting import eventually  # noqa: E402

TRANSCRIPTS = ("end_of_input", "iamat_and_whatsat", "invalid_commands", "lines",
               "which_report_wins")

# More than a link and the system buffer for a neighbour that does not read, about 10 MB.
MANY_CLIENTS = 5000
MANY_ROUNDS = 40


class ServerHerd(Herd):
    """Five processes of one of the servers; questions about their records use the text protocol."""

    # Exit codes: runtimes that do not handle SIGTERM end because of it; Java has its own code.
    expected_ends = (0, -signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM)

    def __init__(self, folder, server):
        super().__init__(folder)
        self.server = server

    def program(self, name):
        return servers.program(self.server, name) if self.server else super().program(name)

    def wait_serving(self, *names, seconds=20):
        for name in names:
            eventually(f"{name} serves", lambda name=name: self.answers(name), seconds)

    def answers(self, name):
        try:
            return self.ask(name, "hello") == b"? hello\n"
        except OSError:
            return False

    def wait_linked(self, seconds=10):
        """Links show that they are up by what they carry."""

    def wait_agreed(self, known, *names, seconds=60):
        """Returns when the running nodes, or these, give the same answer about all the clients."""
        known = sorted(known)
        eventually(f"all agree on {len(known)} clients", lambda: len({
            tuple(self.at_lines(name, known).values()) for name in names or self.running()}) == 1,
            seconds)


def rank(at_line):
    """Returns the tie-breakers for equal client times: the earlier receipt, then the greater server
    name."""
    return -received_ns(at_line), at_line.split()[1]


class HerdOfServers:
    """The tests; the classes below choose the server."""

    server = None  # herd-node

    @classmethod
    def setUpClass(cls):
        if cls.server is None:
            return
        if lacking := servers.missing(cls.server):
            raise unittest.SkipTest(f"{cls.server} is left out: there is no {lacking} here")
        servers.prepare(cls.server)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="herd-baselines-")
        self.addCleanup(folder.cleanup)
        self.herd = ServerHerd(folder.name, self.server)
        self.addCleanup(self.herd.close)
        self.herd.up(*NODES)

    def test_transcripts(self):
        for name in TRANSCRIPTS:
            with self.subTest(transcript=name):
                Replay(self, self.herd, refused=self.server is not None).run(
                    ROOT / "tests" / "transcripts" / f"{name}.txt")
            # The next test finds nothing of this one.
            self.herd.kill(*NODES)
            self.herd.up(*NODES)

    def report_at_all(self, prefix, count=200):
        """Reports clients at each running node; returns their AT lines."""
        reported = {}
        for name in self.herd.running():
            reported |= self.herd.report_many(name, clients(f"{prefix}-{name}-", count))
        return reported

    def assert_known(self, reported, *names):
        self.herd.wait_agreed(reported, *names)
        for name in names or self.herd.running():
            self.assertEqual(self.herd.at_lines(name, list(reported)), reported, name)

    def test_what_one_node_is_told_all_know(self):
        self.assert_known(self.report_at_all("plain"))

    def test_the_newest_report_wins_wherever_it_is_told(self):
        for turn in range(20):
            newest = [self.herd.iamat(name, "wanderer") for name in NODES][-1]
            self.herd.wait_agreed(["wanderer"])
            self.assertEqual(self.herd.at_line(NODES[turn % len(NODES)], "wanderer"), newest)

    def test_equal_times_are_decided_alike_everywhere(self):
        when = stamp()
        known = clients("twin", 100)
        receipts = [self.herd.report_many(name, known, f"+{NODES.index(name)}-1", when)
                    for name in NODES]
        self.assert_known({client: max((some[client] for some in receipts), key=rank)
                           for client in known})

    def test_a_killed_node_is_gone_round_and_learns_everything_again(self):
        reported = self.report_at_all("before")
        self.assert_known(reported)
        self.herd.kill("Bona")
        reported |= self.report_at_all("meanwhile")
        self.assert_known(reported)
        self.herd.up("Bona")
        self.assert_known(reported)
        reported |= self.report_at_all("afterwards")
        self.assert_known(reported)

    def test_a_stopped_node_gets_the_newest_of_each_client(self):
        known = clients("walker", MANY_CLIENTS)
        self.herd.pause("Jaquez")
        for _ in range(MANY_ROUNDS):
            reported = self.herd.report_many("Campbell", known)
        self.herd.wait_agreed(known, "Bailey", "Bona", "Campbell", "Clark")
        self.herd.go_on("Jaquez")
        self.assert_known(reported)


class AsyncioTest(HerdOfServers, unittest.TestCase):
    server = "asyncio"


class JavaTest(HerdOfServers, unittest.TestCase):
    server = "java"


class NodeTest(HerdOfServers, unittest.TestCase):
    server = "node"


class HerdNodeTest(HerdOfServers, unittest.TestCase):
    pass


if __name__ == "__main__":
    unittest.main(verbosity=2)
