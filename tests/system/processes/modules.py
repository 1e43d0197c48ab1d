"""Runs modules of tests, several at a time, each in a separate process.

Most of a test is waiting, so two at a time take little more than half of the time. Each has a part
of the ports to itself.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import threading

COUNTS = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", re.MULTILINE)
SECONDS = 1800  # maximum for one module


def run_modules(script, names, jobs, options):
    """Runs `script MODULE` for each, and prints its output when it has ended; True: all have
    passed. The last line adds up what they count."""
    parts = list(range(jobs))  # of the ports; each is lent to one module at a time
    lock = threading.Lock()
    totals = [0, 0, 0]
    failed = []

    def run(name):
        with lock:
            part = parts.pop()
        done = subprocess.run(
            [sys.executable, script, *options, name], stdin=subprocess.DEVNULL, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS,
            env={**os.environ, "HERD_PORTS": f"{part}/{jobs}"})
        with lock:
            parts.append(part)
            print(f"== {name}\n{done.stdout}", flush=True)
            counts = COUNTS.findall(done.stdout)
            for i, count in enumerate(counts[-1] if counts else (0, 1, 0)):
                totals[i] += int(count)
            if done.returncode != 0:
                failed.append(name)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for future in [pool.submit(run, name) for name in names]:
            future.result()
    if failed:
        print(f"Failed: {' '.join(sorted(failed))}")
    print(f"{totals[0]} passed, {totals[1]} failed, {totals[2]} skipped")
    return not failed and totals[1] == 0 and totals[0] > 0
