"""Tests a text port under all kinds of abuse at once, and the effect on honest clients."""

import contextlib
import time

import settings
from case import HerdTest
from storm import Storm
from talk import Talk, iamat_line, whatsat_line
from waiting import eventually

NODE = "Clark"
DRIPS = min(settings.scaled(10_000), settings.MAX_FILES - 1000)
DEAF = 100
ENDLESS = 50

# A node without such clients, asked in turn with the other: a busy machine slows both.
CALM_NODE = "Bailey"

GROWTH_BYTES = 64 << 20

# A round is long enough for everything that a node does once per second.
ROUND_SECONDS = 1.0
ROUNDS = 8
HONEST = 10
THINK_SECONDS = 0.0005


class Honest:
    """Clients that ask one after another and wait for the answer."""

    def __init__(self, herd, node, stack):
        self.node = node
        self.talks = [stack.enter_context(Talk(herd.members[node].text)) for _ in range(HONEST)]
        self.turn = 0

    def ask(self):
        """Sends one question; returns how long its answer took, in seconds."""
        talk, name = self.talks[self.turn % HONEST], f"honest-{self.turn % HONEST}"
        line = iamat_line(name) if self.turn // HONEST % 2 == 0 else whatsat_line(name)
        self.turn += 1
        began = time.perf_counter()
        talk.send(line)
        reply = talk.line()
        took = time.perf_counter() - began
        # A WHATSAT names the node that took the newest report, which may be the other crowd's.
        servers = (self.node,) if line.startswith(b"IAMAT") else (NODE, CALM_NODE)
        assert reply.startswith(tuple(f"AT {server} ".encode() for server in servers)), reply
        if line.startswith(b"WHATSAT"):
            assert talk.places() == "{}"
        return took


def round_of(*crowds):
    """Returns each crowd's 99th percentile in seconds, in a round in which they take turns."""
    took = [[] for _ in crowds]
    end = time.monotonic() + ROUND_SECONDS * len(crowds)
    while time.monotonic() < end or len(took[-1]) < 10 * HONEST:
        for crowd, times in zip(crowds, took):
            times.append(crowd.ask())
            time.sleep(THINK_SECONDS)
    return [sorted(times)[len(times) * 99 // 100] for times in took]


def best_of(rounds):
    """Returns each crowd's best round: rounds that the machine disturbs do not show the node."""
    return [min(p99s) for p99s in zip(*rounds)]


class StormTest(HerdTest):
    def test_ten_thousand_slow_ones_a_hundred_deaf_ones_and_endless_lines_together(self):
        herd = self.make_herd()
        # The slow connections stay as long as necessary.
        herd.members[NODE].options = ["--first_line_timeout_s=3600"]
        herd.up()
        before = herd.metric(NODE, "process_resident_memory_bytes")
        with contextlib.ExitStack() as stack:
            honest, calm = (Honest(herd, name, stack) for name in (NODE, CALM_NODE))
            before_s, _ = best_of(round_of(honest, calm) for _ in range(ROUNDS))
            storm = stack.enter_context(
                Storm(herd.members[NODE].text, drips=DRIPS, deaf=DEAF, endless=ENDLESS))
            for limit, count in (("line_bytes", ENDLESS), ("unsent_bytes", DEAF)):
                def reached(limit=limit, count=count):
                    return herd.metric(NODE, "proxyherd_gateway_limit_hits_total",
                                       limit=limit) >= count
                eventually(f"{limit} is reached by all", reached, 60)
            meanwhile_s, calm_s = best_of(self.rounds_in(storm, herd, honest, calm))
            grown = herd.metric(NODE, "process_resident_memory_bytes") - before
        settings.measured(f"{DRIPS} slow, {DEAF} deaf and {ENDLESS} endless connections",
                          f"{grown / 2**20:.1f} MiB, p99 {1e6 * before_s:.0f} us before and "
                          f"{1e6 * meanwhile_s:.0f} us meanwhile, when it is {1e6 * calm_s:.0f} us "
                          f"at {CALM_NODE}")
        if not settings.SANITIZED:
            self.assertLess(grown, GROWTH_BYTES)
        eventually("they are all gone", lambda: herd.metric(
            NODE, "proxyherd_gateway_connections") == 0, 20)
        herd.known_at("Bailey", "after", herd.iamat(NODE, "after"))

    def rounds_in(self, storm, herd, *crowds):
        """Returns the results of round_of for several rounds in the storm."""
        for _ in range(ROUNDS):
            self.assertIsNone(storm.process.poll())
            self.assertGreaterEqual(herd.metric(NODE, "proxyherd_gateway_connections"), DRIPS)
            yield round_of(*crowds)
