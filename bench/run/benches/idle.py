"""The cost of silent connections: memory, and the throughput of the active ones."""

import time

import loader
import settings
from contest import Contest
from herds import lone
from report import Report
from targets import at_least, at_most

IDLE = 18_000
ACTIVE = 100
SPARE = 1000  # descriptors of either process that are not connections

WITHOUT, WITH = f"{ACTIVE} active ones alone", f"{ACTIVE} active ones beside idle ones"
LOOK_S = 0.05


def affordable():
    """Returns as many idle connections as the descriptor limit allows."""
    return min(IDLE, settings.MAX_FILES - ACTIVE - SPARE)


def measure(load, folder, idle):
    """Measures a fresh node, so that it cannot reuse memory of an earlier run. Resident memory is
    read while all connections are open."""
    flags = {"idle": idle, "idle_spoke": True} if idle else {}
    with lone(folder) as herd:
        before = herd.resident_bytes()
        started = load.start("iamat", herd.text_ports(), connections=ACTIVE,
                             pids=herd.process_ids()[0], **flags)
        most, open_most = before, 0
        while started[0].poll() is None:
            open_now = herd.metric("Lone", "proxyherd_gateway_connections")
            if open_now >= open_most:
                most, open_most = max(most, herd.resident_bytes()), open_now
            time.sleep(LOOK_S)
        found = load.finish(started)
        assert open_most == ACTIVE + idle, f"{open_most:.0f} connections were open at most"
        return {**loader.figures(found), "grown_mb": (most - before) / 1e6,
                "grown": most - before}


def run(options, load, folder):
    idle = affordable()
    contest = Contest("idle", options.rounds)
    report = Report("idle", f"{idle:,} idle connections beside {ACTIVE} active ones", contest)
    contest.add(WITHOUT, lambda: measure(load, folder, 0))
    contest.add(WITH, lambda: measure(load, folder, idle))
    contest.run()
    report.figures([loader.RATE, loader.CPU, loader.P50, loader.P99, ("grown_mb", "growth MB", 1)],
                   ratio=WITHOUT)
    report.row("our memory for each idle connection",
               [(one[WITH]["grown"] - one[WITHOUT]["grown"]) / idle for one in contest.rounds],
               at_most(1024, 512, unit=" B"), digits=0)
    report.ratio("throughput, of that without them", WITH, WITHOUT, "rate", at_least(0.95))
    report.note("Each idle connection has sent one IAMAT and was answered. Memory is resident "
                "memory of the node; what the kernel keeps for a socket is not in it.")
    if idle < IDLE:
        report.note(f"The limit on descriptors allows {idle:,} idle connections, not {IDLE:,}.")
    return report
