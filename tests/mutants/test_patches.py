"""Every planted bug fits the code and has a description. Takes a second; runs with the rules.
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import mutants  # noqa: E402: found by the line above


class Patches(unittest.TestCase):
    """Tests of all mutants."""

    def test_there_are_enough(self):
        self.assertGreaterEqual(len(mutants.all_mutants()), 25)

    def test_each_applies_exactly(self):
        for mutant in mutants.all_mutants():
            with self.subTest(mutant.name):
                self.assertEqual(mutant.patch(mutants.ROOT, "--dry-run"), "")

    def test_each_says_what_it_is(self):
        for mutant in mutants.all_mutants():
            with self.subTest(mutant.name):
                self.assertRegex(mutant.what, r"^[A-Z].{20,}\.$")

    def test_each_changes_only_what_runs(self):
        for mutant in mutants.all_mutants():
            with self.subTest(mutant.name):
                self.assertTrue(mutant.files())
                for name in mutant.files():
                    self.assertRegex(name, r"^(core|peer)/")


if __name__ == "__main__":
    unittest.main()
