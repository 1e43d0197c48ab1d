"""The target of a ratio or a figure, and whether it is met."""

import dataclasses

import stats


@dataclasses.dataclass(frozen=True)
class Target:
    """A bound, and a stricter one that is a wish. `more`: greater is better."""

    bound: float
    stretch: float | None = None
    more: bool = False
    unit: str = "x"

    def _reached(self, value, bound):
        return value >= bound if self.more else value <= bound

    def judge(self, value):
        if not self._reached(value, self.bound):
            return "does not hold"
        if self.stretch is not None and self._reached(value, self.stretch):
            return "holds, stretch too"
        return "holds"

    def words(self, bound):
        if bound is None:
            return ""
        return f"{'>=' if self.more else '<='} {bound:g}{self.unit}"


def at_most(bound, stretch=None, unit="x"):
    return Target(bound, stretch, unit=unit)


def at_least(bound, stretch=None, unit="x"):
    return Target(bound, stretch, more=True, unit=unit)


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the table of targets. `values` has one value per round; without values, `why`
    says what is missing."""

    what: str
    values: list
    target: Target
    why: str = "not measured"
    digits: int = 2

    @property
    def spread(self):
        return stats.spread(self.values) if self.values else None

    @property
    def verdict(self):
        return self.target.judge(self.spread.median) if self.values else f"skipped: {self.why}"

    def cells(self):
        measured = self.spread.text(self.digits) + self.target.unit if self.values else "-"
        return [self.what, measured, self.target.words(self.target.bound),
                self.target.words(self.target.stretch), self.verdict]

    def as_json(self):
        found = {"what": self.what, "target": self.target.bound, "stretch": self.target.stretch,
                 "greater_is_better": self.target.more, "unit": self.target.unit,
                 "rounds": self.values, "verdict": self.verdict}
        if self.values:
            found.update(dataclasses.asdict(self.spread))
        return found


TITLES = ["target", "measured", "aim", "stretch", ""]
