"""WHATSAT of radius 0 beside IAMAT, at the same node."""

import loader
from contest import Contest
from report import Report
from targets import at_least

from benches import single

LOAD = {"connections": 50, "depth": 16}


def run(options, load, folder):
    contest = Contest("whatsat", options.rounds)
    report = Report("whatsat", "WHATSAT radius 0 and IAMAT, 50 connections, 16 pipelined", contest)
    with single.lone_node(folder) as node:
        single.add_asked(contest, load, "IAMAT", node, "iamat", **LOAD)
        single.add_asked(contest, load, "WHATSAT", node, "whatsat", **LOAD)
        contest.run()
    for one in contest.rounds:
        for found in one.values():
            found["per_cpu_second"] = 1e6 / found["cpu_us"]
    report.figures([loader.RATE, ("per_cpu_second", "ops/CPU s", 0), loader.CPU, loader.P50,
                    loader.P99, loader.LOADER], ratio="IAMAT")
    report.ratio("rate, of IAMAT's", "WHATSAT", "IAMAT", "rate", at_least(1.0, 1.3))
    report.ratio("operations by CPU second, of IAMAT's", "WHATSAT", "IAMAT", "per_cpu_second",
                 at_least(1.0, 1.3))
    return report
