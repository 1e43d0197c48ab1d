"""Tests a node that exists but does nothing (SIGSTOP), while the others serve."""

import settings
from case import HerdTest
from herd import clients
from load import HonestClient, Reports, time_of
from processes import NODES
from talk import iamat_line
from waiting import eventually, stopwatch

# A hot client and many clients must not pile up for a neighbour that does not take them: the feed
# is bounded, and the rest is the clients' records, about 100 bytes each.
GROWTH_BYTES = 48 << 20
BURST = 500


class StoppedNodeTest(HerdTest):
    def test_the_others_serve_flood_and_stay_small_and_it_catches_up(self):
        herd = self.running_herd()
        others = [node for node in NODES if node != "Bona"]
        herd.report_many("Bona", clients("warm-", settings.scaled(2000)))
        herd.wait_agree()
        sizes = {node: self.size(herd, node) for node in others}
        herd.pause("Bona")
        with HonestClient(herd, "Clark") as honest:
            # Bailey receives Clark's clients from Jaquez and Campbell.
            herd.known_at("Bailey", "round", herd.iamat("Clark", "round"))
            last = self.hot_client(herd, "Clark", settings.scaled(20_000, BURST))
            many = herd.report_many("Campbell", clients("many-", settings.scaled(20_000)))
            eventually("the link to Bona is seen to be down",
                       lambda: herd.metric("Clark", "proxyherd_link_up", peer="Bona") == 0)
            eventually("the honest client is served on", honest.rounds_more(20))
        herd.known_at("Bailey", "hot", last)
        herd.wait_agree(others)
        for node in others:
            grown = self.size(herd, node) - sizes[node]
            settings.measured(f"{node} grew while Bona stood still", f"{grown / 2**20:.1f} MiB")
            if not settings.SANITIZED:
                self.assertLess(grown, GROWTH_BYTES)
        herd.go_on("Bona")
        with stopwatch("a node that stood still, until it agrees", most=30):
            herd.wait_agree()
        herd.wait_linked()
        self.assertEqual(herd.at_line("Bona", "hot"), last)
        self.assertEqual(herd.at_lines("Bona", list(many)), many)

    def test_a_short_stop_is_no_loss(self):
        herd = self.running_herd()
        with Reports(herd, "Clark") as clark, Reports(herd, "Jaquez") as jaquez:
            for node in ("Jaquez", "Bona", "Clark"):
                herd.pause(node)
                herd.known_at("Bailey", f"while-{node}", herd.iamat("Campbell", f"while-{node}"))
                herd.go_on(node)
        herd.wait_linked()
        herd.wait_agree()
        for node in NODES:
            for reports in (clark, jaquez):
                known = herd.at_lines(node, list(reports.acknowledged))
                for name, at_line in reports.acknowledged.items():
                    self.assertGreaterEqual(time_of(known[name]), time_of(at_line))

    @staticmethod
    def size(herd, node):
        return herd.metric(node, "process_resident_memory_bytes")

    @staticmethod
    def hot_client(herd, node, count):
        """Reports one client `count` times; returns the last AT line."""
        with herd.talk(node) as talk:
            for _ in range(count // BURST):
                talk.send(*(iamat_line("hot") for _ in range(BURST)))
                lines = [talk.line() for _ in range(BURST)]
        return lines[-1]
