"""The cost at both ends of a link of passing an update on."""

import loader
import settled
from contest import Contest
from herds import BenchHerd, lone
from report import Report
from targets import at_most

from benches import single

ALONE, LINKED, LINK = "taker alone", "taker and receiver", "both ends of the link"
LOAD = {"connections": 50, "depth": 16}


def measure_linked(load, herd):
    before = settled.received(herd, ["Receiver"])
    found = settled.measure(load, herd, ports=herd.text_ports(["Taker"]), **LOAD)
    received = settled.received(herd, ["Receiver"]) - before
    return {**found, "received": received, "copies": received / found["requests"],
            "taker_us": found["cpu_of"]["Taker"], "receiver_us": found["cpu_of"]["Receiver"]}


def per_received(alone, linked):
    """CPU time of the link for each record that arrived, in us."""
    extra = (linked["cpu_us"] - alone["cpu_us"]) * linked["requests"]
    return extra / linked["received"]


def run(options, load, folder):
    contest = Contest("receive", options.rounds)
    report = Report("receive", "an update over one link: CPU of both ends, without the taking",
                    contest)
    with single.others(contest, load, folder, redis=(), **LOAD) as stack:
        alone = stack.enter_context(lone(folder))
        herd = stack.enter_context(BenchHerd(folder, ("Receiver", "Taker"),
                                             (("Receiver", "Taker"),)))
        contest.add(ALONE, lambda: settled.measure(load, alone, **LOAD))
        contest.add(LINKED, lambda: measure_linked(load, herd))
        contest.run()
    for one in contest.rounds:
        one[LINK] = {"cpu_us": per_received(one[ALONE], one[LINKED])}
    report.figures([loader.CPU, ("taker_us", "taker", 2), ("receiver_us", "receiver", 2),
                    ("copies", "records over the link/op", 2), loader.RATE],
                   names=[ALONE, LINKED, LINK, single.ECHO], ratio=single.ECHO)
    report.ratio("of the bare echo", LINK, single.ECHO, "cpu_us", at_most(2.4, 1.0))
    report.note("Both ends of the link = (CPU of taker and receiver - CPU an IAMAT of the taker "
                "alone x IAMATs) / records that arrived. A difference, so its spread is wide.")
    return report
