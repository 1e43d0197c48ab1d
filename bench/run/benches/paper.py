"""The paper's question: the same herd in asyncio, Java threads and Node.js, on one core."""

import contextlib
import functools

import loader
import settled
from contest import Contest
from herds import BASELINES, BaselineHerd, BenchHerd, missing
from report import Report
from targets import at_least

OURS = "proxyherd"
CONNECTIONS = (1, 50, 1000)
DEPTHS = (1, 16)
JUDGED = (50, 16)
# Seconds of load before the measurement, so that just-in-time compilers have done their work.
WARM_SECONDS, QUICK_WARM_SECONDS = 5, 1

TARGETS = {"asyncio": at_least(30, 45), "Java threads": at_least(8, 15), "Node.js": at_least(8, 15)}


def cell(name, connections, depth):
    return f"{name}, {connections} x {depth}"


def measure(load, herd, connections, depth):
    """Measures updates that flood, then questions."""
    flags = {"connections": connections, "depth": depth}
    updates = settled.measure(load, herd, **flags)
    rss = herd.resident_bytes()
    before = herd.cpu_seconds()
    queries = load.run("whatsat", herd.text_ports(), known=True, warmup=0, **flags)
    used = herd.cpu_seconds() - before
    return {**updates, "rss_mb": rss / 1e6, "query_rate": queries["rate"],
            "query_cpu_us": used * 1e6 / queries["requests"],
            "query_p50_us": queries["latency_us"]["p50"],
            "query_p99_us": queries["latency_us"]["p99"]}


def start_herds(contest, stack, folder):
    """Returns {name: herd} of all that can run here."""
    herds = {OURS: stack.enter_context(BenchHerd(folder))}
    for name, server in BASELINES.items():
        if why := missing(name):
            contest.skip(name, why)
        else:
            herds[name] = stack.enter_context(BaselineHerd(folder, server))
    return herds


def show(report, names):
    """Adds three tables: reports taken and flooded, questions answered, and reply times."""
    contest = report.contest
    for columns in (
            [("flooded_rate", "updates/s", 0), ("rate", "taken/s", 0), ("cpu_us", "CPU us", 2),
             loader.P50, loader.P99, ("rss_mb", "RSS MB", 0)],
            [("query_rate", "queries/s", 0), ("query_cpu_us", "CPU us", 2),
             ("query_p50_us", "p50 us", 0), ("query_p99_us", "p99 us", 0)]):
        for connections in CONNECTIONS:
            for depth in DEPTHS:
                report.figures(columns, names=[cell(name, connections, depth) for name in names],
                               first=f"connections x depth: {connections} x {depth}")
    for name, target in TARGETS.items():
        if name in contest.skipped:
            report.row(f"updates/s, of those of {name}", [], target, contest.skipped[name])
            continue
        ours, theirs = cell(OURS, *JUDGED), cell(name, *JUDGED)
        report.ratio(f"updates/s, of those of {name}", ours, theirs, "flooded_rate", target)
    report.note("All five nodes share one core. updates/s counts the time until every node knows "
                "every update; taken/s only that until they were answered. CPU is of all five "
                "nodes for one request; RSS is of all five together, after the load.")


def run(options, load, folder):
    contest = Contest("paper", options.rounds)
    report = Report("paper", "the same protocol, flooding over the same six links", contest)
    with contextlib.ExitStack() as stack:
        herds = start_herds(contest, stack, folder)
        warm = QUICK_WARM_SECONDS if options.quick else WARM_SECONDS
        for herd in herds.values():
            settled.warm_up(load, herd, warm)
        for connections in CONNECTIONS:
            for depth in DEPTHS:
                for name, herd in herds.items():
                    contest.add(cell(name, connections, depth), functools.partial(
                        measure, load, herd, connections, depth))
        contest.run()
    show(report, list(herds))
    return report
