#!/usr/bin/env python3
"""Tests of real processes: `./herd test processes`, or this file.

    run.py [--bin=DIR] [--scale=FACTOR] [--jobs=N] [--smoke | TEST ...]

--bin names the folder of herd-node, herd-places and herdctl, relative to the repository
(build/release/bin); build/asan/bin runs the same under the sanitizers. --scale makes less load
(0.25 under sanitizers). --jobs is the number of modules that run at a time (2), if no TEST is
named. --smoke runs only a few modules, which show whether a herd works on this machine. TEST is as
in `python3 -m unittest`, e.g. test_losses.
"""

import argparse
import os
import pathlib
import signal
import sys
import time
import unittest

# Half a minute of the main features: reports reach all nodes, also around lost nodes and links; a
# killed node returns; WHATSAT; metrics.
SMOKE = ("test_restart", "test_flood", "test_links", "test_losses", "test_metrics", "test_places")

# They would end last if they did not begin first.
LONGEST = ("test_limits", "test_drain", "test_rolling_restart", "test_text_storm", "test_signals")

FOLDER = pathlib.Path(__file__).resolve().parent


class Result(unittest.TextTestResult):
    """Shows the duration of each test, and the logs behind a failure."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.passed = 0

    def getDescription(self, test):
        return str(test).split(" ", maxsplit=1)[0].removeprefix("test_").replace("_", " ")

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        self.passed += 1
        self.stream.writeln(f"ok, {time.monotonic() - self.began:.1f} s")
        self.stream.flush()

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.explain(test)

    def addError(self, test, err):
        super().addError(test, err)
        self.explain(test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.explain(test)

    def explain(self, test):
        if explain := getattr(test, "explain", None):
            self.stream.writeln(explain())


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.environ.get("HERD_BIN", "build/release/bin"))
    parser.add_argument("--scale", default=os.environ.get("HERD_SCALE"))
    parser.add_argument("--failfast", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    if options.smoke and options.tests:
        parser.error("--smoke and TEST exclude each other")
    os.environ["HERD_BIN"] = options.bin
    if options.scale:
        os.environ["HERD_SCALE"] = options.scale
    if not (FOLDER.parents[2] / options.bin / "herd-node").exists():
        sys.exit(f"{options.bin} has no herd-node; `./herd test processes` builds it")

    if options.smoke or (not options.tests and options.jobs > 1):
        sys.path.insert(0, str(FOLDER))
        from modules import run_modules
        names = SMOKE if options.smoke else sorted(
            (path.stem for path in FOLDER.glob("test_*.py")),
            # The longest begin first.
            key=lambda name: (name not in LONGEST, name))
        sys.exit(not run_modules(__file__, names, options.jobs, []))

    # SIGTERM ends it like Ctrl-C: unittest stops, and no process stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.path.insert(0, str(FOLDER))
    import settings  # after the options: it reads them
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(options.tests) if options.tests else loader.discover(
        str(FOLDER))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result,
                                     failfast=options.failfast).run(suite)
    for what, text in settings.MEASURED:
        print(f"measured: {what}: {text}")
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(failed > 0 or result.passed == 0)


if __name__ == "__main__":
    main()
