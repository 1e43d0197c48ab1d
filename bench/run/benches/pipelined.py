"""IAMAT sixteen at a time at a node with two neighbours, beside a bare echo and Redis."""

import loader
from contest import Contest
from herds import BenchHerd
from report import Report
from targets import at_most

from benches import single

TAKER = "Taker"
NODES = ("Left", "Right", TAKER)
LINKS = (("Left", TAKER), ("Right", TAKER))
LOAD = {"connections": 50, "depth": 16}
NODE, LONE = "herd-node, two neighbours", "herd-node alone"


def run(options, load, folder):
    contest = Contest("pipelined", options.rounds)
    report = Report("pipelined", "IAMAT, 50 connections, 16 pipelined: CPU an operation", contest)
    with single.others(contest, load, folder, **LOAD) as stack:
        herd = stack.enter_context(BenchHerd(folder, NODES, LINKS))
        contest.add(NODE, lambda: loader.figures(
            load.run("iamat", herd.text_ports([TAKER]), pids=herd.process_ids([TAKER])[0], **LOAD)))
        alone = stack.enter_context(single.lone_node(folder))
        single.add_asked(contest, load, LONE, alone, "iamat", **LOAD)
        contest.run()
    report.figures([loader.CPU, loader.RATE, loader.P50, loader.P99, loader.LOADER],
                   names=[NODE, LONE, single.ECHO, *single.REDIS_WORKS], ratio=single.ECHO)
    report.ratio("of the bare echo", NODE, single.ECHO, "cpu_us", at_most(2.6, 1.8))
    report.ratio("of Redis SET", NODE, "Redis SET", "cpu_us", at_most(0.9, 0.65))
    report.ratio("of Redis GEOADD", NODE, "Redis GEOADD", "cpu_us", at_most(0.33, 0.23))
    report.note("The neighbours share the servers' core, so the rate is of three nodes; the CPU "
                "time is of the one that takes the reports, its links included.")
    return report
