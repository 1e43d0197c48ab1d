"""Common parts of the tests: a folder, and herds that are closed and explained."""

import pathlib
import shutil
import tempfile
import unittest

from herd import Herd


class HerdTest(unittest.TestCase):
    """A test that makes its own herds. `cls.herd`, when there is one, lasts for the class."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="herd-processes-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.herds = []

    @classmethod
    def make_class_herd(cls, **options):
        """A herd for all tests of the class, not yet running."""
        herd = Herd(cls.folder, **options)
        cls.herds.append(herd)
        cls.addClassCleanup(herd.close)
        return herd

    @classmethod
    def class_herd(cls, **options):
        """A running herd for all tests of the class."""
        herd = cls.make_class_herd(**options)
        herd.up()
        return herd

    def make_herd(self, **options):
        """A herd for this test, not yet running."""
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
        """The ends of the logs of the herd that was made last."""
        return cls.herds[-1].log_tails() if cls.herds else ""
