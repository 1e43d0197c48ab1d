#!/usr/bin/env python3
"""clang-tidy over all our C++, on every core, remembering what was clean.

    tidy.py BUILD_FOLDER [--tests]

Of what runs in a herd, without the static analyzer, which takes two thirds of the time; with
--tests the analyzer too, and tools, benches and tests. A file that was clean is not looked at
again until it, one of our headers that it includes, a .proto, the checks or clang-tidy itself has
changed. What is known to be clean is a name in ~/.cache/proxyherd/tidy; deleting that folder costs
time only.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["base", "core", "runtime", "net", "gateway", "peer", "places", "config", "server",
           "metrics", "rpc", "page", "node"]
WITHOUT_ANALYZER = "--checks=-clang-analyzer-*"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
CLEAN = CACHE / "proxyherd" / "tidy"


def ours(path):
    """Whether the file is one of those that we write."""
    relative = os.path.relpath(path, ROOT).split(os.sep)
    return relative[0] in FOLDERS


def included(entry):
    """The file of a compile command and all of our headers that it includes."""
    command = shlex.split(entry["command"])
    compiler = command.index(next(a for a in command if a.endswith("clang++")))
    output = command.index("-o")
    listing = [*command[compiler:output], *command[output + 2:], "-MM", "-MF", "-"]
    done = subprocess.run(listing, cwd=entry["directory"], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL, check=False)
    words = done.stdout.replace("\\\n", " ").split()[1:]
    return sorted({entry["file"], *(os.path.join(entry["directory"], w) for w in words)})


def fingerprint(entry, common):
    """Changes with everything that clang-tidy's opinion of the file depends on."""
    digest = hashlib.sha256(common)
    for path in included(entry):
        digest.update(os.path.relpath(path, ROOT).encode() + b"\0")
        digest.update(pathlib.Path(path).read_bytes())
    return digest.hexdigest()


def fingerprint_of_the_rest(options):
    """Of what all files depend on: the checks, the tool, and the sources of generated headers."""
    digest = hashlib.sha256(subprocess.check_output(["clang-tidy", "--version"]))
    digest.update(" ".join(options).encode())
    for path in [ROOT / ".clang-tidy", *sorted(ROOT.glob("proto/**/*.proto"))]:
        digest.update(path.read_bytes())
    return digest.digest()


def tidy(entry, build, options, common):
    """Checks one file; returns what clang-tidy has against it, empty when nothing."""
    clean = CLEAN / fingerprint(entry, common)
    if clean.exists():
        return ""
    done = subprocess.run(["clang-tidy", "-p", build, "--quiet", *options, entry["file"]],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        return done.stdout
    clean.touch()
    return ""


def main():
    build = sys.argv[1]
    options = [WITHOUT_ANALYZER]
    if "--tests" in sys.argv[2:]:
        FOLDERS.extend(["tools", "bench", "tests"])
        options = []
    CLEAN.mkdir(parents=True, exist_ok=True)
    commands = json.loads(pathlib.Path(build, "compile_commands.json").read_text(encoding="utf-8"))
    entries = [entry for entry in commands if ours(entry["file"]) and entry["file"].endswith(".cc")]
    common = fingerprint_of_the_rest(options)
    unclean = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(tidy, entry, build, options, common) for entry in entries]
        for number, done in enumerate(concurrent.futures.as_completed(waiting), 1):
            complaints = done.result()
            unclean += bool(complaints)
            print(complaints, end="")
            print(f"clang-tidy: {number} of {len(entries)} files", flush=True)
    print(f"clang-tidy: {unclean} of {len(entries)} files are unclean")
    return unclean > 0 or not entries


if __name__ == "__main__":
    sys.exit(main())
