"""The cost of an update per link as a herd grows, on rings, houses and random graphs."""

import functools
import time

import settled
import topology
from contest import Contest
from herds import BenchHerd
from report import Report
from targets import at_most

COUNTS, QUICK_COUNTS = (2, 4, 8, 16, 32, 64), (2, 5, 8)
UPDATES, QUICK_UPDATES = 20_000, 5_000

# Updates per second at the one node that takes them, over the links of the herd: as many as the
# nodes can pass on without a backlog on their one core.
CROSSINGS_A_SECOND = 200_000
MOST_A_SECOND = 50_000

IDLE_S = 1.0


def measure(load, folder, shape, count, updates):
    nodes = topology.names(count)
    links = topology.SHAPES[shape](nodes)
    sends = topology.sends(nodes, links)
    with BenchHerd(folder, tuple(nodes), tuple(links)) as herd:
        idle = idle_cpu(herd)
        handshakes = herd.metric(nodes[0], "proxyherd_link_handshakes_total")
        before = settled.received(herd)
        began = time.monotonic()
        found = settled.measure(load, herd, ports=herd.text_ports([nodes[0]]), clients=updates,
                                requests=updates, pick="each", connections=8,
                                rate=min(MOST_A_SECOND, CROSSINGS_A_SECOND / sends))
        # Heartbeats are not part of an update's cost.
        cpu_us = found["cpu_us"] - idle * (time.monotonic() - began) * 1e6 / updates
        copies = (settled.received(herd) - before) / updates
        again = herd.metric(nodes[0], "proxyherd_link_handshakes_total") - handshakes
        return {"cpu_us": cpu_us, "link_us": cpu_us / len(links), "copies": copies,
                "copy_us": cpu_us / copies, "links": len(links), "sends": sends,
                "idle_share": idle, "reconnects": again,
                "rss_mb": herd.resident_bytes() / 1e6}


def idle_cpu(herd):
    """Returns the CPU seconds per second of an idle herd."""
    before = herd.cpu_seconds()
    began = time.monotonic()
    time.sleep(IDLE_S)
    return (herd.cpu_seconds() - before) / (time.monotonic() - began)


def named(shape, count):
    return f"{shape}, {count} nodes"


def flatness(contest, names):
    """Returns, for each round, the greatest figure divided by the least."""
    found = []
    for one in contest.rounds:
        costs = [one[name]["link_us"] for name in names]
        found.append(max(costs) / min(costs))
    return found


def run(options, load, folder):
    contest = Contest("nodes", options.rounds)
    report = Report("nodes", "CPU an update by link, herds of 2 to 64 nodes on one core", contest)
    counts = QUICK_COUNTS if options.quick else COUNTS
    updates = QUICK_UPDATES if options.quick else UPDATES
    for count in counts:
        for shape in topology.SHAPES:
            contest.add(named(shape, count), functools.partial(
                measure, load, folder, shape, count, updates))
    contest.run()
    columns = [("link_us", "CPU us/update/link", 2), ("cpu_us", "CPU us/update", 1),
               ("links", "links", 0), ("sends", "sends by flooding", 0),
               ("copies", "records over links/update", 2), ("copy_us", "CPU us/record", 2),
               ("reconnects", "reconnects", 0), ("rss_mb", "RSS MB", 0)]
    for shape in topology.SHAPES:
        names = [named(shape, count) for count in counts]
        report.figures(columns, names=names)
        report.row(f"{shape}: greatest by least of {counts[0]} to {counts[-1]} nodes",
                   flatness(contest, names), at_most(1.3))
    report.note(f"{updates:,} clients report once each at the first node, at a rate that the herd "
                "can pass on; CPU time is of all nodes until all agree, less that of an idle herd. "
                "House: the five-node graph with more storeys. Two nodes are one link in every "
                "shape, and four or five have no four neighbours to choose from.")
    return report
