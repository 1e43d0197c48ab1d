"""Tests the answers of ./herd to newcomers, and to mistyped commands."""

from scratch import ScratchTest


class WordsTest(ScratchTest):
    def test_help_names_every_verb(self):
        for arguments in ([], ["--help"], ["help"]):
            text = self.herd(*arguments)
            for verb in ("up", "status", "down", "client", "start", "stop", "kill",
                         "rolling-restart", "test", "bench"):
                self.assertIn(f"./herd {verb}", text)
            self.assertIn("Ann Bob places", text)

    def test_mistyped_words_get_a_suggestion(self):
        self.assertIn("did you mean 'status'?", self.herd("stauts", expect=2))
        self.assertIn("did you mean 'Ann'?", self.herd("kill", "ann", expect=2))
        self.assertIn("did you mean 'Bob'?", self.herd("client", "Bab", expect=2))
        self.assertIn("did you mean 'unit'?", self.herd("test", "unti", expect=2))
        self.assertIn("did you mean 'memory'?", self.herd("bench", "memroy", expect=2))

    def test_unknown_words_get_what_there_is(self):
        self.assertIn("there are: Ann Bob places", self.herd("stop", "Prometheus", expect=2))
        self.assertIn("there are: up status", self.herd("dance", expect=2))

    def test_bench_teaches_before_anything_is_installed_or_built(self):
        text = self.herd("bench", "--help", FAKE_MISSING="libspdlog-dev")
        for word in ("--quick", "--rounds", "--seconds", "latency", "build/bench/NAME.json"):
            self.assertIn(word, text)
        self.assertFalse((self.folder / "build").exists(), "it built all the same")

    def test_wrong_numbers_of_arguments_are_named(self):
        self.assertIn("'start' takes one name: Ann Bob places", self.herd("start", expect=2))
        self.assertIn("takes one name", self.herd("kill", "Ann", "Bob", expect=2))
        self.assertIn("takes no arguments, and there is 'Ann'", self.herd("down", "Ann", expect=2))
        self.assertIn("'client' takes one name: Ann Bob", self.herd("client", expect=2))

    def test_before_the_first_build(self):
        for arguments in (["status"], ["start", "Ann"], ["client", "Ann"]):
            self.assertIn("nothing is built yet", self.herd(*arguments, expect=1))
        self.assertIn("Nothing is running", self.herd("down"))
        self.assertIn("Ann is not running", self.herd("stop", "Ann"))
