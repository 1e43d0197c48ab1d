"""The open loads of a herd, from none on, and the parts of a table that belong to one of them."""

import dataclasses

HELD = 0.98  # of a rate; below that a herd did not keep up


@dataclasses.dataclass(frozen=True)
class OpenLoad:
    """Reports a second, at the node `at`, or over all five if that is empty."""

    rate: float
    at: str = ""

    def __str__(self):
        if not self.rate:
            return "idle"
        return f"{self.rate:,g}/s {f'at {self.at}' if self.at else 'over all five'}"


def open_loads(rates, at):
    """From little to much, each rate at one node, then over all; without reports both are the
    same."""
    return [OpenLoad(rate, where) for rate in sorted(set(rates))
            for where in ((at, "") if rate else ("",))]


def named(herd, load):
    """The contestant: this herd under this load."""
    return f"{herd}, {load}"


def each(gains, count):
    """Gains of counters by `count`; None where nothing is counted."""
    return {key: None if gain is None else gain / count for key, gain in gains.items()}


def under(rounds, herds, load):
    """Of rounds of contestants, {herd: figures} of those under one load."""
    return [{herd: one[named(herd, load)] for herd in herds} for one in rounds]


def late(rounds, herds, loads):
    """Contestants that in some round took in fewer reports than were due."""
    return [named(herd, load) for load in loads for herd in herds
            if load.rate and min(one[named(herd, load)]["rate"] for one in rounds)
            < HELD * load.rate]
