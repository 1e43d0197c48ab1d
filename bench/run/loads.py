"""The open loads of a herd, beginning with none, and the parts of a table for one of them."""

import dataclasses

HELD = 0.98  # of a rate; below that a herd did not keep up


@dataclasses.dataclass(frozen=True)
class OpenLoad:
    """Reports per second, at the node `at`, or over all five nodes if `at` is empty."""

    rate: float
    at: str = ""

    def __str__(self):
        if not self.rate:
            return "idle"
        return f"{self.rate:,g}/s {f'at {self.at}' if self.at else 'over all five'}"


def open_loads(rates, at):
    """Returns loads from light to heavy, each rate at one node, then over all; without reports both
    are the same."""
    return [OpenLoad(rate, where) for rate in sorted(set(rates))
            for where in ((at, "") if rate else ("",))]


def named(herd, load):
    """Returns the contestant's name: this herd under this load."""
    return f"{herd}, {load}"


def each(gains, count):
    """Divides gains of counters by `count`; None where nothing is counted."""
    return {key: None if gain is None else gain / count for key, gain in gains.items()}


def under(rounds, herds, load):
    """Returns the rounds with only the contestants under one load, as {herd: figures}."""
    return [{herd: one[named(herd, load)] for herd in herds} for one in rounds]


def late(rounds, herds, loads):
    """Returns the contestants that in some round took fewer reports than were due."""
    return [named(herd, load) for load in loads for herd in herds
            if load.rate and min(one[named(herd, load)]["rate"] for one in rounds)
            < HELD * load.rate]
