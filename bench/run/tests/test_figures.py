"""Tests statistics, targets and tables, with numbers made by hand."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import stats
import table
from contest import Contest, Void, order
from report import Report
from targets import Row, at_least, at_most

INF = float("inf")


class StatsTest(unittest.TestCase):
    def test_a_spread_is_the_median_and_the_extremes(self):
        found = stats.spread([5.0, 1.0, 9.0, 2.0, 3.0])
        self.assertEqual((found.median, found.least, found.most), (3.0, 1.0, 9.0))
        self.assertEqual(found.text(1), "3.0 (1.0..9.0)")
        self.assertEqual(stats.spread([1234.5]).text(1), "1,234.5")

    def test_ratios_are_taken_round_by_round(self):
        self.assertEqual(stats.ratios([2.0, 8.0, 3.0], [1.0, 2.0, 3.0]), [2.0, 4.0, 1.0])

    def test_rounds_in_which_one_is_missing_do_not_count(self):
        self.assertEqual(stats.ratios([2.0, None, 3.0, 4.0], [1.0, 1.0, None, 0.0]), [2.0])

    def test_a_quantile_lies_within_its_bucket(self):
        histogram = {10.0: 0, 20.0: 50, 40.0: 100, INF: 100}
        self.assertEqual(stats.quantile(histogram, 0.5), 20.0)
        self.assertEqual(stats.quantile(histogram, 0.25), 15.0)
        self.assertEqual(stats.quantile(histogram, 0.75), 30.0)

    def test_a_quantile_beyond_all_bounds_is_infinite(self):
        self.assertEqual(stats.quantile({10.0: 1, INF: 10}, 0.99), INF)

    def test_nothing_counted_has_no_quantile(self):
        self.assertIsNone(stats.quantile({}, 0.5))
        self.assertIsNone(stats.quantile({10.0: 0, INF: 0}, 0.5))

    def test_a_quantile_of_single_values_is_one_of_them(self):
        values = list(range(1, 101))
        self.assertEqual(stats.nearest(values, 0.5), 50)
        self.assertEqual(stats.nearest(values, 0.99), 99)
        self.assertEqual(stats.nearest([7.0], 0.01), 7.0)

    def test_a_node_learned_between_two_answers(self):
        self.assertEqual(stats.learned_at((1.0, 2.0), (3.0, 4.0)), 2.5)
        self.assertEqual(stats.learned_at(None, (3.0, 4.0)), 3.5)

    def test_what_a_histogram_gained(self):
        self.assertEqual(stats.difference({1.0: 5, INF: 9}, {1.0: 2, INF: 4}), {1.0: 3, INF: 5})


class TargetTest(unittest.TestCase):
    def test_at_most(self):
        target = at_most(1.15, 1.08)
        self.assertEqual(target.judge(1.151), "does not hold")
        self.assertEqual(target.judge(1.15), "holds")
        self.assertEqual(target.judge(1.08), "holds, stretch too")

    def test_at_least(self):
        target = at_least(30, 45)
        self.assertEqual(target.judge(29.9), "does not hold")
        self.assertEqual(target.judge(30), "holds")
        self.assertEqual(target.judge(45), "holds, stretch too")

    def test_without_stretch(self):
        self.assertEqual(at_most(0.95).judge(0.1), "holds")

    def test_the_median_is_judged(self):
        row = Row("x", [0.5, 3.0, 0.9], at_most(1.0))
        self.assertEqual(row.verdict, "holds")
        self.assertEqual(row.cells(), ["x", "0.90 (0.50..3.00)x", "<= 1x", "", "holds"])

    def test_what_was_not_measured_is_skipped_with_the_reason(self):
        row = Row("x", [], at_most(1.0), "Redis is not installed")
        self.assertEqual(row.verdict, "skipped: Redis is not installed")
        self.assertNotIn("median", row.as_json())


class TableTest(unittest.TestCase):
    def test_figures_stand_to_the_right(self):
        self.assertEqual(table.render(["", "us"], [["ours", "1.5"], ["theirs too", "10.5"]]), [
            "                us",
            "  ----------  ----",
            "  ours         1.5",
            "  theirs too  10.5"])

    def test_medians_and_ratios_of_rounds(self):
        rounds = [{"a": {"us": 2.0}, "b": {"us": 1.0}}, {"a": {"us": 6.0}, "b": {"us": 2.0}}]
        lines = table.figures(rounds, [("us", "us", 1)], ratio="b")
        self.assertIn("4.0 (2.0..6.0)  2.50 (2.00..3.00)", lines[2])
        self.assertIn("1.5 (1.0..2.0)               1.00", lines[3])

    def test_what_was_not_measured_is_a_dash(self):
        lines = table.figures([{"a": {"us": 2.0}}], [("us", "us", 1), ("mb", "MB", 0)],
                              names=["a", "c"], ratio="c")
        self.assertEqual(lines[2].split(), ["a", "2.0", "-", "-"])
        self.assertEqual(lines[3].split(), ["c", "-", "-", "-"])


class ContestTest(unittest.TestCase):
    def test_each_round_begins_with_another(self):
        names = ["a", "b", "c"]
        self.assertEqual([order(names, number) for number in range(4)],
                         [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["a", "b", "c"]])

    def test_contestants_that_belong_together_stay_together(self):
        names = ["a1", "a2", "b1", "b2"]
        self.assertEqual(order(names, 1, 2), ["b1", "b2", "a1", "a2"])
        self.assertEqual(order(names, 2, 2), names)

    def test_every_contestant_is_measured_once_a_round(self):
        seen = []
        contest = Contest("play", 2)
        for name in "ab":
            contest.add(name, lambda name=name: seen.append(name) or {"n": len(seen)})
        contest.run()
        self.assertEqual(seen, ["a", "b", "b", "a"])
        self.assertEqual(contest.series("a", "n"), [1, 4])

    def test_an_error_voids_it_and_names_whose_it_was(self):
        def fails():
            raise Void("3 errors in 10 requests")
        contest = Contest("play", 2)
        contest.add("ours", fails)
        with self.assertRaisesRegex(Void, "ours, round 1: 3 errors"):
            contest.run()

    def test_a_report_tells_who_was_skipped(self):
        contest = Contest("play", 1)
        contest.add("ours", lambda: {"us": 1.0})
        contest.skip("theirs", "it is not installed")
        contest.run()
        report = Report("play", "a game", contest)
        report.ratio("of theirs", "ours", "theirs", "us", at_most(1.0))
        text = "\n".join(report.lines())
        self.assertIn("skipped: it is not installed", text)
        self.assertIn("theirs is skipped: it is not installed.", text)


if __name__ == "__main__":
    unittest.main()
