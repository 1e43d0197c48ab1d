"""A text port under all kinds of abuse at the same time, and what honest clients feel of it."""

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

GROWTH_BYTES = 64 << 20
SLOWER_AT_MOST = 2.0

# A round is long enough for everything that a node does once a second. A machine that does other
# things as well spoils some rounds, of either kind; the best of them tell what the node does.
ROUND_SECONDS = 1.0
ROUNDS = 8
MOST_ROUNDS = 40
HONEST = 10
THINK_SECONDS = 0.0005


class Honest:
    """Clients that ask one after another and wait for the answer."""

    def __init__(self, port, stack):
        self.talks = [stack.enter_context(Talk(port)) for _ in range(HONEST)]

    def ask(self, turn):
        """One question; how long its answer took, in seconds."""
        talk, name = self.talks[turn % HONEST], f"honest-{turn % HONEST}"
        line = iamat_line(name) if turn // HONEST % 2 == 0 else whatsat_line(name)
        began = time.perf_counter()
        talk.send(line)
        reply = talk.line()
        took = time.perf_counter() - began
        assert reply.startswith(b"AT Clark "), reply
        if line.startswith(b"WHATSAT"):
            assert talk.places() == "{}"
        return took

    def p99(self):
        """The 99th percentile of a round, in seconds."""
        took = []
        end = time.monotonic() + ROUND_SECONDS
        while time.monotonic() < end or len(took) < 10 * HONEST:
            took.append(self.ask(len(took)))
            time.sleep(THINK_SECONDS)
        return sorted(took)[len(took) * 99 // 100]


class StormTest(HerdTest):
    def test_ten_thousand_slow_ones_a_hundred_deaf_ones_and_endless_lines_together(self):
        herd = self.make_herd()
        # The slow ones stay for as long as it takes.
        herd.members[NODE].options = ["--first_line_timeout_s=3600"]
        herd.up()
        before = herd.metric(NODE, "process_resident_memory_bytes")
        with contextlib.ExitStack() as stack:
            honest = Honest(herd.members[NODE].text, stack)
            calm = min(honest.p99() for _ in range(ROUNDS))
            storm = stack.enter_context(
                Storm(herd.members[NODE].text, drips=DRIPS, deaf=DEAF, endless=ENDLESS))
            for limit, count in (("line_bytes", ENDLESS), ("unsent_bytes", DEAF)):
                def reached(limit=limit, count=count):
                    return herd.metric(NODE, "proxyherd_gateway_limit_hits_total",
                                       limit=limit) >= count
                eventually(f"{limit} is reached by all", reached, 60)
            slow = self.rounds_in(storm, herd, honest, calm)
            grown = herd.metric(NODE, "process_resident_memory_bytes") - before
        settings.measured(f"{DRIPS} slow, {DEAF} deaf and {ENDLESS} endless connections",
                          f"{grown / 2**20:.1f} MiB, p99 {1e6 * calm:.0f} us before and "
                          f"{1e6 * slow:.0f} us meanwhile")
        if not settings.SANITIZED:
            self.assertLess(grown, GROWTH_BYTES)
            self.assertLessEqual(slow, SLOWER_AT_MOST * calm)
        eventually("they are all gone", lambda: herd.metric(
            NODE, "proxyherd_gateway_connections") == 0, 20)
        herd.known_at("Bailey", "after", herd.iamat(NODE, "after"))

    def rounds_in(self, storm, herd, honest, calm):
        """The best p99 in the storm, of as many rounds as before, or of more when the machine is
        busy."""
        best = float("inf")
        for number in range(MOST_ROUNDS):
            self.assertIsNone(storm.process.poll())
            self.assertGreaterEqual(herd.metric(NODE, "proxyherd_gateway_connections"), DRIPS)
            best = min(best, honest.p99())
            if number + 1 >= ROUNDS and best <= SLOWER_AT_MOST * calm:
                break
        return best
