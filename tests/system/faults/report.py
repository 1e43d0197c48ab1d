"""The outcome of a run, for people and as JSON."""

import json

# Kinds of events that must have occurred for a run to be valid.
LEAST_REPORTS_A_SECOND = 1000
AGREE_SECONDS = 5

SHOWN = 10  # examples of problems, of each sort


class Outcome:
    """Gathers observations; `problems` is empty if all was well."""

    def __init__(self, seed, patience):
        self.seed = seed
        self.agree_most = AGREE_SECONDS * patience
        self.fault_seconds = 0.0
        self.acknowledged = 0
        self.apart = 0
        self.gone = 0
        self.agreed_after = []
        self.lost, self.diverged = [], []
        self.failures = []

    def add_verdict(self, verdict):
        self.lost += verdict.lost
        self.diverged += verdict.diverged
        self.apart += verdict.apart
        self.gone += verdict.gone

    def rate(self):
        return self.acknowledged / self.fault_seconds if self.fault_seconds else 0.0

    def problems(self, ledger):
        found = list(self.failures)
        for what, those in (("lost", self.lost), ("diverged", self.diverged),
                            ("regressed", ledger.regressed), ("wrong answers", ledger.wrong)):
            if those:
                found += [f"{len(those)} {what}", *(f"  {text}" for text in those[:SHOWN])]
        late = [seconds for seconds in self.agreed_after if seconds > self.agree_most]
        if late:
            found.append(f"agreed later than {self.agree_most} s after heal: "
                         + ", ".join(f"{seconds:.1f} s" for seconds in late))
        if self.rate() < LEAST_REPORTS_A_SECOND:
            found.append(f"{self.rate():.0f} reports a second were acknowledged; a run with less "
                         f"than {LEAST_REPORTS_A_SECOND} does not count")
        return found

    def figures(self, ledger, stage):
        """Returns all figures by name."""
        stale = {kind: sorted(ledger.stale[connected])
                 for kind, connected in (("connected", True), ("cut off", False))}
        return {
            "seed": self.seed,
            "fault_seconds": round(self.fault_seconds, 1),
            "faults": dict(sorted(stage.counts.items())),
            "reports_acknowledged": self.acknowledged,
            "reports_per_second": round(self.rate()),
            "clients": len(ledger.newest),
            "lost": len(self.lost),
            "only_at_nodes_killed_since": self.apart,
            "of_these_gone_clients": self.gone,
            "diverged": len(self.diverged),
            "regressed": len(ledger.regressed),
            "wrong_answers": len(ledger.wrong),
            "polls": ledger.polls,
            "polls_up_to_date": ledger.fresh[True],
            "stale_seconds": {kind: quantiles(ages) for kind, ages in stale.items()},
            "agreed_after_heal_seconds": {
                "times": len(self.agreed_after), **quantiles(sorted(self.agreed_after))},
        }


def quantiles(ages):
    """Returns the quantiles of sorted numbers."""
    if not ages:
        return {"count": 0}
    return {"count": len(ages), "p50": round(ages[len(ages) // 2], 3),
            "p99": round(ages[min(len(ages) - 1, len(ages) * 99 // 100)], 3),
            "max": round(ages[-1], 3)}


def show(figures):
    """Prints the table."""
    print("Result:")
    for name, value in figures.items():
        if isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
            for kind, part in value.items():
                _line(f"{name}, {kind}", part)
        else:
            _line(name, value)


def _line(name, value):
    if isinstance(value, dict):
        value = ", ".join(f"{key} {part:,}" for key, part in value.items())
    elif isinstance(value, int) and name != "seed":
        value = f"{value:,}"
    print(f"  {name.replace('_', ' '):<36} {value}")


def write_json(path, figures, problems):
    path.write_text(json.dumps({**figures, "problems": problems}, indent=2) + "\n",
                    encoding="utf-8")
