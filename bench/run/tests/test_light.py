"""Tests the loads of the bench light, its herds that take turns, and the switches of threads."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import loads
import machine
import main
from stage import Stage


class LoadsTest(unittest.TestCase):
    def test_each_rate_is_at_one_node_and_over_all(self):
        self.assertEqual(list(map(str, loads.open_loads((0, 100, 10_000), "Clark"))),
                         ["idle", "100/s at Clark", "100/s over all five",
                          "10,000/s at Clark", "10,000/s over all five"])

    def test_no_load_comes_first_and_each_rate_once(self):
        self.assertEqual([load.rate for load in loads.open_loads((50, 0, 50, 0), "Clark")],
                         [0, 50, 50])

    def test_gains_by_a_count(self):
        self.assertEqual(loads.each({"messages": None, "switches": 300}, 100),
                         {"messages": None, "switches": 3})

    def test_the_figures_under_one_load(self):
        one = loads.OpenLoad(100, "Clark")
        rounds = [{"a, 100/s at Clark": {"us": 1}, "b, 100/s at Clark": {"us": 2},
                   "a, idle": {"us": 3}}]
        self.assertEqual(loads.under(rounds, ["a", "b"], one), [{"a": {"us": 1}, "b": {"us": 2}}])

    def test_who_did_not_keep_up_in_some_round(self):
        both = loads.open_loads((0, 100), "Clark")
        kept, lost = {"rate": 99.0}, {"rate": 97.0}
        rounds = [{"a, idle": {}, "a, 100/s at Clark": kept, "a, 100/s over all five": kept},
                  {"a, idle": {}, "a, 100/s at Clark": kept, "a, 100/s over all five": lost}]
        self.assertEqual(loads.late(rounds, ["a"], both), ["a, 100/s over all five"])

    def test_rates_on_the_command_line(self):
        self.assertEqual(main.numbers("0,100"), [0, 100])
        for wrong in ("", "5,-1", "many"):
            with self.assertRaises(ValueError):
                main.numbers(wrong)


class PlayedHerd:
    """Records in `said` what is done with it."""

    def __init__(self, name, said):
        self.name = name
        self.said = said

    def __enter__(self):
        self.said.append(f"start {self.name}")
        return self

    def close(self, check):
        self.said.append(f"end {self.name}{'' if check else ' unchecked'}")


class StageTest(unittest.TestCase):
    def setUp(self):
        self.said = []
        self.stage = Stage(lambda herd: self.said.append(f"warm {herd.name}"))
        for name in "ab":
            self.stage.add(name, lambda name=name: PlayedHerd(name, self.said))

    def test_one_herd_runs_at_a_time(self):
        with self.stage as stage:
            for name in "aab":
                self.assertEqual(stage.herd(name).name, name)
        self.assertEqual(self.said, ["start a", "warm a", "end a", "start b", "warm b", "end b"])

    def test_a_herd_is_warmed_up_when_it_is_to_be_warm(self):
        with self.stage as stage:
            stage.herd("a", warm=False)
            self.assertEqual(self.said, ["start a"])
            stage.herd("a")
            stage.herd("a")
        self.assertEqual(self.said, ["start a", "warm a", "end a"])

    def test_an_error_is_not_hidden_by_the_end_of_a_herd(self):
        with self.assertRaises(KeyError), self.stage as stage:
            stage.herd("a")
            stage.herd("nobody")
        self.assertEqual(self.said, ["start a", "warm a", "end a"])
        with self.assertRaises(ZeroDivisionError), self.stage as stage:
            stage.herd("b")
            raise ZeroDivisionError
        self.assertEqual(self.said[-1], "end b unchecked")

    def test_a_herd_that_does_not_get_warm_is_ended(self):
        def fails(_):
            raise AssertionError("cold")
        self.stage.warm = fails
        with self.assertRaises(AssertionError), self.stage as stage:
            stage.herd("a")
        self.assertEqual(self.said, ["start a", "end a unchecked"])


class SwitchesTest(unittest.TestCase):
    def test_both_kinds_are_counted(self):
        status = ("Name:\therd-node\nThreads:\t22\nvoluntary_ctxt_switches:\t150\n"
                  "nonvoluntary_ctxt_switches:\t7\n")
        self.assertEqual(machine.switches_in(status), 157)


if __name__ == "__main__":
    unittest.main()
