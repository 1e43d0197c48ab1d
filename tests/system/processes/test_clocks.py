"""Tests clients with wrong clocks, and silent clients: --max_future, --expire_after."""

import time

from case import HerdTest
from herd import clients
from processes import NODES
from talk import stamp
from waiting import eventually

YEAR = 365 * 24 * 3600
FUTURE = "proxyherd_table_future_reports_total"


class ClocksTest(HerdTest):
    def herd_with(self, *options):
        herd = self.make_herd()
        for node in NODES:
            herd.members[node].options = list(options)
        herd.up()
        return herd

    def test_a_clock_that_is_years_ahead_is_stuck_no_longer_than_the_bound(self):
        herd = self.herd_with("--max_future=1s")
        wrong = f"{int(time.time()) + 20 * YEAR}.5"
        at_line = herd.iamat("Clark", "kiwi", "+1-1", wrong)
        self.assertTrue(at_line.startswith(b"AT Clark -"), at_line)
        self.assertTrue(at_line.endswith(wrong.encode()), "the client's own stamp comes back")
        for node in NODES:
            herd.known_at(node, "kiwi", at_line)
        self.assertEqual(herd.metric("Clark", FUTURE), 1)
        self.assertEqual(sum(herd.metric(node, FUTURE) for node in NODES), 1, "judged once")

        # Taken from another node, which has not checked it.
        def honest():
            return herd.iamat("Bailey", "kiwi", "+2-2", stamp()) == herd.at_line("Jaquez", "kiwi")
        eventually("an honest report wins", honest, 10)
        herd.wait_agree()

    def test_without_a_bound_clients_are_believed(self):
        herd = self.herd_with()
        at_line = herd.iamat("Clark", "kiwi", "+1-1", f"{int(time.time()) + YEAR}")
        herd.iamat("Bailey", "kiwi", "+2-2", stamp())
        for node in NODES:
            herd.known_at(node, "kiwi", at_line)
        self.assertEqual(herd.metric("Clark", FUTURE), 0)

    def test_who_reports_no_more_is_forgotten_by_all_and_not_brought_back(self):
        herd = self.herd_with("--expire_after=4s")
        silent = clients("silent", 50)
        herd.report_many("Clark", silent)
        herd.wait_agree(records=len(silent))
        for node in NODES:
            eventually(f"{node} knows none of them any more", lambda node=node: not any(
                herd.at_line(node, client) for client in silent), 20)
        # A node that returns is repaired, and still answers that it does not know them.
        herd.kill("Bona")
        herd.up("Bona")
        at_line = herd.iamat("Jaquez", "kiwi")
        herd.known_at("Bona", "kiwi", at_line)
        self.assertIsNone(herd.at_line("Bona", silent[0]))

    def test_another_lifetime_at_a_neighbour_is_told_and_repaired_all_the_same(self):
        herd = self.make_herd()
        herd.members["Clark"].options = ["--expire_after=1h"]
        herd.up()
        eventually("Bona sees that Clark's lifetime is another", lambda: herd.metric(
            "Bona", "proxyherd_link_expiry_matches", peer="Clark") == 0)
        self.assertIn("--expire_after", herd.log("Bona"))
        reported = herd.report_many("Bailey", clients("kiwi", 200))
        for client, at_line in reported.items():
            herd.known_at("Clark", client, at_line)
        # Sums of different lifetimes are not comparable; a node that returns empty gets all.
        herd.kill("Clark")
        herd.up("Clark")
        self.assertEqual(herd.at_lines("Clark", list(reported)), reported)
