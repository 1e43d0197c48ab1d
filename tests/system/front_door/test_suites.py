"""How `./herd test` runs suites and counts them."""

from scratch import ScratchTest

FAKE_SUITES = """
SUITES='
good   change  passes
bad    change  fails in the middle
away   named   cannot run here
'
suite_names() { echo good bad away; }
change_suites() { printf 'good\\nbad\\n'; }
suite_what() { echo "the suite $1"; }
suite_has_options() { [[ $1 == good ]]; }
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
        # promtool is fetched for the suites; here it is there already.
        tools = self.folder / "build" / "tools" / "bin"
        tools.mkdir(parents=True)
        (tools / "promtool").touch(mode=0o755)

    def test_without_names_what_every_change_must_pass(self):
        text = self.herd("test", expect=1)
        self.assertEqual(text.splitlines()[-1], "1 passed, 1 failed")
        self.assertNotIn("away", text)

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
        self.assertEqual(text.splitlines()[-1], "1 passed, 1 failed, 1 skipped")
