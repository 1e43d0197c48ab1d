#!/usr/bin/env python3
"""Today's nodes beside those of former sources: `./herd test versions`, or this file.

    run.py [--bin=DIR] [TEST ...]

Builds what previous.txt names in git worktrees below build/versions. Exits with 77 when the history
is not here.
"""

import argparse
import os
import pathlib
import sys
import unittest

import former

FOLDER = pathlib.Path(__file__).resolve().parent
SKIP_CODE = 77


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin", help="today's programs")
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    os.environ["HERD_BIN"] = options.bin
    commits = former.pinned(former.FILE.read_text(encoding="utf-8"))
    try:
        former.check_history(commits)
    except former.Missing as missing:
        print(missing)
        sys.exit(SKIP_CODE)
    for name, commit in commits.items():
        former.Former(name, commit).build()

    sys.path.insert(0, str(FOLDER.parent / "processes"))
    loader = unittest.defaultTestLoader
    suite = (loader.loadTestsFromNames(options.tests) if options.tests
             else loader.discover(str(FOLDER)))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    sys.exit(not result.wasSuccessful() or result.testsRun == 0)


if __name__ == "__main__":
    main()
