"""The cost of an update when the node knows more and more clients."""

import contextlib

import loader
from contest import Contest
from report import Report
from targets import at_most

from benches import single

SIZES, QUICK_SIZES = (3, 4, 5, 6, 7), (3, 4, 5)
LOAD = {"connections": 50, "depth": 16}


def title(power):
    return f"10^{power} clients"


def run(options, load, folder):
    contest = Contest("growth", options.rounds)
    report = Report("growth", "IAMAT, 16 pipelined, by how many clients the node knows", contest)
    sizes = QUICK_SIZES if options.quick else SIZES
    with contextlib.ExitStack() as stack:
        for power in sizes:
            node = stack.enter_context(single.lone_node(folder))
            clients = 10 ** power
            load.run("iamat", node.ports, clients=clients, requests=clients, pick="each", **LOAD)
            single.add_asked(contest, load, title(power), node, "iamat", clients=clients, **LOAD)
        contest.run()
    least, most = title(sizes[0]), title(sizes[-1])
    report.figures([loader.CPU, loader.RATE, loader.P50, loader.P99, loader.LOADER], ratio=least)
    report.ratio(f"CPU at {most}, of that at {least}", most, least, "cpu_us", at_most(1.8, 1.4))
    report.note("The instructions of an update are counted by './herd test perf'.")
    return report
