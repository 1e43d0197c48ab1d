"""Tests links that are cut, held still and healed, with wires between the nodes."""

import random

import settings
from case import HerdTest
from herd import clients
from load import Reports, time_of
from processes import LINKS, NODES
from waiting import eventually, stopwatch

# The seed of the cuts in the test under load.
SEED = 20


class LinksTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd(wires=True)

    def repaired(self):
        """Returns the records that all nodes have sent because a link began again."""
        return sum(self.herd.metric(node, "proxyherd_repair_sent_records_total")
                   for node in self.herd.nodes)

    def wait_down(self, a, b, seconds=5):
        for node, neighbour in ((a, b), (b, a)):
            for direction in ("outgoing", "incoming"):
                eventually(
                    f"{node} sees its {direction} stream with {neighbour} down",
                    lambda n=node, p=neighbour, d=direction: self.herd.metric(
                        n, "proxyherd_link_up", peer=p, direction=d) == 0, seconds)

    def test_floods_go_round_any_cut_link(self):
        for a, b in LINKS:
            with self.subTest(cut=(a, b)):
                self.herd.cut(a, b)
                self.wait_down(a, b)
                reports = {node: self.herd.iamat(node, f"{node}-round-{a}-{b}") for node in NODES}
                for node in NODES:
                    for reporter, at_line in reports.items():
                        self.herd.known_at(node, f"{reporter}-round-{a}-{b}", at_line)
                self.herd.heal(a, b)
                self.herd.wait_linked()

    def test_a_link_that_returns_goes_on_where_it_was(self):
        known = self.herd.report_many("Clark", clients("known-", settings.scaled(3000)))
        repaired = self.repaired()
        for a, b in LINKS:
            self.herd.cut(a, b)
            self.wait_down(a, b)
        # Every node is alone, and hears nothing of the others.
        reports = {node: self.herd.iamat(node, f"alone-{node}") for node in NODES}
        for node in NODES:
            seen = [other for other in NODES if self.herd.at_line(node, f"alone-{other}")]
            self.assertEqual(seen, [node])
        sent = sum(self.herd.metric(n, "proxyherd_flood_sent_records_total") for n in NODES)
        for a, b in LINKS:
            self.herd.heal(a, b)
        with stopwatch("six cut links, linked again", most=10):
            self.herd.wait_linked()
        self.herd.wait_agree()
        for node in NODES:
            for reporter, at_line in reports.items():
                self.assertEqual(self.herd.at_line(node, f"alone-{reporter}"), at_line)
        # Both ends have the same epochs, so only new records are sent.
        self.assertEqual(self.repaired(), repaired)
        sent = sum(self.herd.metric(n, "proxyherd_flood_sent_records_total") for n in NODES) - sent
        self.assertLess(sent, len(known) / 2)

    def test_a_link_without_a_sound_is_noticed_and_returns(self):
        self.herd.hold_still("Clark", "Jaquez")
        # A waiting time of 2 s is promised.
        with stopwatch("a link without a sound, seen to be down", most=10):
            self.wait_down("Clark", "Jaquez", seconds=10)
        self.assertIn("nothing heard for 2 s", self.herd.log("Clark"))
        self.herd.known_at("Jaquez", "round-silence", self.herd.iamat("Clark", "round-silence"))
        self.herd.heal("Clark", "Jaquez")
        with stopwatch("a link without a sound, linked again", most=10):
            self.herd.wait_linked()
        self.herd.wait_agree()

    def test_one_direction_cut_is_a_link_down_and_the_other_still_carries(self):
        self.herd.wires["Clark", "Bona"].cut()
        eventually("Clark's stream to Bona is down", lambda: self.herd.metric(
            "Clark", "proxyherd_link_up", peer="Bona", direction="outgoing") == 0)
        self.assertEqual(self.herd.metric(
            "Clark", "proxyherd_link_up", peer="Bona", direction="incoming"), 1)
        self.herd.known_at("Clark", "half", self.herd.iamat("Bona", "half"))
        self.herd.known_at("Bona", "other-half", self.herd.iamat("Clark", "other-half"))
        self.herd.wires["Clark", "Bona"].heal()
        self.herd.wait_linked()

    def test_cuts_at_random_bytes_under_load_lose_nothing(self):
        chance = random.Random(SEED)
        wires = list(self.herd.wires.values())
        cuts = settings.scaled(40, least=10)
        handshakes = self.handshakes()
        with Reports(self.herd, "Clark") as clark, Reports(self.herd, "Bailey") as bailey, \
                Reports(self.herd, "Jaquez") as jaquez:
            for _ in range(cuts):
                wire = chance.choice(wires)
                wire.cut_after(chance.randrange(1, 6000))
                eventually("the cut happens", lambda wire=wire: wire.fuse is None)
        self.herd.wait_linked()
        self.herd.wait_agree()
        self.assertGreaterEqual(self.handshakes() - handshakes, cuts / 2)
        for node in NODES:
            for reports in (clark, bailey, jaquez):
                known = self.herd.at_lines(node, list(reports.acknowledged))
                self.assertEqual(known, reports.acknowledged)
        settings.measured("reports under load between cuts, all acknowledged and kept",
                          f"{sum(r.turns for r in (clark, bailey, jaquez)) * Reports.BURST}")

    def handshakes(self):
        return sum(self.herd.metric(node, "proxyherd_link_handshakes_total") for node in NODES)


class KillUnderLoadTest(HerdTest):
    def test_cuts_and_a_kill_under_load_lose_nothing_that_was_flooded(self):
        herd = self.running_herd(wires=True)
        chance = random.Random(SEED + 1)
        with Reports(herd, "Bailey") as bailey, Reports(herd, "Jaquez") as jaquez:
            for node in ("Clark", "Bona", "Campbell"):
                herd.wires["Jaquez", "Clark"].cut_after(chance.randrange(1, 3000))
                herd.kill(node)
                herd.up(node)
        herd.wait_agree()
        for node in NODES:
            for reports in (bailey, jaquez):
                known = herd.at_lines(node, list(reports.acknowledged))
                for name, at_line in reports.acknowledged.items():
                    self.assertGreaterEqual(time_of(known[name]), time_of(at_line))
