"""Herds on one core: ours, and the same protocol in asyncio, Java threads and Node.js."""

import functools
import signal

import machine
import servers
from herd import Herd
from processes import LINKS, NODES
from waiting import eventually

SPREAD_SECONDS = 120  # for working off a backlog of floods
START_SECONDS = 60
STAGGER_S = 0.05  # five nodes share out the 250 ms between their heartbeats


class BenchHerd(Herd):
    """A herd on the servers' core, running for the length of its `with` block. One node without
    links is also a herd."""

    def __init__(self, folder, nodes=NODES, links=LINKS, options=()):
        super().__init__(folder, nodes=nodes, links=links, name="bench")
        for name in nodes:
            self.members[name].options = ["--log_lines_per_second=0", "--loops=1",
                                          "--places_address=embedded", *options]

    def __enter__(self):
        try:
            self.up(*self.nodes)
        except BaseException:
            self.close(check=False)
            raise
        return self

    def start(self, *names):
        with machine.on_core(machine.cores()[0]):
            super().start(*names)

    def text_ports(self, names=None):
        return [self.members[name].text for name in names or self.nodes]

    def process_ids(self, names=None):
        return [self.members[name].process.pid for name in names or self.nodes]

    def cpu_seconds(self, names=None):
        return sum(map(machine.cpu_seconds, self.process_ids(names)))

    def thread_switches(self):
        return sum(map(machine.thread_switches, self.process_ids()))

    def threads(self):
        """Returns the average number of threads of a node."""
        return sum(map(machine.threads, self.process_ids())) / len(self.nodes)

    def link_messages(self):
        """Returns the messages that nodes have sent each other; None if they are not counted."""
        return sum(self.metric(name, f"grpc_{side}_msg_sent_total", grpc_method="Link")
                   for name in self.nodes for side in ("client", "server"))

    def resident_bytes(self):
        return sum(map(machine.resident_bytes, self.process_ids()))

    def wait_spread(self):
        """Returns when all nodes have the reports that any of them has taken."""
        if self.links:
            self.wait_agree(seconds=SPREAD_SECONDS)


class StaggeredHerd(BenchHerd):
    """Nodes whose monotonic clocks differ, as those of five machines do: their heartbeats, which
    are due at multiples of that clock, fall on different moments."""

    def __init__(self, folder):
        super().__init__(folder)
        for number, name in enumerate(self.nodes):
            self.members[name].before = functools.partial(machine.shift_clock, number * STAGGER_S)


def lone(folder):
    """Makes a herd of one."""
    return BenchHerd(folder, nodes=("Lone",), links=())


class BaselineHerd(BenchHerd):
    """The five nodes in another language; `server` is a name in bench/baselines/servers.py."""

    expected_ends = (0, -signal.SIGKILL)

    def __init__(self, folder, server):
        super().__init__(folder)
        self.server = server
        self.marks = 0
        servers.prepare(server)
        for name in self.nodes:
            self.members[name].options = []

    def program(self, name):
        return servers.program(self.server, name)

    def up(self, *names):
        self.start(*names)
        for name in names:
            eventually(f"{name} answers", lambda name=name: self._answers(name), START_SECONDS)
        self.wait_spread()

    def link_messages(self):
        return None

    def _answers(self, name):
        if self.members[name].process.poll() is not None:
            raise AssertionError(self.log_tails())
        try:
            return self.at_line(name, "nobody") is None
        except (OSError, EOFError):
            return False

    def wait_spread(self):
        """Waits for the last report, which arrives last because links keep the order."""
        self.marks += 1
        for name in self.nodes:
            self.iamat(name, f"mark-{name}-{self.marks}")
        for name in self.nodes:
            for other in self.nodes:
                eventually(f"{other} knows what {name} took",
                           lambda name=name, other=other:
                           self.at_line(other, f"mark-{name}-{self.marks}"), SPREAD_SECONDS)

    def close(self, check=True):
        # No data can be lost, and the runtimes' exit codes after a signal differ.
        self.kill(*self.running())
        super().close(check)


# The names that tables show for the servers of bench/baselines.
BASELINES = {"asyncio": "asyncio", "Java threads": "java", "Node.js": "node"}


def missing(name):
    """Returns why a server cannot run here; None if it can."""
    programs = servers.missing(BASELINES[name])
    return f"there is no {programs}" if programs else None
