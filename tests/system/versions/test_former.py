"""Tests the error if the history is missing."""

import pathlib
import subprocess
import tempfile
import unittest

import former


class HistoryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
                       cwd=self.folder, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def commit_twice(self):
        self.run_git("init", "full")
        for message in ("one", "two"):
            self.run_git("-C", "full", "commit", "--allow-empty", "-m", message)
        return former.git("rev-parse", "HEAD~", root=self.folder / "full").stdout.strip()

    def test_a_full_clone_has_it(self):
        first = self.commit_twice()
        former.check_history({"same": first}, self.folder / "full")

    def test_a_shallow_clone_is_told_how_to_get_it(self):
        first = self.commit_twice()
        self.run_git("clone", "--depth=1", f"file://{self.folder}/full", "shallow")
        with self.assertRaisesRegex(former.Missing, "git fetch --unshallow"):
            former.check_history({"same": first}, self.folder / "shallow")

    def test_an_unknown_commit_is_named(self):
        self.commit_twice()
        with self.assertRaisesRegex(former.Missing, "'same' .aaaaaaaaaaaa. is not here"):
            former.check_history({"same": "a" * 40}, self.folder / "full")

    def test_sources_without_a_repository_say_so(self):
        with self.assertRaisesRegex(former.Missing, "no git repository"):
            former.check_history({"same": "a" * 40}, self.folder)

    def test_the_file_names_each_build_once(self):
        commits = former.pinned(former.FILE.read_text(encoding="utf-8"))
        self.assertEqual(sorted(commits), ["last", "other", "same"])
        with self.assertRaises(AssertionError):
            former.pinned(f"same {'a' * 40}\nsame {'b' * 40}\n")
