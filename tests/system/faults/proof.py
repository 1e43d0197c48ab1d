"""Proves once, before a run, that faults spoil links: on a wrong port they would spoil nothing, and
the run would pass in vain."""

from faults import Delay, LinkFault
from waiting import eventually

DELAY_MS = 300
# The least time there and back: both ways are delayed, each by half of DELAY_MS or more.
LEAST_ROUND_TRIP_S = DELAY_MS / 1000


def prove_faults(stage):
    """Plays each kind on one link; fails if the nodes do not notice it."""
    a, b = stage.world.links[0]
    reset = "meta l4proto tcp reject with tcp reset"
    for fault in (LinkFault(f"cut {a}-{b}", [(a, b), (b, a)], "drop"),
                  LinkFault(f"cut {a}-{b}", [(a, b), (b, a)], reset),
                  LinkFault(f"oneway {a}->{b}", [(a, b)], "drop")):
        _play(stage, fault, lambda: _missing(stage) == {a, b})
    _play(stage, Delay(a, b, DELAY_MS, stage), lambda: not _missing(stage) and all(
        stage.nodes.round_trip_s(*ends) >= LEAST_ROUND_TRIP_S for ends in ((a, b), (b, a))))


def _missing(stage):
    """Returns the nodes with a stream that is not up."""
    return {text.split()[0] for text in stage.nodes.status().missing_links()}


def _play(stage, fault, noticed):
    stage.begin(fault)
    eventually(f"{fault.name} is noticed", noticed)
    stage.end(fault)
    eventually(f"{fault.name} is over", lambda: not _missing(stage))
