"""The results of a bench: tables for people, and the same as JSON."""

import json

import stats
import table
import targets


class Report:
    """Filled by a bench; `contest` holds the raw figures."""

    def __init__(self, name, what, contest):
        self.name = name
        self.what = what
        self.contest = contest
        self.tables = []
        self.rows = []
        self.notes = []

    def figures(self, columns, **options):
        """Adds a table of the contestants' figures."""
        self.tables.append(table.figures(self.contest.rounds, columns, **options))

    def ratio(self, what, ours, theirs, key, target):
        """Adds a target on the ratio of two contestants' figures."""
        values = stats.ratios(self.contest.series(ours, key), self.contest.series(theirs, key))
        self.row(what, values, target, self.contest.why_missing(theirs, ours))

    def row(self, what, values, target, why="not measured", digits=2):
        self.rows.append(targets.Row(what, values, target, why, digits))

    def note(self, text):
        self.notes.append(text)

    def lines(self):
        lines = [f"{self.name}: {self.what}", ""]
        for one in self.tables:
            lines += [*one, ""]
        if self.rows:
            cells = [row.cells() for row in self.rows]
            lines += [*table.render(targets.TITLES, cells, left=(0, 4)), ""]
        lines += [f"  {name} is skipped: {why}." for name, why in self.contest.skipped.items()]
        lines += [f"  {note}" for note in self.notes]
        return lines

    def write(self, path, circumstances):
        found = {"bench": self.name, "what": self.what, **circumstances,
                 "rounds": self.contest.rounds, "skipped": self.contest.skipped,
                 "targets": [row.as_json() for row in self.rows], "notes": self.notes}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
