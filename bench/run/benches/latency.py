"""From the receipt at Clark to the merge at Bailey, two links away, beside two bare gRPC hops."""

import json
import subprocess

import machine
import settings
import stats
from contest import Contest, Void
from herds import BenchHerd
from report import Report
from scrape import Metrics
from targets import at_most

IDLE_RATE, LOADED_RATE = 100, 10_000
IDLE, LOADED, HOPS = "herd, idle", f"herd, {LOADED_RATE:,} updates/s", "two bare gRPC hops"
FAMILY = "proxyherd_flood_age_seconds"


def ages(port):
    """Returns (cumulative histogram {bound in us: count}, sum in us) of ages at arrival."""
    histogram, total = {}, 0.0
    for name, labels, value in Metrics(port).samples:
        if name == f"{FAMILY}_bucket":
            histogram[float(labels["le"].replace("+Inf", "inf")) * 1e6] = value
        elif name == f"{FAMILY}_sum":
            total = value * 1e6
    return histogram, total


def measure(load, herd, rate):
    port = herd.members["Bailey"].http
    before, sum_before = ages(port)
    found = load.run("iamat", herd.text_ports(["Clark"]), rate=rate, connections=8)
    herd.wait_spread()
    after, sum_after = ages(port)
    gained = stats.difference(after, before)
    counted = gained[max(gained)]
    if not counted:
        raise Void("nothing has arrived at Bailey")
    return {"p50_us": stats.quantile(gained, 0.5), "p99_us": stats.quantile(gained, 0.99),
            "mean_us": (sum_after - sum_before) / counted, "counted": counted,
            "reply_p50_us": found["latency_us"]["p50"], "reply_p99_us": found["latency_us"]["p99"]}


def measure_hops(load):
    with machine.on_core(machine.cores()[0]):
        done = subprocess.run([settings.BIN / "grpc-hops", f"--rate={IDLE_RATE}",
                               f"--seconds={load.seconds}"],
                              stdout=subprocess.PIPE, check=False, timeout=load.seconds + 60)
    if done.returncode:
        raise Void(f"grpc-hops ended with {done.returncode}")
    found = json.loads(done.stdout)
    return {"p50_us": found["p50_us"], "p99_us": found["p99_us"], "counted": found["messages"]}


def run(options, load, folder):
    contest = Contest("latency", options.rounds)
    report = Report("latency", "receive at Clark to merge at Bailey, two links away", contest)
    with BenchHerd(folder) as herd:
        contest.add(IDLE, lambda: measure(load, herd, IDLE_RATE))
        contest.add(LOADED, lambda: measure(load, herd, LOADED_RATE))
        contest.add(HOPS, lambda: measure_hops(load))
        contest.run()
    report.figures([("p50_us", "p50 us", 0), ("p99_us", "p99 us", 0), ("mean_us", "mean us", 0),
                    ("counted", "updates", 0), ("reply_p50_us", "reply p50 us", 0),
                    ("reply_p99_us", "reply p99 us", 0)], ratio=HOPS)
    report.ratio("p50 of an idle herd, of two bare hops", IDLE, HOPS, "p50_us", at_most(2.0, 1.3))
    report.row(f"p99 at {LOADED_RATE:,} updates a second",
               [value / 1e3 for value in contest.series(LOADED, "p99_us")],
               at_most(5, 2, unit=" ms"))
    report.note(f"Idle: {IDLE_RATE} updates a second, for the herd and for the hops. Quantiles of "
                f"the herd are from Bailey's {FAMILY}, taken to be evenly spread within a bucket.")
    return report
