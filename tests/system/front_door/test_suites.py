"""Tests how `./herd test` runs suites and counts them."""

import re

from scratch import ScratchTest

FAKE_SUITES = """
SUITES='
quick    works         1  passes at once
good     works,change  2  passes
bad      change        4  fails in the middle
away     named         8  cannot run here
compose  named        16  passes, too
'
suite_has_options() { [[ $1 == good ]]; }
suite_quick() { echo quick; }
suite_compose() { echo composed; }
suite_good() {
  echo fine
  echo Result:
  echo "options: $*"
}
suite_bad() {
  echo before
  false
  echo after
}
suite_away() {
  echo "there is no engine"
  exit 77
}
"""


class SuitesTest(ScratchTest):
    def setUp(self):
        super().setUp()
        (self.folder / "tools" / "herd.d" / "suites.sh").write_text(FAKE_SUITES, encoding="utf-8")
        # The suites fetch promtool; here it is already present.
        tools = self.folder / "build" / "tools" / "bin"
        tools.mkdir(parents=True)
        (tools / "promtool").touch(mode=0o755)

    def test_without_names_whether_it_works_here(self):
        text = self.herd("test")
        self.assertIn("quick: passes at once\n", text)
        self.assertIn("good: passes\n", text)
        self.assertEqual(text.splitlines()[-1], "2 passed, 0 failed")

    def test_change_is_what_every_change_must_pass(self):
        text = self.herd("test", "change", expect=1)
        self.assertLess(text.index("good: passes\n"), text.index("bad: fails in the middle\n"))
        self.assertEqual(text.splitlines()[-1], "1 passed, 1 failed")

    def test_change_can_stand_beside_suites(self):
        text = self.herd("test", "quick", "change", "away", expect=1)
        self.assertEqual(text.splitlines()[-1], "2 passed, 1 failed, 1 skipped")

    def test_help_lists_suites_with_their_minutes_and_the_sums(self):
        text = self.herd("test", "--help", FAKE_MISSING="libspdlog-dev")
        for line in ("+    1 min  quick           passes at once", "+*   2 min  good ",
                     " *   4 min  bad ", "     8 min  away "):
            self.assertIn(line, text)
        for words in ("suites marked +, 3 min", "suites marked *, 6 min",
                      "change and compose, 22 min"):
            self.assertIn(words, text)
        self.assertFalse((self.folder / "build" / "log").exists(), "it ran suites all the same")
        text = self.herd("--help")
        self.assertIn("works on this machine: 3 min\n", text)
        self.assertIn("must pass: 6 min\n", text)

    def test_a_suite_ends_at_its_first_failing_command_and_shows_its_output(self):
        text = self.herd("test", "bad", expect=1)
        self.assertIn("| before", text)
        self.assertNotIn("after\n", text)
        self.assertIn("build/log/test-bad.log", text)
        self.assertEqual(text.splitlines()[-1], "0 passed, 1 failed")

    def test_named_suites_run_alone(self):
        text = self.herd("test", "good")
        self.assertEqual(text.splitlines()[-1], "1 passed, 0 failed")

    def test_a_suite_that_cannot_run_is_counted_apart(self):
        text = self.herd("test", "good", "away")
        self.assertIn("skipped: there is no engine", text)
        self.assertEqual(text.splitlines()[-1], "1 passed, 0 failed, 1 skipped")

    def test_options_belong_to_the_suite_before_them(self):
        text = self.herd("test", "good", "--minutes", "60")
        self.assertIn("| options: --minutes 60\n", text)
        self.assertNotIn("fine", text)

    def test_a_suite_without_options_refuses_them(self):
        text = self.herd("test", "bad", "--minutes", "60", expect=2)
        self.assertIn("'bad' takes no options", text)

    def test_all_runs_all(self):
        text = self.herd("test", "all", expect=1)
        self.assertEqual(text.splitlines()[-1], "3 passed, 1 failed, 1 skipped")


class TableTest(ScratchTest):
    def test_every_suite_of_the_table_is_a_function_and_the_other_way_round(self):
        text = (self.folder / "tools" / "herd.d" / "suites.sh").read_text(encoding="utf-8")
        rows = re.search(r"^SUITES='\n(.*?)^'$", text, re.MULTILINE | re.DOTALL)[1].splitlines()
        functions = set(re.findall(r"^suite_(\w+)\(\)", text, re.MULTILINE)) - {"has_options"}
        self.assertEqual({row.split()[0] for row in rows}, functions)
