"""Finds which of our files differ from main, so that clang-tidy checks only these."""

import pathlib
import re
import subprocess

# The remote's main branch comes first, because the local one may have commits to be pushed.
MAINS = ("origin/main", "main")
RELEASES = "tests/system/versions/previous.txt"
# Files whose change may affect the findings in any file. (A CMakeLists.txt only adds files.)
FOR_ALL = re.compile(r"\.clang-tidy|cmake/.*|tests/style/tidy\.py")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
SKIPPED = {"build", "run"}


def git(root, *arguments):
    """Returns the output of git; None if it fails or is not installed."""
    try:
        done = subprocess.run(["git", "-C", root, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def base(root):
    """Returns (commit to compare with, its name): where this branch left main. On main itself it is
    the last release, so that a fresh clone of main checks every commit since; the commit before
    would miss all but the last of those pushed together. (None, why) if there is neither."""
    if git(root, "rev-parse", "--show-cdup") != "":
        return None, "this folder is no git repository"
    head = git(root, "rev-parse", "HEAD")
    for main in MAINS:
        fork = git(root, "merge-base", "HEAD", main)
        if fork is not None and fork != head:
            return fork, main
        if fork is not None:
            break
    release = last_release(root)
    if release and git(root, "merge-base", "--is-ancestor", release, "HEAD") is not None:
        return release, "the last release"
    return None, "this clone has no main branch that differs from it, and not the last release"


def last_release(root):
    """Returns the commit that RELEASES names; None if it names none."""
    path = pathlib.Path(root, RELEASES)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    match = re.search(r"^same ([0-9a-f]{40})$", text, re.MULTILINE)
    return match and match[1]


def paths_since(root, commit):
    """Returns the paths of new files and of changed ones, whether or not they are committed."""
    changed = git(root, "diff", "--name-only", "--no-renames", "-z", commit)
    new = git(root, "ls-files", "--others", "--exclude-standard", "-z")
    if changed is None or new is None:
        raise RuntimeError(f"git cannot list what differs from {commit}")
    return {path for path in (changed + "\0" + new).split("\0") if path}


def sources(root):
    """Returns the texts of our C++ files by path."""
    found = {}
    for folder in pathlib.Path(root).iterdir():
        if folder.is_dir() and folder.name not in SKIPPED and not folder.name.startswith("."):
            for path in (*folder.rglob("*.h"), *folder.rglob("*.cc")):
                found[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    return found


def affected(texts, changed):
    """Returns the paths of `texts` that are in `changed` or include such a file, directly or
    indirectly. Includes are paths from the root; a .proto stands for all generated headers."""
    if any(FOR_ALL.fullmatch(path) for path in changed):
        return set(texts)
    includers = {}
    for path, text in texts.items():
        for header in INCLUDE.findall(text):
            includers.setdefault(".proto" if header.endswith(".pb.h") else header, []).append(path)
    found = set()
    waiting = [".proto" if path.endswith(".proto") else path for path in changed]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(includers.get(path, ()))
    return found & set(texts)
