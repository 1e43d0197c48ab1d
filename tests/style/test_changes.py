"""Tests the files of a change for clang-tidy: the commit to compare with, and includes."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import unittest.mock

import changes

TEXTS = {
    "core/time.h": "// Time.\n",
    "core/table.h": '#include "core/time.h"\n#include <string>\n',
    "core/table.cc": '#include "core/table.h"\n',
    "peer/link.h": '#include "proxyherd/peer/v1/link.pb.h"\n',
    "peer/link.cc": '#include "peer/link.h"\n#  include "proxyherd/peer/v1/peer.grpc.pb.h"\n',
    "node/main.cc": '// #include "core/time.h"\n',
}


class AffectedTest(unittest.TestCase):
    def affected(self, *changed):
        return sorted(changes.affected(TEXTS, set(changed)))

    def test_a_source_file_affects_itself(self):
        self.assertEqual(self.affected("core/table.cc"), ["core/table.cc"])

    def test_a_header_affects_all_that_include_it_directly_or_not(self):
        self.assertEqual(self.affected("core/time.h"),
                         ["core/table.cc", "core/table.h", "core/time.h"])

    def test_a_header_that_was_deleted_affects_its_includers(self):
        self.assertEqual(changes.affected({"a/b.cc": '#include "a/gone.h"\n'}, {"a/gone.h"}),
                         {"a/b.cc"})

    def test_a_proto_affects_all_that_include_generated_headers(self):
        self.assertEqual(self.affected("proto/proxyherd/peer/v1/peer.proto"),
                         ["peer/link.cc", "peer/link.h"])

    def test_the_checks_and_the_compiler_options_affect_everything(self):
        for path in (".clang-tidy", "cmake/compiler.cmake", "tests/style/tidy.py"):
            self.assertEqual(self.affected(path), sorted(TEXTS), path)

    def test_other_files_affect_nothing(self):
        self.assertEqual(self.affected("README.md", "core/CMakeLists.txt", "herd"), [])

    def test_headers_that_include_each_other_end(self):
        texts = {"a.h": '#include "b.h"\n', "b.h": '#include "a.h"\n'}
        self.assertEqual(changes.affected(texts, {"a.h"}), {"a.h", "b.h"})


@unittest.skipIf(shutil.which("git") is None, "there is no git here")
class BaseTest(unittest.TestCase):
    def setUp(self):
        # Ignores the repository of a git hook that runs this, and the user's settings.
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("GIT_")}
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        patch = unittest.mock.patch.dict(os.environ, environment | settings, clear=True)
        patch.start()
        self.addCleanup(patch.stop)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="herd-changes-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def git(self, *arguments):
        return subprocess.run(
            ["git", "-C", self.folder, "-c", "user.name=Ann", "-c", "user.email=ann@example.org",
             *arguments], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True).stdout.strip()

    def commit(self, path, text=""):
        """Writes and commits a file; returns the commit."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")
        self.git("add", path)
        self.git("commit", "--quiet", f"--message={path}")
        return self.git("rev-parse", "HEAD")

    def main(self):
        """Makes a repository whose main is a commit past the last release; returns both."""
        self.git("init", "--quiet", "--initial-branch=main")
        release = self.commit("core/old.cc")
        return release, self.commit(changes.RELEASES, f"# Why.\nsame {release}\n")

    def test_a_branch_is_compared_with_where_it_left_main(self):
        _, fork = self.main()
        self.git("checkout", "--quiet", "-b", "branch")
        self.commit("core/new.cc")
        self.assertEqual(changes.base(self.folder), (fork, "main"))
        self.git("checkout", "--quiet", "main")
        self.commit("core/later.cc")
        self.git("checkout", "--quiet", "branch")
        self.assertEqual(changes.base(self.folder), (fork, "main"))

    def test_what_is_not_pushed_is_compared_with_the_remote_main(self):
        _, pushed = self.main()
        self.git("update-ref", "refs/remotes/origin/main", pushed)
        self.commit("core/new.cc")
        self.assertEqual(changes.base(self.folder), (pushed, "origin/main"))

    def test_main_is_compared_with_the_last_release(self):
        release, pushed = self.main()
        self.git("update-ref", "refs/remotes/origin/main", pushed)
        self.assertEqual(changes.base(self.folder), (release, "the last release"))

    def test_without_a_release_in_the_clone_there_is_no_base(self):
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit(changes.RELEASES, f"other {'a' * 40}\n")
        self.assertIsNone(changes.base(self.folder)[0])
        self.commit(changes.RELEASES, f"same {'a' * 40}\n")
        self.assertIsNone(changes.base(self.folder)[0])

    def test_without_a_repository_of_its_own_there_is_no_base(self):
        self.assertIsNone(changes.base(self.folder)[0])
        self.main()
        (self.folder / "unpacked").mkdir()
        self.assertIsNone(changes.base(self.folder / "unpacked")[0])

    def test_everything_since_counts_committed_or_not(self):
        release, _ = self.main()
        self.commit("core/committed.cc")
        (self.folder / "core" / "new.cc").touch()
        (self.folder / "core" / "old.cc").unlink()
        self.assertEqual(changes.paths_since(self.folder, release),
                         {changes.RELEASES, "core/committed.cc", "core/new.cc", "core/old.cc"})
