#!/usr/bin/env python3
"""Runs the tests of ./herd: `./herd test front_door`, or this file with names of tests."""

import pathlib
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER))
    if len(sys.argv) > 1:
        unittest.main(module=None)
    found = unittest.defaultTestLoader.discover(str(FOLDER))
    result = unittest.TextTestRunner(verbosity=2).run(found)
    sys.exit(not (result.wasSuccessful() and result.testsRun > 0))
