"""Tests the checks that ./herd bench makes before it measures."""

from scratch import ScratchTest

# Stands in for bench/run/main.py.
FAKE_MAIN = 'import sys\nprint("measures", *sys.argv[1:])\n'


class BenchTest(ScratchTest):
    def setUp(self):
        super().setUp()
        folder = self.folder / "bench" / "run"
        folder.mkdir(parents=True)
        (folder / "main.py").write_text(FAKE_MAIN, encoding="utf-8")

    def test_options_and_names_are_passed_on(self):
        text = self.herd("bench", "lone", "--rounds", "7", "--quick")
        self.assertEqual(text.splitlines()[-1], "measures lone --rounds 7 --quick")

    def test_what_it_compares_with_is_installed(self):
        text = self.herd("bench", FAKE_MISSING="redis-tools")
        self.assertIn("apt-get install -y --no-install-recommends redis-tools", text)
        self.assertNotIn("Going on without", text)

    def test_it_goes_on_without_what_may_not_be_installed(self):
        text = self.herd("bench", FAKE_MISSING="redis-tools", HERD_NO_INSTALL="1")
        self.assertIn("Going on without: redis-tools", text)
        self.assertEqual(text.splitlines()[-1], "measures")
        self.assertFalse((self.state / "apt-get").exists())

    def test_it_goes_on_without_what_cannot_be_installed(self):
        text = self.herd("bench", FAKE_MISSING="redis-tools", FAKE_APT="fails")
        self.assertIn("Going on without: redis-tools", text)
        self.assertEqual(text.splitlines()[-1], "measures")

    def test_it_stops_without_what_it_is_built_with(self):
        text = self.herd("bench", FAKE_MISSING="libspdlog-dev", HERD_NO_INSTALL="1", expect=1)
        self.assertNotIn("measures", text)
