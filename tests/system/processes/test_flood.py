"""Tests that a report at one node becomes known at all."""

import settings
from case import HerdTest
from herd import clients
from processes import LINKS, NODES
from talk import stamp
from waiting import eventually, stopwatch


class FloodTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd()

    def test_the_six_links_are_up_both_ways_and_no_others(self):
        self.assertTrue(self.herd.links_up(LINKS))
        seen = {(node, link["neighbour"]) for node, said in self.herd.status().items()
                for link in said["links"]}
        self.assertEqual(seen, {*LINKS, *((b, a) for a, b in LINKS)})

    def test_a_report_at_any_node_is_known_at_all_byte_for_byte(self):
        for node in NODES:
            at_line = self.herd.iamat(node, f"kiwi-{node}")
            for other in NODES:
                with self.subTest(reported=node, asked=other):
                    self.herd.known_at(other, f"kiwi-{node}", at_line)

    def test_bytes_of_any_kind_travel(self):
        odd = b"\xff\xfe\\x41\"'\xc2\xa0\x1c\x00\x7f"
        at_line = self.herd.iamat("Bailey", odd, "+0.0-0", "007.12345678901234567890")
        self.herd.known_at("Jaquez", odd, at_line)

    def test_the_newest_wins_wherever_it_was_reported(self):
        old, new = stamp(), stamp()
        newest = self.herd.iamat("Jaquez", "deer", "+1+1", new)
        for node in NODES:
            self.herd.known_at(node, "deer", newest)
        for node in NODES:
            self.herd.iamat(node, "deer", "+2+2", old)
        # If the old ones were flooded, they would come before these.
        for node in NODES:
            after = self.herd.iamat(node, f"after-{node}")
            for other in NODES:
                self.herd.known_at(other, f"after-{node}", after)
        for node in NODES:
            self.assertEqual(self.herd.at_line(node, "deer"), newest)

    def test_equal_times_are_decided_alike_by_all(self):
        when = stamp()
        names = clients("tie-", 50)
        for node in NODES:
            self.herd.report_many(node, names, f"+{len(node)}+1", when)
        self.herd.wait_agree()
        decided = self.herd.at_lines(NODES[0], names)
        for node in NODES[1:]:
            self.assertEqual(self.herd.at_lines(node, names), decided)

    def test_the_longest_reports_travel(self):
        # As long as a line may be: 4 KiB.
        room = 4096 - len(b"IAMAT  +1+1 1")
        known = self.herd.report_many("Clark", ["x" * (room - 3) + f"{i:03}" for i in range(200)],
                                      "+1+1", "1")
        self.herd.wait_agree()
        self.assertEqual(self.herd.at_lines("Bailey", list(known)), known)

    def test_many_clients_at_all_nodes_at_once(self):
        count = settings.scaled(4000)
        before = self.herd.status()["Clark"]["records"]
        reported = {}
        with stopwatch(f"{5 * count} reports at five nodes, until all agree", most=60):
            for node in NODES:
                reported |= self.herd.report_many(node, clients(f"many-{node}-", count))
            self.herd.wait_agree(records=before + 5 * count, seconds=30)
        for node in NODES:
            self.assertEqual(self.herd.at_lines(node, list(reported)), reported)

    def test_a_flood_ends(self):
        before = self.records_sent()
        self.herd.iamat("Bona", "once")
        sent = self.records_sent() - before
        # Each link carries it once, or once in each direction if both ends send it at once.
        self.assertGreaterEqual(sent, len(NODES) - 1)
        self.assertLessEqual(sent, 2 * len(LINKS))

    def records_sent(self):
        """Returns the records sent by all nodes together, once nothing is in transit."""
        self.herd.wait_agree()
        eventually("everything is acknowledged",
                   lambda: not any(self.herd.metric(node, "proxyherd_link_lag_records")
                                   for node in NODES))
        return sum(self.herd.metric(node, "proxyherd_flood_sent_records_total") for node in NODES)
