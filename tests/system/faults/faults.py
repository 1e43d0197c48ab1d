"""The faults: the effect of each on links and nodes, and how they are chosen at random.

A fault begins and ends; several may be active at once, even on one link. Their effect on firewalls
is defined by their rules, which are combined again at each change.
"""

import threading
import time

from delays import Delayer
from nodes import DIALLED
from world import PROXY_MARK, cable_end

# At least this many nodes keep running, so that some node can take reports.
LEAST_RUNNING = 3

# Kinds of faults, and the weight with which each is drawn.
KINDS = {"cut": 4, "oneway": 4, "loss": 4, "delay": 4, "isolate": 2, "split": 2, "kill": 4,
         "stop": 3, "clock": 3}


class LinkFault:
    """A fault of one or more links. `ways` are (from, to): packets in that direction."""

    def __init__(self, name, ways, drop):
        self.name = name
        self.ways = ways
        self.drop = drop  # a statement of nft
        self.links = {frozenset(way) for way in ways}

    def rules_in(self, node):
        return [f"iifname {cable_end(node, sender)} {self.drop}"
                for sender, receiver in self.ways if receiver == node]

    def rules_out(self, node):
        del node
        return []

    def diverted(self, node):
        del node
        return []

    def begin(self, stage):
        pass

    def end(self, stage):
        pass


class Delay(LinkFault):
    """Traffic goes through the delaying proxies of both ends."""

    def __init__(self, a, b, milliseconds, stage):
        super().__init__(f"delay {a}-{b} {milliseconds} ms", [(a, b), (b, a)], "")
        self.milliseconds = milliseconds
        self.stage = stage

    def rules_in(self, node):
        return []

    def _targets(self, node):
        return [b for a, b in self.ways if a == node]

    def rules_out(self, node):
        # Direct connections are broken, so that the node dials again and is diverted to the proxy.
        return [f"oifname {cable_end(node, target)} tcp dport {DIALLED} "
                f"meta mark != {PROXY_MARK} reject with tcp reset"
                for target in self._targets(node)]

    def diverted(self, node):
        return [f"ip daddr {self.stage.world.address(target)} tcp dport {DIALLED} "
                f"meta mark != {PROXY_MARK} redirect to "
                f":{self.stage.delayers[node].port(target)}" for target in self._targets(node)]

    def begin(self, stage):
        for near, far in self.ways:
            stage.delayers[near].delay(far, self.milliseconds)

    def end(self, stage):
        for near, far in self.ways:
            stage.delayers[near].break_connections(far)


class NodeFault:
    """A node that is killed or stopped. `links` are those that fail with it."""

    def __init__(self, kind, node, world):
        self.name = f"{kind} {node}"
        self.kind = kind
        self.node = node
        self.links = {frozenset((node, other)) for other in world.neighbours(node)}

    def begin(self, stage):
        if self.kind == "kill":
            stage.nodes.kill(self.node)
            stage.spread.killed(self.node, time.monotonic())
        else:
            stage.nodes.stop(self.node)

    def end(self, stage):
        if self.kind == "kill":
            stage.nodes.start(self.node)
        else:
            stage.nodes.go_on(self.node)


class Stage:
    """Where faults are played: knows the present ones. Used by one thread."""

    def __init__(self, world, nodes, spread):
        self.world = world
        self.nodes = nodes
        self.spread = spread
        self.delayers = {name: Delayer(world, name, DIALLED) for name in world.nodes}
        self.present = []
        self.counts = {}
        self.lock = threading.Lock()

    def begin(self, fault):
        kind = fault.name.split()[0]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        for link in fault.links:
            self.spread.spoil(link, time.monotonic())
        with self.lock:
            self.present.append(fault)
        fault.begin(self)
        self._apply(fault)

    def end(self, fault):
        with self.lock:
            self.present.remove(fault)
        self._apply(fault)
        fault.end(self)
        for link in fault.links:
            self.spread.mend(link, time.monotonic())

    def end_all(self):
        for fault in list(self.present):
            self.end(fault)

    def names(self):
        with self.lock:
            return [fault.name for fault in self.present]

    def set_clock(self, node, seconds):
        self.counts["clock"] = self.counts.get("clock", 0) + 1
        self.nodes.set_clock(node, seconds)

    def _apply(self, changed):
        if not isinstance(changed, LinkFault):
            return
        faults = [fault for fault in self.present if isinstance(fault, LinkFault)]
        for node in {node for link in changed.links for node in link}:
            self.world.set_rules(
                node, *([rule for fault in faults for rule in rules(fault, node)]
                        for rules in (type_of("rules_in"), type_of("rules_out"),
                                      type_of("diverted"))))

    def close(self):
        for delayer in self.delayers.values():
            delayer.close()


def type_of(method):
    return lambda fault, node: getattr(fault, method)(node)


class Chance:
    """Chooses faults, all from one seed."""

    def __init__(self, stage, random, kinds):
        self.stage = stage
        self.world = stage.world
        self.random = random
        self.kinds = {kind: KINDS[kind] for kind in kinds}

    def next_fault(self):
        """Returns (fault, seconds), or (None, 0) if the drawn one is over or impossible now."""
        kind = self.random.choices(list(self.kinds), self.kinds.values())[0]
        seconds = self.random.choice((0.3, 1, 2, 4, 8)) * self.random.uniform(0.7, 1.3)
        return getattr(self, f"_{kind}")(), seconds

    def gap_seconds(self):
        return self.random.expovariate(1 / 1.5)

    def _link(self):
        a, b = self.random.choice(self.world.links)
        return self.random.choice(((a, b), (b, a)))

    def _drop(self):
        return self.random.choice(("drop", "drop", "meta l4proto tcp reject with tcp reset"))

    @staticmethod
    def _both_ways(links):
        return [way for a, b in links for way in ((a, b), (b, a))]

    def _cut(self):
        a, b = self._link()
        return LinkFault(f"cut {a}-{b}", [(a, b), (b, a)], self._drop())

    def _oneway(self):
        a, b = self._link()
        return LinkFault(f"oneway {a}->{b}", [(a, b)], "drop")

    def _loss(self):
        a, b = self._link()
        percent = self.random.choice((2, 10, 30, 60))
        return LinkFault(f"loss {a}-{b} {percent} %", [(a, b), (b, a)],
                         f"numgen random mod 100 < {percent} drop")

    def _delay(self):
        a, b = self._link()
        if f"delay {a}-{b}" in " ".join(self.stage.names()).replace(f"{b}-{a}", f"{a}-{b}"):
            return None  # one proxy has one delay for a link
        return Delay(a, b, self.random.choice((20, 100, 300)), self.stage)

    def _isolate(self):
        node = self.random.choice(self.world.nodes)
        return LinkFault(f"isolate {node}", self._both_ways(
            [(node, other) for other in self.world.neighbours(node)]), self._drop())

    def _split(self):
        part = set(self.random.sample(self.world.nodes, 2))
        return LinkFault(f"split {'+'.join(sorted(part))}", self._both_ways(
            [link for link in self.world.links if len(part & set(link)) == 1]), self._drop())

    def _kill(self):
        return self._node_fault("kill")

    def _stop(self):
        return self._node_fault("stop")

    def _node_fault(self, kind):
        node = self.random.choice(self.world.nodes)
        running = self.stage.nodes.running()
        if node not in running or len(running) <= LEAST_RUNNING:
            return None
        return NodeFault(kind, node, self.world)

    def _clock(self):
        node = self.random.choice(self.world.nodes)
        self.stage.set_clock(node, self.random.choice((-30, -3, -0.5, 0, 0.5, 3, 30)))
