"""Measures a load to the end of its floods: until every node has the reports that any has taken."""

import time

import loader
import machine
from waiting import eventually

# Five idle nodes with links take far less of the core than this share; a backlog takes all of it.
QUIET_SHARE = 0.2
QUIET_LOOK_S = 0.05
QUIET_SECONDS = 60


def measure(load, herd, work="iamat", ports=None, **flags):
    """Returns the figures of a load without warm-up. CPU time is that of the whole herd from the
    first request until all agree; `flooded_rate` is updates per second that reached all nodes."""
    before = {name: machine.cpu_seconds(herd.members[name].process.pid) for name in herd.nodes}
    found = load.run(work, ports or herd.text_ports(), **{"warmup": 0, **flags})
    ended = time.monotonic()
    herd.wait_spread()
    drained = time.monotonic() - ended
    cpu = {name: machine.cpu_seconds(herd.members[name].process.pid) - before[name]
           for name in herd.nodes}
    requests = found["requests"]
    return {**loader.figures(found), "cpu_us": sum(cpu.values()) * 1e6 / requests,
            "cpu_of": {name: used * 1e6 / requests for name, used in cpu.items()},
            "drained_s": drained, "flooded_rate": requests / (found["seconds"] + drained)}


def received(herd, names=None):
    """Returns the records that have come over links, including known ones."""
    return sum(herd.metric(name, "proxyherd_flood_received_records_total")
               for name in names or herd.nodes)


def warm_up(load, herd, seconds):
    """Makes all clients known, and gives just-in-time compilers something to do, before the
    measurement."""
    load.run("iamat", herd.text_ports(), requests=10_000, pick="each")
    measure(load, herd, connections=50, depth=16, seconds=seconds)


def wait_quiet(herd):
    """Returns when the nodes have almost nothing to do: no backlog of floods is left. Sends them
    nothing, so that waiting costs them nothing."""
    def look():
        before = herd.cpu_seconds()
        time.sleep(QUIET_LOOK_S)
        return herd.cpu_seconds() - before < QUIET_SHARE * QUIET_LOOK_S
    eventually("the herd has nothing to do", look, QUIET_SECONDS)
