"""The cost of an update at all five nodes together, beside one Redis GEOADD."""

import loader
import settled
from contest import Contest
from herds import BenchHerd
from report import Report
from targets import at_most

from benches import single

EVERYWHERE, AT_ONE = "herd, load on all five", "herd, load on Clark"
LOAD = {"connections": 50, "depth": 16}


def measure(load, herd, ports):
    before = settled.received(herd)
    found = settled.measure(load, herd, ports=ports, **LOAD)
    return {**found, "copies": (settled.received(herd) - before) / found["requests"]}


def run(options, load, folder):
    contest = Contest("herd", options.rounds)
    report = Report("herd", "CPU an update over all five nodes, 16 pipelined, uniform clients",
                    contest)
    with single.others(contest, load, folder, redis=("Redis GEOADD",), **LOAD) as stack:
        herd = stack.enter_context(BenchHerd(folder))
        # The clients are made known before anything is measured.
        settled.measure(load, herd, requests=10_000, pick="each")
        contest.add(EVERYWHERE, lambda: measure(load, herd, herd.text_ports()))
        contest.add(AT_ONE, lambda: measure(load, herd, herd.text_ports(["Clark"])))
        contest.run()
    report.figures([loader.CPU, loader.RATE, ("flooded_rate", "ops/s, flooded", 0),
                    ("copies", "records over links/op", 2), loader.P50, loader.P99],
                   names=[EVERYWHERE, AT_ONE, "Redis GEOADD", single.ECHO], ratio="Redis GEOADD")
    report.ratio("of one Redis GEOADD", EVERYWHERE, "Redis GEOADD", "cpu_us", at_most(1.4, 1.0))
    report.note("CPU time runs from the first request until all five agree. An update crosses "
                "eight links when nothing is coalesced or crosses on its way; what a client "
                "reports again before a link has sent the last report crosses once.")
    return report
