"""Tests that the checker and its view of the faults find errors, without a herd."""

import pathlib
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent),
                str(pathlib.Path(__file__).resolve().parents[1] / "processes")]

from checker import Ledger, Verdict, location_for, rank_of
from spread import HOP_SECONDS, LINK_SECONDS, SLOT_SECONDS, Spread

NODES = ("A", "B", "C")
LINKS = (("A", "B"), ("B", "C"))
LONG = LINK_SECONDS + SLOT_SECONDS + 2 * HOP_SECONDS + 1


def at_line(server, stamp, delta=b"+0.1", client=b"kiwi", variant=0):
    return b"AT %s %s %s %s %s" % (server, delta, client, location_for(client, stamp, variant),
                                   stamp)


class OrderTest(unittest.TestCase):
    def test_later_ones_win_in_this_order(self):
        lines = [b"AT A +2.0 k +1+1 10.5",  # received later than the next
                 b"AT A +1.0 k +1+1 10.5",
                 b"AT B +1.0 k +1+1 10.5",
                 b"AT B +1.0 k +1+2 10.5",
                 b"AT B +1.0 k +1+2 10.50",
                 b"AT A -100.0 k +1+1 10.500000001"]
        ranks = [rank_of(line)[1] for line in lines]
        self.assertEqual(ranks, sorted(ranks))
        self.assertEqual(len(set(ranks)), len(ranks))

    def test_digits_past_the_ninth_do_not_count(self):
        earlier, later = (rank_of(b"AT A +1.000000000 k +1+1 1.000000000" + digit)[1]
                          for digit in (b"9", b""))
        self.assertEqual(earlier[:2], later[:2])

    def test_what_is_no_at_line_is_told(self):
        for line in (b"AT A 1.0 k +1+1 1", b"IT A +1.0 k +1+1 1", b"AT A +1.0 k +1+1"):
            with self.assertRaises(ValueError):
                rank_of(line)


class CheckerTest(unittest.TestCase):
    def setUp(self):
        self.spread = Spread(NODES, LINKS, 0)
        self.ledger = Ledger(self.spread)
        self.lives = dict.fromkeys(NODES, 1)

    def acknowledge(self, line, now, node="A"):
        client, rank = rank_of(line)
        self.ledger.note(node, 1, self.lives.get, (client, rank[3], rank[4]), line, now)

    def kill(self, node, now):
        self.lives[node] += 1
        for link in LINKS:
            if node in link:
                self.spread.spoil(link, now)
        self.spread.killed(node, now)

    def verdict(self, *lines):
        return Verdict(self.ledger, {node: {b"kiwi": line} if line else {}
                                     for node, line in zip(NODES, lines)})


class VerdictTest(CheckerTest):
    OLD, NEW = at_line(b"A", b"10.0"), at_line(b"A", b"11.0")

    def test_all_have_it(self):
        self.acknowledge(self.OLD, 1)
        self.acknowledge(self.NEW, 2)
        verdict = self.verdict(self.NEW, self.NEW, self.NEW)
        self.assertEqual((verdict.lost, verdict.diverged, self.ledger.wrong), ([], [], []))

    def test_something_newer_will_do(self):
        self.acknowledge(self.OLD, 1)
        self.assertEqual(self.verdict(self.NEW, self.NEW, self.NEW).lost, [])

    def test_an_older_one_or_none_is_a_loss(self):
        self.acknowledge(self.OLD, 1)
        self.acknowledge(self.NEW, 2)
        verdict = self.verdict(self.NEW, self.OLD, None)
        self.assertEqual(len(verdict.lost), 2)
        self.assertEqual(len(verdict.diverged), 1)

    def test_what_a_node_made_up(self):
        self.acknowledge(self.OLD, 1)
        self.verdict(*[self.NEW[:-1] + b"5"] * 3)
        self.assertEqual(len(self.ledger.wrong), 3)

    def test_a_reply_that_is_not_the_right_one(self):
        self.ledger.note("A", 1, self.lives.get, (b"kiwi", b"+1+1", b"10.0"), self.OLD, 1)
        self.acknowledge(at_line(b"B", b"12.0"), 1, node="A")
        self.assertEqual(len(self.ledger.wrong), 2)

    def test_an_answer_that_goes_backwards(self):
        self.acknowledge(self.NEW, 1)
        for second in (self.OLD, b"? WHATSAT kiwi 10 0"):
            seen = {}
            self.ledger.regressed.clear()
            for line in (self.NEW, second):
                self.ledger.polled("B", seen, b"kiwi", line, 2)
            self.assertEqual(len(self.ledger.regressed), 1)

    def test_an_answer_is_as_old_as_the_report_that_overtook_it(self):
        self.acknowledge(self.OLD, 10)
        self.acknowledge(self.NEW, 11)
        self.ledger.polled("C", {}, b"kiwi", self.OLD, 14)
        self.assertEqual(list(self.ledger.stale[True]), [3])
        self.spread.spoil(("A", "B"), 14)
        self.ledger.polled("C", {}, b"kiwi", self.OLD, 15)
        self.assertEqual(list(self.ledger.stale[False]), [4])


class SpreadTest(CheckerTest):
    LINE = at_line(b"A", b"10.0")

    def test_killed_at_once_it_is_counted_apart(self):
        self.acknowledge(self.LINE, 0.1)
        self.kill("A", 0.2)
        verdict = self.verdict(None, None, None)
        self.assertEqual((verdict.lost, verdict.apart, verdict.gone), ([], 1, 1))

    def test_after_a_quiet_time_the_others_have_it(self):
        self.acknowledge(self.LINE, 0.1)
        self.kill("A", LONG)
        self.assertEqual(len(self.verdict(None, None, None).lost), 3)

    def test_a_link_with_a_fault_hands_nothing_on(self):
        self.spread.spoil(("A", "B"), 0)
        self.acknowledge(self.LINE, 0.1)
        self.kill("A", LONG)
        self.assertEqual(self.verdict(None, None, None).apart, 1)

    def test_a_link_counts_only_some_time_after_a_fault(self):
        self.spread.spoil(("A", "B"), 0)
        self.acknowledge(self.LINE, 0.1)
        self.spread.mend(("A", "B"), 3)
        self.kill("A", 3 + LINK_SECONDS)
        self.assertEqual(self.verdict(None, None, None).apart, 1)

    def test_it_is_lost_with_the_last_that_held_it(self):
        self.spread.spoil(("B", "C"), 0)
        self.acknowledge(self.LINE, 0.1)
        self.kill("A", LONG)
        self.kill("B", LONG)
        self.assertEqual(self.verdict(None, None, None).apart, 1)

    def test_who_came_back_holds_it_again(self):
        self.acknowledge(self.LINE, 0.1)
        self.kill("A", LONG)
        self.spread.mend(("A", "B"), LONG)
        for node in ("C", "B"):
            self.kill(node, 3 * LONG)
        self.assertEqual(len(self.verdict(None, None, None).lost), 3)

    def test_an_answer_of_a_former_life_is_counted_apart(self):
        self.kill("A", 0.1)
        self.acknowledge(self.LINE, 0.2)
        self.assertEqual(self.verdict(None, None, None).apart, 1)


if __name__ == "__main__":
    unittest.main()
