"""Tests two nodes in memory control groups of 512 MiB, as compose has them, filled beyond that: no
process dies, no acknowledged report is lost, and known clients are still served."""

import contextlib
import random
import socket
import tempfile
import time
import unittest

import settings
from cgroup import MemoryGroup, Unavailable
from filler import Filler, Regulars
from herd import Herd, clients
from talk import iamat_line, stamp
from waiting import eventually

MEMORY = 512 << 20
NODES = ("Left", "Right")
REGULARS = 200  # their replies fit into a node's unsent output
SAMPLE = 20_000  # of the clients that were taken, asked for at the end
MIB = 1 << 20


class GroupedHerd(Herd):
    """A pair of nodes, each in a control group."""

    def __init__(self, folder, wires=False):
        super().__init__(folder, nodes=NODES, links=(NODES,), wires=wires)
        self.groups = {name: MemoryGroup(name, MEMORY) for name in NODES}
        for name in NODES:
            self.members[name].options = ["--log_lines_per_second=0"]

    def program(self, name):
        words = [str(word) for word in super().program(name)]
        return self.groups[name].command(words) if name in self.groups else words

    def close(self, check=True):
        super().close(check)
        for group in self.groups.values():
            group.remove()


class FullNodes(unittest.TestCase):
    wires = False

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="herd-memory-"))
        try:
            self.herd = self.stack.enter_context(GroupedHerd(folder, wires=self.wires))
        except Unavailable as reason:
            self.skipTest(str(reason))
        self.herd.up(*NODES)
        self.ends_at = time.monotonic() + settings.SECONDS
        self.regulars = [Regulars(self.stack.enter_context(self.herd.talk(name)),
                                  clients(f"regular-{name}-", REGULARS), iamat_line, 0.5)
                         for name in NODES]
        for regulars in self.regulars:
            regulars.report_once()
            regulars.start()

    def over(self, _=None):
        return time.monotonic() >= self.ends_at

    def fill(self, makers, ends=None):
        """Runs a filler for each (node, function number -> line); returns the finished fillers."""
        fillers = [Filler(self.herd.members[name].text, make, ends or self.over)
                   for name, make in makers]
        for filler in fillers:
            filler.start()
        for filler in fillers:
            filler.join()
            self.assertIsNone(filler.failure)
        return fillers

    def check(self, what, names_taken, refuses=True):
        """Checks that all live, have all acknowledged reports, and have served the regulars."""
        for regulars in self.regulars:
            regulars.end()
            self.assertIsNone(regulars.failure)
            self.assertEqual(regulars.refused, [])
            self.assertGreater(regulars.rounds, 10)
        for name in NODES:
            self.assertTrue(self.herd.members[name].running, self.herd.log_tails())
            self.assertEqual(self.herd.groups[name].kills(), 0)
        self.herd.wait_agree(seconds=60)
        records = self.herd.metric("Left", "proxyherd_table_records")
        self.assertGreaterEqual(records, len(names_taken) + 2 * REGULARS)
        sample = random.Random(1).sample(names_taken, min(SAMPLE, len(names_taken)))
        for name in NODES:
            lost = [client for client, line in self.herd.at_lines(name, sample).items()
                    if not line.startswith(b"AT ")]
            self.assertEqual(lost, [], f"{name} does not know what was acknowledged")
            for regulars in self.regulars:
                said = self.herd.at_lines(name, list(regulars.last))
                self.assertEqual(said, regulars.last)
        if refuses:
            refused = sum(self.herd.metric(name, "proxyherd_gateway_limit_hits_total",
                                           limit="table_bytes") for name in NODES)
            self.assertGreater(refused, 0, "the limit was never reached")
        peaks = ", ".join(f"{self.herd.groups[name].peak_bytes() / MIB:.0f}" for name in NODES)
        footprint = self.herd.metric("Left", "proxyherd_table_footprint_bytes")
        settings.measured(what, f"{records:.0f} clients, {footprint / MIB:.0f} MiB of table, "
                                f"at most {peaks} of {MEMORY // MIB} MiB")


