"""Measures how long a report takes from one node to another, as a client of both sees it, in the
same way for any herd that speaks the text protocol."""

import contextlib
import random
import time

import stats
from contest import Void
from talk import iamat_line

CLIENT = "probe"

# Pauses between probes, and between the questions of one. Both vary, so that they do not fall into
# step with the nodes' batches and heartbeats.
BETWEEN_S = (0.005, 0.015)
POLL_S = (0.0001, 0.0003)

LOST_S = 10  # a herd that takes longer is not measured


def age(here, there):
    """Returns the seconds from a report at one node until another knows it. Two open talks."""
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
    """Returns the figures of as many probes as fit into `seconds`; at least one."""
    found = []
    with contextlib.closing(herd.talk(here)) as near, contextlib.closing(herd.talk(there)) as far:
        ends = time.monotonic() + seconds
        while not found or time.monotonic() < ends:
            found.append(age(near, far) * 1e6)
            time.sleep(random.uniform(*BETWEEN_S))
    return {"age_p50_us": stats.nearest(found, 0.5), "age_p99_us": stats.nearest(found, 0.99),
            "probes": len(found)}
