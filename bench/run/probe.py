"""How long a report takes from one node to another, as a client of both sees it: any herd that
speaks the text protocol is measured in the same way."""

import contextlib
import random
import time

import stats
from contest import Void
from talk import iamat_line

CLIENT = "probe"

# Between probes, and between the questions of one. Both vary, so that they keep no step with the
# batches and heartbeats of the nodes.
BETWEEN_S = (0.005, 0.015)
POLL_S = (0.0001, 0.0003)

LOST_S = 10  # a herd that is this late is not measured


def age(here, there):
    """Seconds from sending a report at a node to its being known at another. Two open talks."""
    line = iamat_line(CLIENT)
    fields = line.removeprefix(b"IAMAT")
    sent = time.monotonic()
    here.send(line)
    missed = None
    while time.monotonic() < sent + LOST_S:
        asked = time.monotonic()
        reply, _ = there.whatsat(CLIENT)
        look = asked, time.monotonic()
        if reply.startswith(b"AT ") and reply.endswith(fields):
            here.line()
            return max(stats.learned_at(missed, look) - sent, 0.0)
        missed = look
        time.sleep(random.uniform(*POLL_S))
    raise Void(f"a report is not known two links away after {LOST_S} s")


def ages(herd, here, there, seconds):
    """Figures of as many probes as fit into the time; at least one."""
    found = []
    with contextlib.closing(herd.talk(here)) as near, contextlib.closing(herd.talk(there)) as far:
        ends = time.monotonic() + seconds
        while not found or time.monotonic() < ends:
            found.append(age(near, far) * 1e6)
            time.sleep(random.uniform(*BETWEEN_S))
    return {"age_p50_us": stats.nearest(found, 0.5), "age_p99_us": stats.nearest(found, 0.99),
            "probes": len(found)}
