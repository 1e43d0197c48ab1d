#!/usr/bin/env python3
"""Counts the instructions of the hot paths: `./herd test perf`, or this file.

    run.py [--record] [--bin=DIR] [PATH ...]

Each path of hot-paths (all, or those named) runs on its fixed inputs under callgrind, which counts
the instructions of the path alone, without what prepares it. They do not depend on how busy the
machine is. record.json beside this file holds what an operation of each took when it was recorded,
and with which compiler; more than 5 % above that is a failure, and so is a path that grows with the
number of clients by more than 5 %. With another compiler there is nothing to compare with: then it
exits with 77. --record writes what was counted into record.json instead; say in the commit why a
path may cost more.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
RECORD = FOLDER / "record.json"

MOST_GROWTH = 1.05
# With the number of clients known.
BY_CLIENTS = ["session_iamat_16_of_1000", "session_iamat_16_of_100000",
              "session_iamat_16_of_1000000"]
SKIPPED = 77


def output_of(*command):
    """The output of a program, without the line's end."""
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def count(program, path):
    """Instructions per operation of a path."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--toggle-collect=Counted",
             f"--callgrind-out-file={folder}/out", str(program), path],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or collected is None:
        sys.exit(f"{path} did not run under callgrind:\n{done.stderr}")
    return int(collected.group(1)) / int(done.stdout)


def count_all(program, paths):
    """By path, on all cores; the one that prepares most is begun first."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        order = sorted(paths, key=len, reverse=True)
        return dict(zip(order, pool.map(lambda path: count(program, path), order)))


def judge(path, counted, recorded):
    """Prints a line of the table; whether the path may cost so much."""
    if recorded is None:
        print(f"{path:28} {counted:10.1f}  not recorded yet")
        return False
    ratio = counted / recorded
    kept = ratio <= MOST_GROWTH
    print(f"{path:28} {counted:10.1f} {recorded:10.1f}  {ratio:5.3f}{'' if kept else '  too many'}")
    return kept


def judge_by_clients(counted):
    """Whether a report costs the same however many clients are known."""
    least = min(counted[path] for path in BY_CLIENTS)
    most = max(counted[path] for path in BY_CLIENTS)
    print(f"From a thousand clients to a million an operation grows by {most / least:.3f}.")
    return most <= least * MOST_GROWTH


def write_record(compiler, counted):
    """Keeps the records of paths that were not counted now."""
    known = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    instructions = known.get("instructions", {}) if known.get("compiler") == compiler else {}
    instructions.update({path: round(number, 1) for path, number in counted.items()})
    RECORD.write_text(json.dumps({"compiler": compiler, "instructions": instructions},
                                 indent=2, sort_keys=True) + "\n")


def parse_arguments():
    """Of the command line."""
    parser = argparse.ArgumentParser(description="Counts the instructions of the hot paths.")
    parser.add_argument("--record", action="store_true", help="write record.json anew")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin",
                        help="where hot-paths is")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="count only these")
    return parser.parse_args()


def main():
    """Returns the exit code."""
    options = parse_arguments()
    program = options.bin / "hot-paths"
    compiler = output_of(program, "--compiler")
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {"compiler": compiler}
    if not options.record and record["compiler"] != compiler:
        print(f"the record was made with {record['compiler']}, and this is {compiler}")
        return SKIPPED
    known = output_of(program).split()
    counted = count_all(program, options.paths or known)
    if options.record:
        write_record(compiler, counted)
    print("Result:")
    print(f"{'instructions per operation':28} {'now':>10} {'recorded':>10}  ratio")
    recorded = json.loads(RECORD.read_text())["instructions"] if RECORD.exists() else {}
    kept = [judge(path, counted[path], recorded.get(path)) for path in known if path in counted]
    if all(path in counted for path in BY_CLIENTS):
        kept.append(judge_by_clients(counted))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
