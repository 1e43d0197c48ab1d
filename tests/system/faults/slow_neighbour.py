#!/usr/bin/env python3
"""One slow neighbour costs the others nothing: `./herd test slow_neighbour`, or this file.

    slow_neighbour.py [--seconds=S] [--clients=N] [--rounds=R] [--json=FILE] [--bin=DIR]

N clients (1,000,000) are known to all. Then Clark is stopped (SIGSTOP), in other runs killed or
left alone, for S seconds (60). In the first half of them all clients report at the four others at a
steady rate, which the remaining links carry: that shows how much memory the neighbours take for
Clark. In the second half they report as fast as the nodes answer: that shows throughput and times.
At last it is measured how soon Clark has caught up. Runs of the three kinds take turns, R of each
(2); those in which Clark is left alone show how much is the load's own.
"""

import argparse
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "processes")]

SLOW = "Clark"
NEIGHBOURS = ("Bona", "Jaquez")
IN_FLIGHT = 64
KINDS = ("up", "down", "stopped")

# Reports per second in the first half: each client changes more than once.
STEADY_PER_CLIENT = 0.06

LEAST_THROUGHPUT = 0.95  # of the reports acknowledged while it is down
MOST_P99 = 1.5  # times its value while it is down
MOST_GROWTH_BYTES = 16  # for each distinct client that changed
MOST_CATCH_UP_S = 2.0  # for a million of them


class Bench:
    """Runs, each with a new herd."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder

    def load(self, herd, names, seconds, rate=0):
        """Reports the clients in turn for `seconds`, or each of them once if `seconds` is 0."""
        targets = [f"127.0.0.1:{herd.members[name].text}" for name in names]
        done = subprocess.run(
            [settings.BIN / "herd-bench", "--json", "--warmup=0", "--pick=each",
             f"--clients={self.options.clients}", f"--connections={len(targets)}",
             f"--seconds={seconds}" if seconds else f"--requests={self.options.clients}",
             f"--rate={rate}" if rate else f"--depth={IN_FLIGHT}", *targets],
            stdout=subprocess.PIPE, check=True)
        told = json.loads(done.stdout)
        return {"acknowledged": told["requests"], "seconds": told["seconds"],
                "distinct": min(told["requests"], self.options.clients),
                "p50_us": told["latency_us"]["p50"], "p99_us": told["latency_us"]["p99"]}

    def run(self, kind):
        """Makes one run; `kind` is the state of Clark during it: "stopped", "down" or "up"."""
        with Herd(self.folder) as herd:
            for name in NODES:
                herd.members[name].options = ["--log_lines_per_second=0",
                                              "--places_address=embedded"]
            herd.up(*NODES)
            # At the steady rate, so that no memory is left over from a backlog, which could then be
            # used for Clark.
            steady_rate = self.options.clients * STEADY_PER_CLIENT
            self.load(herd, NODES, 0, steady_rate)
            self.load(herd, NODES, max(2, self.options.seconds // 6), steady_rate)
            herd.wait_agree(records=self.options.clients, seconds=60)
            before = self.sizes(herd)
            if kind != "up":
                (herd.pause if kind == "stopped" else herd.kill)(SLOW)
            others = [name for name in NODES if name != SLOW]
            half = self.options.seconds // 2
            steady = self.load(herd, others, half, steady_rate)
            growth = {name: round((size - before[name]) / steady["distinct"], 1)
                      for name, size in self.sizes(herd).items() if name != SLOW}
            found = self.load(herd, others, half)
            found["growth_bytes_per_client"] = growth
            found["distinct"] = max(found["distinct"], steady["distinct"])
            # The remaining links have a backlog after such a load.
            herd.wait_agree(others, records=self.options.clients, seconds=60)
            began = time.monotonic()
            if kind == "stopped":
                herd.go_on(SLOW)
            elif kind == "down":
                herd.start(SLOW)
            herd.wait_agree(records=self.options.clients, seconds=120)
            found["caught_up_s"] = round(time.monotonic() - began, 2)
            found["kind"] = kind
            found["per_second"] = round(found["acknowledged"] / found["seconds"])
            print(json.dumps(found), flush=True)
            return found

    @staticmethod
    def sizes(herd):
        return {name: resident_bytes(herd.members[name].process.pid)
                for name in herd.running()}


def resident_bytes(pid):
    pages = pathlib.Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def judge(runs):
    """Returns (demand, measured, bound, whether it holds) of each; without a bound it is shown."""
    def mean(kind, key):
        return statistics.mean(run[key] for run in runs if run["kind"] == kind)
    stopped = [run for run in runs if run["kind"] == "stopped"]
    throughput = mean("stopped", "per_second") / mean("down", "per_second")
    slowness = mean("stopped", "p99_us") / mean("down", "p99_us")

    def growth(kind):
        return max(run["growth_bytes_per_client"][name]
                   for run in runs if run["kind"] == kind for name in NEIGHBOURS)
    catch_up = max(run["caught_up_s"] * 1e6 / run["distinct"] for run in stopped)
    return [
        ("throughput, times the one while it is down", throughput, f">= {LEAST_THROUGHPUT}",
         throughput >= LEAST_THROUGHPUT),
        ("p99, times the one while it is down", slowness, f"<= {MOST_P99}", slowness <= MOST_P99),
        ("growth of its neighbours, bytes a changed client", growth("stopped"),
         f"<= {MOST_GROWTH_BYTES}", growth("stopped") <= MOST_GROWTH_BYTES),
        ("  the same while it is down", growth("down"), "", True),
        ("  the same while it takes part", growth("up"), "", True),
        ("caught up, s for a million changed clients", catch_up, f"<= {MOST_CATCH_UP_S}",
         catch_up <= MOST_CATCH_UP_S)]


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clients", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--bin", default=os.environ.get("HERD_BIN", "build/release/bin"))
    return parser.parse_args()


def main(options):
    with tempfile.TemporaryDirectory(prefix="herd-slow-") as name:
        bench = Bench(options, pathlib.Path(name))
        runs = [bench.run(kind) for _ in range(options.rounds) for kind in KINDS]
    judged = judge(runs)
    print("Result:")
    for what, value, bound, holds in judged:
        print(f"  {what:<52} {value:8.2f}  {bound:<8} {'' if holds else 'does not hold'}")
    if options.json:
        options.json.write_text(json.dumps({"runs": runs, "demands": judged}, indent=2) + "\n",
                                encoding="utf-8")
    return all(holds for *_, holds in judged)


if __name__ == "__main__":
    OPTIONS = parse()
    os.environ["HERD_BIN"] = OPTIONS.bin
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Imported after parsing the options, because settings reads them.
    import settings
    from herd import Herd
    from processes import NODES
    sys.exit(not main(OPTIONS))
