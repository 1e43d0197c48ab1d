#!/usr/bin/env python3
"""Measures the herd beside what people would use instead: `./herd bench`, or this file.

    main.py [--quick] [--rounds=N] [--seconds=S] [--rates=R,...] [--only=HERD,...] [--bin=DIR]
            [--out=DIR] [BENCH ...]

Servers run on one core, the load on another. In each round every contestant is measured once, in an
order that rotates; tables show medians over the rounds and their spread, and ratios are taken round
by round. An error of any request voids a bench: it is named, and the exit code is 1. A target that
is not met is reported, and is no error. docs/performance.md explains the output.
"""

import argparse
import datetime
import importlib
import os
import pathlib
import signal
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
sys.path[:0] = [str(FOLDER), str(ROOT / "bench" / "baselines"),
                str(ROOT / "tests" / "system" / "processes")]

BENCHES = ("lone", "pipelined", "herd", "receive", "latency", "paper", "memory", "idle", "whatsat",
           "places", "growth", "nodes", "light")

ROUNDS, QUICK_ROUNDS = 5, 2
SECONDS, QUICK_SECONDS = 3.0, 0.5
WARMUP, QUICK_WARMUP = 0.5, 0.2


def numbers(text):
    """Parses --rates. No number may be below 0."""
    found = [float(word) for word in text.split(",")]
    if min(found) < 0:
        raise ValueError(text)
    return found


def parse():
    parser = argparse.ArgumentParser(
        prog="./herd bench", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true",
                        help="short runs, to see whether all works; the figures mean nothing")
    parser.add_argument("--rounds", type=int, help=f"{ROUNDS}; fewer mean little")
    parser.add_argument("--seconds", type=float, help=f"of each measured run; {SECONDS:g}")
    parser.add_argument("--rates", type=numbers, default=[],
                        help="of light, reports a second: 0,100,1000,5000,10000")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[],
                        help="of light, which herds: proxyherd,staggered,asyncio,java,node")
    parser.add_argument("--bin", default=os.environ.get("HERD_BIN", "build/release/bin"))
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build" / "bench",
                        help="where NAME.json goes; build/bench")
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=", ".join(BENCHES))
    options = parser.parse_args()
    for name in options.benches:
        if name not in BENCHES:
            parser.error(f"no bench '{name}'; there are: {' '.join(BENCHES)}")
    options.benches = options.benches or list(BENCHES)
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    options.seconds = options.seconds or (QUICK_SECONDS if options.quick else SECONDS)
    options.warmup = QUICK_WARMUP if options.quick else WARMUP
    return options


def run(name, options, about):
    """Runs one bench and shows it. Returns False if it is invalid."""
    from contest import Void
    from loader import Loader, busy_note
    bench = importlib.import_module(f"benches.{name}")
    load = Loader(options.seconds, options.warmup)
    with tempfile.TemporaryDirectory(prefix="herd-bench-") as folder:
        try:
            report = bench.run(options, load, pathlib.Path(folder))
        except (AssertionError, Void) as error:
            print(f"{name} is VOID: {error}\n", flush=True)
            return False
    if options.rounds < ROUNDS or options.quick:
        report.note(f"Too short to count: {options.rounds} rounds of {options.seconds:g} s.")
    if note := busy_note(report.contest.rounds):
        report.note(note)
    print("\n".join(report.lines()) + "\n", flush=True)
    report.write(options.out / f"{name}.json", {
        "ended": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "seconds": options.seconds, "quick": options.quick, **about})
    return True


def main(options):
    import machine
    about = machine.describe(ROOT / options.bin)
    print("\n".join(machine.lines(about)) + "\n", flush=True)
    # Keeps this process and its clients off the servers' core.
    os.sched_setaffinity(0, {machine.cores()[1]})
    void = [name for name in options.benches if not run(name, options, about)]
    if void:
        print(f"Void: {', '.join(void)}")
    return not void


if __name__ == "__main__":
    OPTIONS = parse()
    os.environ["HERD_BIN"] = OPTIONS.bin
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(not main(OPTIONS))
