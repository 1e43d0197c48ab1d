#!/usr/bin/env python3
"""The page of a node in a real browser: `./herd test page`, or this file.

    run.py [--bin=DIR] [TEST ...]

--bin is as for tests/system/processes/run.py, whose herds these are. TEST is as in
`python3 -m unittest`.
"""

import argparse
import os
import pathlib
import signal
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.environ.get("HERD_BIN", "build/release/bin"))
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    os.environ["HERD_BIN"] = options.bin
    # SIGTERM ends it like Ctrl-C: unittest stops, and processes and the browser end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "processes")]
    import settings  # after the options: it reads them
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(options.tests) if options.tests else loader.discover(
        str(FOLDER))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    for what, text in settings.MEASURED:
        print(f"measured: {what}: {text}")
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    passed = result.testsRun - failed - len(result.skipped)
    print(f"{passed} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(failed > 0 or passed == 0)


if __name__ == "__main__":
    main()
