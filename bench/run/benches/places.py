"""WHATSAT with places from offline data, and the effect of a hanging provider on IAMAT."""

import contextlib
import signal
import subprocess
import sys

import loader
import machine
import settings
from contest import Contest
from herds import BenchHerd
from programs import free_ports
from report import Report
from targets import at_least, at_most
from waiting import eventually

# WHATSAT of ten kilometres and at most five places around Los Angeles, over the built-in world.
ASKED = {"connections": 50, "radius_km": 10, "bound": 5, "around": "34,-118"}
SERVICE, EMBEDDED = "herd-node and herd-places", "herd-node, places embedded"

# The load on the hanging provider meanwhile: five searches per second, each of which takes seconds.
REPORTS = {"connections": 50, "depth": 16}
MEANWHILE = {"connections": 10, "radius_km": 10, "bound": 5, "rate": 5, "clients": 100,
             "around": "34,-118"}
ALONE, HANGING = "IAMAT", "IAMAT, a provider hangs"

GOOGLE = settings.ROOT / "tests" / "system" / "google" / "server.py"
KEY = "AIzaSyNotARealKeyOfAnybody0123456789ab"


def ask(load, herd):
    """Measures the maximum rate of answers, and how long answers take at half of it."""
    ports = herd.text_ports()
    full = load.run("whatsat", ports, pids=",".join(map(str, herd.all_ids())), **ASKED)
    half = load.run("whatsat", ports, rate=full["rate"] / 2, known=True, **ASKED)
    return {**loader.figures(full), "half_rate": half["rate"],
            "half_p50_us": half["latency_us"]["p50"], "half_p99_us": half["latency_us"]["p99"]}


class PlacesHerd(BenchHerd):
    """A node, and herd-places if it is part of the herd."""

    def __init__(self, folder, name, embedded, options=()):
        folder = folder / name
        folder.mkdir()
        super().__init__(folder, nodes=("Lone",), links=(), options=options)
        self.embedded = embedded
        if not embedded:
            node = self.members["Lone"]
            node.options = [word for word in node.options if "places_address" not in word]

    def __enter__(self):
        if not self.embedded:
            self.start("places")
        return super().__enter__()

    def all_ids(self):
        return self.process_ids([*self.nodes, *([] if self.embedded else ["places"])])


@contextlib.contextmanager
def hanging_google(folder):
    """Starts the stand-in for Google, which hangs; yields options of a node that asks it first."""
    port, = free_ports(1)
    key = folder / "key.txt"
    key.write_text(KEY + "\n", encoding="ascii")
    with machine.on_core(machine.cores()[1]), open(folder / "google.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, GOOGLE, f"--port={port}", f"--key={KEY}", "--mode=hang"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        eventually("the stand-in for Google listens",
                   lambda: b"stand-in" in (folder / "google.log").read_bytes(), 20)
        yield ["--places=google,world", f"--google_endpoint=http://127.0.0.1:{port}",
               f"--places_api_key_file={key}"]
    finally:
        process.kill()
        process.wait()


def report_alone(load, herd):
    return loader.figures(load.run("iamat", herd.text_ports(), pids=herd.process_ids()[0],
                                   **REPORTS))


def report_meanwhile(load, herd):
    """Measures the same while searches hang: the next provider answers when half of their time is
    over. After five failures the breaker would spare later ones that, so it begins closed."""
    def google(family, **labels):
        return herd.metric("Lone", f"proxyherd_places_{family}", **labels)

    herd.members["Lone"].process.send_signal(signal.SIGHUP)
    eventually("the breaker is closed", lambda: google("breaker_state", state="closed") == 1)
    asking = load.start("whatsat", herd.text_ports(),
                        seconds=load.seconds + load.warmup + 1, **MEANWHILE)
    eventually("searches hang", lambda: google("calls_in_flight", provider="google") > 0)
    found = report_alone(load, herd)
    assert google("calls_in_flight", provider="google") > 0, "no search hangs any more"
    load.finish(asking)
    return found


def run(options, load, folder):
    contest = Contest("places", options.rounds)
    report = Report("places", "WHATSAT with offline places, and a provider that hangs", contest)
    with contextlib.ExitStack() as stack:
        for name, embedded in ((SERVICE, False), (EMBEDDED, True)):
            herd = stack.enter_context(PlacesHerd(folder, f"embedded-{embedded}", embedded))
            contest.add(name, lambda herd=herd: ask(load, herd))
        google = stack.enter_context(hanging_google(folder))
        herd = stack.enter_context(PlacesHerd(folder, "hanging", True, google))
        contest.add(ALONE, lambda: report_alone(load, herd))
        contest.add(HANGING, lambda: report_meanwhile(load, herd))
        contest.run()
    report.figures([loader.RATE, loader.CPU, loader.P50, loader.P99,
                    ("half_rate", "half, ops/s", 0), ("half_p50_us", "its p50 us", 0),
                    ("half_p99_us", "its p99 us", 0)])
    for name in (SERVICE, EMBEDDED):
        report.row(f"p99 at half of the greatest rate, {name}",
                   [value / 1e3 for value in contest.series(name, "half_p99_us")],
                   at_most(1, unit=" ms"))
    report.ratio("throughput of IAMAT while a provider hangs", HANGING, ALONE, "rate",
                 at_least(0.95))
    report.note("Places are those of the built-in world around Los Angeles; radius 10 km, at most "
                "five.")
    return report
