"""IAMAT one at a time at a lone node, beside a bare echo and Redis."""

import loader
from contest import Contest
from herds import BenchHerd
from processes import NODES
from report import Report
from targets import at_most

from benches import single

NODE, BUSY = "herd-node", "herd-node, links busy"
ASKED = "Clark"

# Updates per second at the four other nodes, all of which flood to the measured node.
BUSY_RATE = 5000


def busy_links(load, herd):
    """Returns the node's CPU time, its links' records included, per IAMAT of its own."""
    there = [name for name in NODES if name != ASKED]
    longer = load.seconds + load.warmup + 1
    with load.beside("iamat", herd.text_ports(there), rate=BUSY_RATE, connections=8,
                     seconds=longer):
        return loader.figures(load.run("iamat", herd.text_ports([ASKED]), connections=50,
                                       pids=herd.process_ids([ASKED])[0]))


def run(options, load, folder):
    contest = Contest("lone", options.rounds)
    report = Report("lone", "IAMAT, 50 connections, one at a time: CPU an operation", contest)
    with single.others(contest, load, folder, connections=50) as stack:
        node = stack.enter_context(single.lone_node(folder))
        single.add_asked(contest, load, NODE, node, "iamat", connections=50)
        herd = stack.enter_context(BenchHerd(folder))
        contest.add(BUSY, lambda: busy_links(load, herd))
        contest.run()
    names = [NODE, BUSY, single.ECHO, *single.REDIS_WORKS]
    report.figures([loader.CPU, loader.RATE, loader.P50, loader.P99, loader.LOADER], names=names,
                   ratio=single.ECHO)
    report.ratio("of the bare echo", NODE, single.ECHO, "cpu_us", at_most(1.15, 1.08))
    report.ratio("of Redis SET", NODE, "Redis SET", "cpu_us", at_most(0.95))
    report.ratio("of Redis GEOADD", NODE, "Redis GEOADD", "cpu_us", at_most(0.7))
    report.note(f"Links busy: the same at {ASKED} of the five-node herd, whose other nodes take "
                f"{BUSY_RATE:,} updates a second; all of its CPU time is counted, by its own "
                "IAMATs.")
    return report
