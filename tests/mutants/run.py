#!/usr/bin/env python3
"""Proof that the simulation finds bugs: `./herd test mutants`, or this file.

    run.py [--seeds N] [--only NAME ...]

Each bug of tests/mutants is planted in a copy of the sources (build/mutants/src), which is built
and simulated on up to N seeds (1,000) until one fails. Without names all are, and all but one have
to be caught; of those that are named, every one. Before, the copy without a bug has to pass.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import mutants  # noqa: E402: found by the line above

BUILD = mutants.ROOT / "build" / "mutants"
SOURCES = BUILD / "src"
TREE = BUILD / "tree"

SEEDS = 1000
SOUND_SEEDS = 200  # for which the copy without a bug must pass
LEAST_CAUGHT = 24

# A process simulates this many seeds. Sound seeds take 5 CPU seconds and about 50 MB, a herd of a
# thousand nodes half a minute and 1 GB; a process far beyond that has run away.
SEEDS_AT_ONCE = 20
CPU_SECONDS = 240
MEMORY_BYTES = 6 << 30

MOST_SAID = 100  # columns of the simulation's output


class Verdict:
    """The outcome of one mutant."""

    def __init__(self, name):
        self.name = name
        self.seed = None  # the first that failed, or the range it is in, as text
        self.how = ""
        self.cpu_s = 0.0

    def line(self):
        """Returns its line of the table."""
        return (f"{self.name:<36} {self.seed or '-':>10} {self.cpu_s:>6.0f}  "
                f"{self.how[:MOST_SAID] or 'nothing'}")


def build(name, log):
    """Builds the simulation from SOURCES; returns its program, a separate copy."""
    program = BUILD / "bin" / name
    program.parent.mkdir(exist_ok=True)
    with open(log, "ab") as out:
        subprocess.run(["ninja", "-C", TREE, "simulate"], stdout=out, stderr=out, check=True)
    shutil.copy2(TREE / "bin" / "simulate", program)
    return program


def configure(log):
    """Makes the build tree, in which only the simulation is built."""
    with open(log, "wb") as out:
        subprocess.run(["cmake", "-S", SOURCES, "-B", TREE, "-G", "Ninja",
                        "-DCMAKE_BUILD_TYPE=Release", "-DPROXYHERD_TESTS=ON"],
                       stdout=out, stderr=out, check=True)


def _limit():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def how_it_ended(code, output):
    """Returns (seed, text) of a process that did not end well; seed is None if it printed none."""
    if said := re.search(r"^seed (\d+) failed: (.*); replay: ", output, re.MULTILINE | re.DOTALL):
        return said[1], " ".join(said[2].split())
    if code == -signal.SIGXCPU:
        return None, f"hung: took more than {CPU_SECONDS} s of CPU"
    if "bad_alloc" in output:
        return None, f"needed more than {MEMORY_BYTES >> 30} GiB of memory"
    if code < 0:
        return None, f"crashed: {signal.Signals(-code).name}"
    return None, f"ended with {code}: {output.strip()[-100:]}"


def simulate(program, name, seeds):
    """Runs seeds in order until one fails."""
    verdict = Verdict(name)
    for first in range(1, seeds + 1, SEEDS_AT_ONCE):
        count = min(SEEDS_AT_ONCE, seeds + 1 - first)
        with subprocess.Popen(
                [program, "--from", str(first), "--seeds", str(count)], stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, preexec_fn=_limit) as process:
            output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        verdict.cpu_s += usage.ru_utime + usage.ru_stime
        if process.returncode != 0:
            seed, verdict.how = how_it_ended(process.returncode, output)
            verdict.seed = seed or f"{first}..{first + count - 1}"
            break
    print(f"simulated {verdict.line()}", flush=True)
    return verdict


class Plot:
    """Plants the bugs one by one in the one copy; mutants already built are simulated meanwhile."""

    def __init__(self, seeds):
        self.seeds = seeds
        self.log = BUILD / "build.log"
        self.pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
        self.running = []
        self.unfit = []  # (name, why)

    def prepare(self):
        """Makes the copy, and proves it sound."""
        mutants.copy_sources(SOURCES)
        configure(self.log)
        self.running.append(self.pool.submit(simulate, build("sound", self.log), "sound",
                                             min(SOUND_SEEDS, self.seeds)))

    def plant(self, mutant):
        """Builds a mutant, and hands it to a free worker."""
        print(f"building {mutant.name}", flush=True)
        if complaint := mutant.patch(SOURCES):
            self.unfit.append((mutant.name, f"does not apply any more: {complaint}"))
        else:
            try:
                program = build(mutant.name, self.log)
                self.running.append(self.pool.submit(simulate, program, mutant.name, self.seeds))
            except subprocess.CalledProcessError:
                self.unfit.append((mutant.name, f"cannot be built: see {self.log}"))
        for name in mutant.files():
            mutants.restore(SOURCES, name)

    def verdicts(self):
        """Yields the verdicts in the order of planting, each as soon as it is known."""
        for future in self.running:
            yield future.result()
        self.pool.shutdown()


def report(plot, planted, whole):
    """Prints a line for each mutant and a summary; returns whether all is well."""
    sound, *verdicts = plot.verdicts()
    print("Result:")
    if sound.seed is not None:
        print(f"without a bug, seed {sound.seed}: {sound.how}")
    print(f"{'mutant':<36} {'seed':>10} {'CPU s':>6}  what the simulation said")
    for verdict in verdicts:
        print(verdict.line())
    for name, why in plot.unfit:
        print(f"{name} {why}")
    survivors = [verdict.name for verdict in verdicts if verdict.seed is None]
    caught = len(verdicts) - len(survivors)
    needed = max(LEAST_CAUGHT, planted - 1) if whole else planted
    print(f"{caught} of {planted} caught within {plot.seeds} seeds, {needed} are needed"
          + (f"; not caught: {' '.join(survivors)}" if survivors else ""))
    well = sound.seed is None and not plot.unfit and caught >= needed
    print(f"{caught} passed, {planted - caught} failed, 0 skipped")
    return well


def main():
    known = mutants.all_mutants()
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    options = parser.parse_args()
    if unknown := set(options.only) - {mutant.name for mutant in known}:
        parser.error(f"no mutant {' '.join(sorted(unknown))}; there are: "
                     + " ".join(mutant.name for mutant in known))
    chosen = [mutant for mutant in known if not options.only or mutant.name in options.only]
    start = time.monotonic()
    plot = Plot(options.seeds)
    plot.prepare()
    for mutant in chosen:
        plot.plant(mutant)
    well = report(plot, len(chosen), not options.only)
    print(f"took {time.monotonic() - start:.0f} s")
    sys.exit(not well)


if __name__ == "__main__":
    main()
