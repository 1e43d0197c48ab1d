"""Medians, spreads and quantiles: only arithmetic."""

import dataclasses
import math
import statistics


@dataclasses.dataclass(frozen=True)
class Spread:
    """The results of several runs of the same thing."""

    median: float
    least: float
    most: float

    def text(self, digits=2):
        if self.least == self.most:
            return f"{self.median:,.{digits}f}"
        return f"{self.median:,.{digits}f} ({self.least:,.{digits}f}..{self.most:,.{digits}f})"


def spread(values):
    """Returns the spread of at least one number."""
    return Spread(statistics.median(values), min(values), max(values))


def ratios(ours, theirs):
    """Returns ratios round by round, so that what slowed a whole round affects both and cancels
    out. Rounds in which either is missing are left out."""
    return [a / b for a, b in zip(ours, theirs, strict=True)
            if a is not None and b is not None and b > 0]


def nearest(values, share):
    """Returns the quantile by nearest rank, which is one of the values. At least one value."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def learned_at(missed, found):
    """Returns when a node came to know something: between its last answer without it and the first
    with it. Both are (asked, answered); `missed` is None if the first answer had it."""
    looks = [sum(look) / 2 for look in (missed, found) if look is not None]
    return sum(looks) / len(looks)


def difference(after, before):
    """Returns the gains of a cumulative histogram, {upper bound: count}, between two snapshots."""
    return {bound: count - before.get(bound, 0) for bound, count in after.items()}


def quantile(histogram, share):
    """Returns a quantile of a cumulative histogram {upper bound: count of all up to it}, assuming
    even spread within buckets. None without values; infinite in the unbounded bucket."""
    bounds = sorted(histogram)
    if not bounds or histogram[bounds[-1]] <= 0:
        return None
    wanted = share * histogram[bounds[-1]]
    below, counted = 0.0, 0.0
    for bound in bounds:
        if histogram[bound] >= wanted and histogram[bound] > counted:
            if bound == float("inf"):
                return bound
            return below + (bound - below) * (wanted - counted) / (histogram[bound] - counted)
        below, counted = bound, histogram[bound]
    return bounds[-1]
