#!/usr/bin/env python3
"""Five real nodes under faults, with a checker: `./herd test faults`, or this file.

    run.py [--minutes=M] [--seed=S] [--rate=R] [--json=FILE] [--bin=DIR] [--keep=DIR]
           [--faults=KIND,...]

For so many minutes (2), clients report R times a second (5000) at all nodes while faults, chosen at
random from the seed, cut, thin out and delay what the nodes say to each other, and kill and stop
nodes and set their clocks. Every half minute or so all is healed: then all nodes must agree within
five seconds, and hold everything that was acknowledged, but for what only killed nodes could have
held. It ends with a table, also as JSON. --keep puts the nodes' logs there, and --faults
leaves other kinds out.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "processes")]

SKIPPED = 77
EPISODE_SECONDS = 30
TELL_SECONDS = 5
CLIENTS = 3000

# After the promised time, how much longer the nodes are watched for coming to agree.
AGREE_AT_LAST_SECONDS = 60


class Run:
    """One run: its parts, and its course."""

    def __init__(self, options, world, folder):
        self.options = options
        self.random = random.Random(options.seed)
        self.outcome = Outcome(options.seed, settings.PATIENCE)
        self.nodes = Nodes(world, folder, "clock" in options.faults)
        self.spread = Spread(NODES, LINKS, time.monotonic(), settings.PATIENCE)
        self.stage = Stage(world, self.nodes, self.spread)
        self.ledger = Ledger(self.spread)
        self.traffic = Traffic(self.nodes, self.ledger, Crowd(CLIENTS, options.seed), options.rate)
        self.began = time.monotonic()
        self.told = self.began, 0

    def play(self):
        self.nodes.up()
        prove_faults(self.stage)
        seconds = self.options.minutes * 60
        episodes = max(1, round(seconds / EPISODE_SECONDS))
        for _ in range(episodes):
            self.episode(seconds / episodes)

    def episode(self, seconds):
        """Plays faults under load; then heals them all, and checks."""
        self.traffic.go()
        self.told = time.monotonic(), self.ledger.acknowledged
        began, acknowledged = time.monotonic(), self.ledger.acknowledged
        self.faults_until(began + seconds)
        self.outcome.fault_seconds += time.monotonic() - began
        self.outcome.acknowledged += self.ledger.acknowledged - acknowledged
        self.traffic.rest()
        ending = "; ".join(self.stage.names())
        self.stage.end_all()
        self.agree(time.monotonic(), ending)
        eventually("the clients have their answers", self.traffic.resting, 60)
        self.spread.advance(time.monotonic())
        tables = {node: read_table(*self.nodes.text_address(node), self.ledger.clients())
                  for node in NODES}
        self.outcome.add_verdict(Verdict(self.ledger, tables))

    def faults_until(self, end):
        chance = Chance(self.stage, self.random, self.options.faults)
        ends = []  # (when, fault)
        next_at = time.monotonic()
        while (now := time.monotonic()) < end:
            for item in [item for item in ends if item[0] <= now]:
                ends.remove(item)
                self.stage.end(item[1])
            if next_at <= now:
                fault, seconds = chance.next_fault()
                if fault is not None:
                    self.stage.begin(fault)
                    ends.append((time.monotonic() + seconds, fault))
                next_at = time.monotonic() + chance.gap_seconds()
            self.tell(now)
            self.spread.advance(now)
            self.traffic.check()
            self.nodes.check_alive()
            time.sleep(0.05)

    def agree(self, healed_at, healed):
        """Waits until all nodes agree, and records how long it took. Reports that were still on
        their way to a stopped node are part of what they agree on."""
        most = AGREE_AT_LAST_SECONDS * settings.PATIENCE
        seen = ""
        while not (status := self.nodes.status()).agree():
            self.nodes.check_alive()
            took = time.monotonic() - healed_at
            seen = f"at {took:.1f} s: {status}"
            if took > most:
                self.outcome.failures.append(f"they do not agree after heal; {seen}")
                break
            time.sleep(0.05)
        took = time.monotonic() - healed_at
        self.outcome.agreed_after.append(took)
        print(f"healed {healed or 'nothing'}; all agree after {took:.2f} s", flush=True)
        if took > self.outcome.agree_most:
            print(f"  the last look before that, {seen}", flush=True)

    def tell(self, now):
        """Prints a line from time to time: the present faults, and reports per second."""
        at, acknowledged = self.told
        if now - at >= TELL_SECONDS:
            rate = (self.ledger.acknowledged - acknowledged) / (now - at)
            print(f"{now - self.began:6.0f} s  {rate:6.0f} reports a second  "
                  + ("; ".join(self.stage.names()) or "no fault"), flush=True)
            self.told = now, self.ledger.acknowledged

    def close(self):
        self.traffic.close()
        self.outcome.failures += self.nodes.close()
        self.stage.close()

    def finish(self):
        """Prints the table; returns whether all was well."""
        problems = self.outcome.problems(self.ledger)
        figures = self.outcome.figures(self.ledger, self.stage)
        show(figures)
        if self.options.json:
            write_json(self.options.json, figures, problems)
        print("\n".join(problems) or "all well")
        return not problems


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=5000)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--bin", default=os.environ.get("HERD_BIN", "build/release/bin"))
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--faults", type=lambda text: text.split(","))
    return parser.parse_args()


def main(options):
    print(f"seed {options.seed}, {options.minutes:g} minutes", flush=True)
    options.faults = options.faults or list(KINDS)
    if "clock" in options.faults and not clocks_can_lie():
        options.faults.remove("clock")
        print("clocks stay right: libfaketime cannot be used here", flush=True)
    world = World(NODES, LINKS)
    # In this run's own file system, which ends with the run.
    folder = pathlib.Path(tempfile.mkdtemp(dir=world.PRIVATE))
    run = Run(options, world, folder)
    try:
        run.play()
    except AssertionError as error:
        run.outcome.failures.append(str(error))
    except KeyboardInterrupt:
        run.outcome.failures.append("interrupted")
    finally:
        run.close()
        if options.keep:
            shutil.copytree(folder, options.keep, dirs_exist_ok=True)
    return run.finish()


if __name__ == "__main__":
    OPTIONS = parse()
    os.environ["HERD_BIN"] = OPTIONS.bin
    from world import World, enter, unable
    if reason := unable():
        print(reason)
        sys.exit(SKIPPED)
    enter()
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    # Imported after parsing the options, because settings reads them.
    import settings
    from checker import Ledger, Verdict, read_table
    from faults import KINDS, Chance, Stage
    from nodes import Nodes, clocks_can_lie
    from processes import LINKS, NODES
    from proof import prove_faults
    from report import Outcome, show, write_json
    from spread import Spread
    from traffic import Crowd, Traffic
    from waiting import eventually
    sys.exit(not main(OPTIONS))
