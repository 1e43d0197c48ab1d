"""Common parts of the tests: a folder, and herds that are closed and explained."""

import pathlib
import shutil
import tempfile
import unittest

from herd import Herd


class HerdTest(unittest.TestCase):
    """A test that makes its own herds. `cls.herd`, if set, lasts for the class."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="herd-processes-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.herds = []

    @classmethod
    def make_class_herd(cls, **options):
        """Makes a herd for all tests of the class; it does not run yet."""
        herd = Herd(cls.folder, **options)
        cls.herds.append(herd)
        cls.addClassCleanup(herd.close)
        return herd

    @classmethod
    def class_herd(cls, **options):
        """Starts a herd for all tests of the class."""
        herd = cls.make_class_herd(**options)
        herd.up()
        return herd

    def make_herd(self, **options):
        """Makes a herd for this test; it does not run yet."""
        herd = Herd(self.folder, **options)
        self.herds.append(herd)
        self.addCleanup(herd.close)
        return herd

    def running_herd(self, **options):
        herd = self.make_herd(**options)
        herd.up()
        return herd

    @classmethod
    def explain(cls):
        """Prints the ends of the logs of the herd made last."""
        return cls.herds[-1].log_tails() if cls.herds else ""
