"""The memory of a client, with all growth of the process counted, beside Redis."""

from contest import Contest
from herds import BenchHerd, lone
from report import Report
from programs import Redis
from targets import at_most

SIZES, QUICK_SIZES = (10**6, 10**7), (10**5,)
LOAD = {"connections": 50, "depth": 16, "pick": "each"}
NODE, LINKED, REDIS = "herd-node alone", "herd-node, one link", "Redis GEO and hash"


def fill(load, ports, clients, *works):
    for work in works:
        load.run(work, ports, clients=clients, requests=clients, **LOAD)


def measure_alone(load, folder, clients):
    with lone(folder) as herd:
        before = herd.resident_bytes()
        fill(load, herd.text_ports(), clients, "iamat")
        records = herd.metric("Lone", "proxyherd_table_records")
        return per_client(herd.resident_bytes() - before, clients, records)


def measure_linked(load, folder, clients):
    """Returns the mean of both ends."""
    with BenchHerd(folder, ("Far", "Near"), (("Far", "Near"),)) as herd:
        before = herd.resident_bytes()
        fill(load, herd.text_ports(["Near"]), clients, "iamat")
        herd.wait_spread()
        records = herd.metric("Far", "proxyherd_table_records")
        return per_client((herd.resident_bytes() - before) / 2, clients, records)


def measure_redis(load, folder, clients):
    with Redis(folder) as server:
        before = server.resident_bytes()
        fill(load, server.ports, clients, "geoadd", "hset")
        return per_client(server.resident_bytes() - before, clients, clients)


def per_client(growth, clients, records):
    assert records == clients, f"{records:.0f} records instead of {clients}"
    return {"bytes": growth / clients, "growth_mb": growth / 1e6}


def named(contestant, clients):
    return f"{contestant}, {clients:,}"


def run(options, load, folder):
    contest = Contest("memory", options.rounds)
    report = Report("memory", "growth of resident memory by client; ids of 16 bytes, nine digits",
                    contest)
    sizes = QUICK_SIZES if options.quick else SIZES
    why = Redis.missing()
    for clients in sizes:
        for contestant, measure in ((NODE, measure_alone), (LINKED, measure_linked),
                                    (REDIS, measure_redis)):
            name = named(contestant, clients)
            if contestant == REDIS and why:
                contest.skip(name, why)
            else:
                contest.add(name, lambda measure=measure, clients=clients:
                            measure(load, folder, clients))
    contest.run()
    report.figures([("bytes", "bytes/client", 1), ("growth_mb", "growth MB", 1)])
    for clients in sizes:
        ours, theirs = named(NODE, clients), named(REDIS, clients)
        report.row(f"bytes a client at {clients:,}", contest.series(ours, "bytes"),
                   at_most(100, 80, unit=" B"), digits=1)
        report.ratio(f"of Redis GEO and hash at {clients:,}", ours, theirs, "bytes", at_most(0.5))
    report.note("Each round fills fresh processes, one report for each client. The hash holds the "
                "time of each client, which GEO has no place for.")
    return report
