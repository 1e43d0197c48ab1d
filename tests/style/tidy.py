#!/usr/bin/env python3
"""clang-tidy on our C++, on every core; clean files are cached.

    tidy.py BUILD_FOLDER [--changed | --tests]

Checks what runs in a herd, without the static analyzer, which takes two thirds of the time; with
--changed only the files that differ from main (changes.py), with --tests also tools, benches and
tests, and with the analyzer. A clean file is checked again only if the file itself, one of our
headers that it includes, a .proto, the checks or clang-tidy has changed. The cache is
~/.cache/proxyherd/tidy, where a file's name stands for one clean file; it can be deleted any time.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

import changes

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Files that do not run in a herd; `build` has generated code.
BESIDE = {"tools", "bench", "tests"}
NOT_OURS = {"..", "build"}
WITHOUT_ANALYZER = "--checks=-clang-analyzer-*"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
CLEAN = CACHE / "proxyherd" / "tidy"


def folder_of(path):
    """Returns the top-level folder of the file."""
    return os.path.relpath(path, ROOT).split(os.sep)[0]


def included(entry):
    """Returns the file of a compile command, and all of our headers that it includes."""
    command = shlex.split(entry["command"])
    compiler = command.index(next(a for a in command if a.endswith("clang++")))
    output = command.index("-o")
    listing = [*command[compiler:output], *command[output + 2:], "-MM", "-MF", "-"]
    done = subprocess.run(listing, cwd=entry["directory"], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL, check=False)
    words = done.stdout.replace("\\\n", " ").split()[1:]
    return sorted({entry["file"], *(os.path.join(entry["directory"], w) for w in words)})


def fingerprint(entry, common):
    """Returns a hash of everything on which clang-tidy's verdict on the file depends."""
    digest = hashlib.sha256(common)
    for path in included(entry):
        digest.update(os.path.relpath(path, ROOT).encode() + b"\0")
        digest.update(pathlib.Path(path).read_bytes())
    return digest.hexdigest()


def fingerprint_of_the_rest(options):
    """Returns the part that is the same for all files: the checks, the tool, the sources of
    generated headers."""
    digest = hashlib.sha256(subprocess.check_output(["clang-tidy", "--version"]))
    digest.update(" ".join(options).encode())
    for path in [ROOT / ".clang-tidy", *sorted(ROOT.glob("proto/**/*.proto"))]:
        digest.update(path.read_bytes())
    return digest.digest()


def tidy(entry, build, options, common):
    """Checks one file; returns clang-tidy's warnings, empty if there are none."""
    clean = CLEAN / fingerprint(entry, common)
    if clean.exists():
        return ""
    done = subprocess.run(["clang-tidy", "-p", build, "--quiet", *options, entry["file"]],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        return done.stdout
    clean.touch()
    return ""


def differing(entries):
    """Returns the compile commands of files that differ from main; of all without a main."""
    since, what = changes.base(ROOT)
    if since is None:
        print(f"clang-tidy: {what}: all files are checked")
        return entries
    affected = changes.affected(changes.sources(ROOT), changes.paths_since(ROOT, since))
    found = [entry for entry in entries if os.path.relpath(entry["file"], ROOT) in affected]
    print(f"clang-tidy: {len(found)} of {len(entries)} files differ from {what}, {since[:12]}, or "
          "include a file that does")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--changed", action="store_true")
    scope.add_argument("--tests", action="store_true")
    chosen = parser.parse_args()
    options = [] if chosen.tests else [WITHOUT_ANALYZER]
    left_out = NOT_OURS if chosen.tests else NOT_OURS | BESIDE
    CLEAN.mkdir(parents=True, exist_ok=True)
    commands = pathlib.Path(chosen.build, "compile_commands.json").read_text(encoding="utf-8")
    entries = [entry for entry in json.loads(commands)
               if folder_of(entry["file"]) not in left_out and entry["file"].endswith(".cc")]
    if not entries:
        sys.exit(f"clang-tidy: {chosen.build} compiles none of our files")
    if chosen.changed:
        entries = differing(entries)
    common = fingerprint_of_the_rest(options)
    unclean = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(tidy, entry, chosen.build, options, common) for entry in entries]
        for number, done in enumerate(concurrent.futures.as_completed(waiting), 1):
            complaints = done.result()
            unclean += bool(complaints)
            print(complaints, end="")
            print(f"clang-tidy: {number} of {len(entries)} files", flush=True)
    print(f"clang-tidy: {unclean} of {len(entries)} files are unclean")
    return unclean > 0


if __name__ == "__main__":
    sys.exit(main())
