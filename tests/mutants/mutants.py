"""The planted bugs: patches, each applied alone to a copy of the sources.

A patch NN_name.patch begins with a description of the bug, in lines that begin with `#`. It must
apply exactly: if the code around it has changed, a person must check that it is still that bug.
"""

import os
import pathlib
import re
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
NOT_COPIED = {"build", "run", ".git", "__pycache__"}


class Mutant:
    """One planted bug."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        lines = path.read_text().splitlines()
        self.what = " ".join(line[1:].strip() for line in lines if line.startswith("#"))

    def patch(self, sources, *options):
        """Runs patch(1) on a copy of the sources; returns its complaints, "" if it has none."""
        done = subprocess.run(
            ["patch", "--strip=1", "--fuzz=0", "--batch", "--forward", "--no-backup-if-mismatch",
             "--reject-file=-", f"--directory={sources}", f"--input={self.path}", *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.stdout.strip() or "patch failed" if done.returncode else ""

    def files(self):
        """The files that it changes, relative to the sources."""
        return re.findall(r"^\+\+\+ b/(\S+)", self.path.read_text(), re.MULTILINE)


def all_mutants():
    """All mutants, in order of their names."""
    return [Mutant(path) for path in sorted(FOLDER.glob("*.patch"))]


def _listed(root):
    """Returns the files below a folder, relative to it, except those built or written by runs."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_COPIED]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def copy_sources(to):
    """Makes a folder the same as our sources, and touches only what differs, so that unchanged
    files are not built again."""
    ours = set(_listed(ROOT))
    to.mkdir(parents=True, exist_ok=True)
    for name in set(_listed(to)) - ours:
        (to / name).unlink()
    for name in ours:
        restore(to, name)


def restore(to, name):
    """Makes one file the same as ours."""
    source, copy = ROOT / name, to / name
    if source.is_symlink():
        return
    if copy.exists() and copy.read_bytes() == source.read_bytes():
        return
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, copy)
    shutil.copymode(source, copy)