def reports_of(prefix, id_bytes=0):
    """Returns a function that makes reports of new clients, and one that names them."""
    def name(number):
        return f"{prefix}-{number:09d}".ljust(id_bytes, "x")

    def make(number):
        return b"IAMAT %s +34.068930-118.445127 %s\n" % (name(number).encode(), stamp().encode())
    return make, name


class NewClients(FullNodes):
    def run_with_ids(self, what, id_bytes):
        makers = {node: reports_of(node, id_bytes) for node in NODES}
        fillers = self.fill([(node, make) for node, (make, _) in makers.items()])
        taken = [makers[node][1](number)
                 for node, filler in zip(NODES, fillers) for number in filler.taken]
        self.assertGreater(sum(filler.refused for filler in fillers), 0)
        self.check(what, taken)

    def test_short_ids(self):
        self.run_with_ids("short ids", 0)

    def test_ids_of_4_kib(self):
        self.run_with_ids("ids of 4 KiB", 4000)


class GrowingLocations(FullNodes):
    """Known clients whose locations have ever more digits."""

    CLIENTS = 100_000

    def test_known_clients_that_grow(self):
        def name(node, number):
            return f"grower-{node}-{number % self.CLIENTS}"

        def maker(node):
            def make(number):
                digits = "3" * (number // self.CLIENTS * 97 % 3900 + 1)
                return f"IAMAT {name(node, number)} +1.{digits}-1 {stamp()}\n".encode()
            return make
        fillers = self.fill([(node, maker(node)) for node in NODES])
        self.assertGreater(sum(filler.refused for filler in fillers), 0)
        taken = {name(node, number)
                 for node, filler in zip(NODES, fillers) for number in filler.taken}
        self.check("growing locations", sorted(taken))


class NonReaders(FullNodes):
    """Connections that send commands and never read."""

    COUNT = 3000

    def test_connections_that_never_read(self):
        lines = b"what nobody reads\n" * 4000
        with contextlib.ExitStack() as stack:
            while not self.over():
                for node in NODES:
                    with contextlib.suppress(OSError):
                        connection = stack.enter_context(socket.create_connection(
                            ("127.0.0.1", self.herd.members[node].text), 5))
                        connection.setblocking(False)
                        connection.send(lines)
                        connection.send(lines)
                if self.count(stack) > self.COUNT:
                    stack.close()
            self.check("connections that never read", [], refuses=False)

    @staticmethod
    def count(stack):
        return len(stack._exit_callbacks)  # pylint: disable=protected-access


class Healing(FullNodes):
    """Both sides of a cut fill with different clients, and then the cut heals."""

    wires = True

    def test_two_halves_that_filled_apart_heal(self):
        self.herd.cut(*NODES)
        for name in NODES:
            eventually(f"{name} is alone",
                       lambda name=name: self.herd.metric(name, "proxyherd_link_up") == 0)
        makers = {node: reports_of(node) for node in NODES}
        fillers = self.fill([(node, make) for node, (make, _) in makers.items()],
                            ends=lambda filler: filler.refused > 100_000 or self.over())
        for filler in fillers:
            self.assertGreater(filler.refused, 0, "it was not filled in time")
        self.herd.heal(*NODES)
        self.herd.wait_linked(30)
        taken = [makers[node][1](number)
                 for node, filler in zip(NODES, fillers) for number in filler.taken]
        eventually("both have all", lambda: all(
            self.herd.metric(name, "proxyherd_table_records") >= len(taken) for name in NODES), 120)
        # They are full beyond their limits now: the load continues and is refused.
        self.fill([(node, reports_of(f"late-{node}")[0]) for node in NODES])
        self.check("two halves that heal", taken)


if __name__ == "__main__":
    unittest.main()
