"""Runs herd-bench on the load's core, and turns its output into figures."""

import contextlib
import json
import subprocess

import machine
import settings
from contest import Void

SPARE_SECONDS = 300  # beyond the time of the load: connecting, reporting clients first

# At this CPU share the loader itself may limit a rate.
BUSY = 0.95


class Loader:
    """`seconds` and `warmup` apply to every run that does not set its own."""

    def __init__(self, seconds, warmup):
        self.seconds = seconds
        self.warmup = warmup

    def command(self, work, ports, flags):
        flags = {"seconds": self.seconds, "warmup": self.warmup, **flags}
        words = [settings.BIN / "herd-bench", "--json", f"--work={work}"]
        words += [f"--{name}" if value is True else f"--{name}={value}"
                  for name, value in flags.items() if value is not False]
        return [*words, *(f"127.0.0.1:{port}" for port in ports)], flags

    def start(self, work, ports, **flags):
        """Starts a load in the background; finish() waits for its end."""
        command, flags = self.command(work, ports, flags)
        with machine.on_core(machine.cores()[1]):
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
        return process, flags

    def finish(self, started):
        """Returns the result of a load. Any error makes it invalid."""
        process, flags = started
        try:
            out, err = process.communicate(timeout=flags["seconds"] + SPARE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Void("herd-bench does not end") from None
        try:
            found = json.loads(out)
        except ValueError:
            why = err.strip()[-500:]
            raise Void(f"herd-bench ended with {process.returncode}: {why}") from None
        if process.returncode != 0 or found["errors"]:
            raise Void(f"{found['errors']} errors in {found['requests']} requests "
                       f"(exit code {process.returncode}) {err.strip()[-500:]}")
        return found

    def run(self, work, ports, **flags):
        return self.finish(self.start(work, ports, **flags))

    @contextlib.contextmanager
    def beside(self, work, ports, **flags):
        """Runs a load for the length of a block, which must take at least as long as a measured
        run."""
        started = self.start(work, ports, **flags)
        try:
            yield
            self.finish(started)
        finally:
            started[0].kill()
            started[0].wait()


def figures(found):
    """Returns the figures of a run that tables show."""
    latency = found["latency_us"]
    return {"cpu_us": found.get("cpu_us_per_request"), "rate": found["rate"],
            "p50_us": latency["p50"], "p99_us": latency["p99"], "requests": found["requests"],
            "loader_us": found["loader_cpu_us"],
            "loader_busy": found["rate"] * found["loader_cpu_us"] / 1e6}


CPU = ("cpu_us", "CPU us/op", 2)
RATE = ("rate", "ops/s", 0)
P50 = ("p50_us", "p50 us", 0)
P99 = ("p99_us", "p99 us", 0)
LOADER = ("loader_us", "loader us/op", 2)


def busy_note(rounds):
    """Returns a note on contestants whose rate the loader may limit, or None."""
    busy = sorted({name for one in rounds for name, found in one.items()
                   if (found.get("loader_busy") or 0) >= BUSY})
    if not busy:
        return None
    return f"The loader itself was busy all the time, so rates may be its own: {', '.join(busy)}."
