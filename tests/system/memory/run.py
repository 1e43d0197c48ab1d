#!/usr/bin/env python3
"""Nodes filled beyond their memory, in control groups: `./herd test memory`, or this file, as root.

    run.py [--bin=DIR] [--minutes=N] [TEST ...]

--minutes is for all tests together (10). TEST is as in `python3 -m unittest`, e.g.
test_full_nodes.Healing. Exit code 77: no memory control group can be made here.
"""

import argparse
import os
import pathlib
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.environ.get("HERD_BIN", "build/release/bin"))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    os.environ["HERD_BIN"] = options.bin
    sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "processes")]
    import settings  # after the options: it reads them
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(options.tests) if options.tests else loader.discover(
        str(FOLDER))
    settings.SECONDS = options.minutes * 60 / max(1, suite.countTestCases())
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    print("Result:")
    for what, text in settings.MEASURED:
        print(f"{what}: {text}")
    if result.wasSuccessful() and result.testsRun == len(result.skipped):
        print(result.skipped[0][1] if result.skipped else "no test")
        sys.exit(SKIPPED)
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
