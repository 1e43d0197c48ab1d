"""Rounds in which every contestant is measured once, and their progress for a person."""

import sys
import time

PLAIN_EVERY_S = 10  # without a terminal, where the line cannot be overwritten

STEP_S = 6  # a guess, until there are measurements


class Void(Exception):
    """A run that is not valid: it had an error, or a server did not do its work."""


class Progress:
    """Shows the present measurement on stderr, and the time left according to the time so far."""

    def __init__(self, name, steps):
        self.name = name
        self.steps = steps
        self.done = 0
        self.began = time.monotonic()
        self.told = 0.0

    def step(self, what):
        now = time.monotonic()
        each = (now - self.began) / self.done if self.done else STEP_S
        left = each * (self.steps - self.done)
        self.done += 1
        text = f"{self.name}: {what}; about {duration(left)} left"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text[:100]}")
        elif now - self.told >= PLAIN_EVERY_S:
            self.told = now
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    @staticmethod
    def end():
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def duration(seconds):
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


def order(names, number, stride=1):
    """Returns the order of round `number`: each round begins `stride` contestants further on."""
    shift = number * stride % len(names)
    return [*names[shift:], *names[:shift]]


class Contest:
    """Contestants are functions that return a dict of figures. After run(), `rounds` is a list of
    {contestant: figures}. `stride` contestants in a row belong together."""

    def __init__(self, name, rounds, stride=1):
        self.name = name
        self.count = rounds
        self.stride = stride
        self.contestants = {}
        self.skipped = {}
        self.rounds = []

    def add(self, contestant, measure):
        self.contestants[contestant] = measure

    def skip(self, contestant, why):
        """Leaves out a contestant that cannot be measured here; tables give the reason."""
        self.skipped[contestant] = why

    def run(self):
        names = list(self.contestants)
        progress = Progress(self.name, self.count * len(names))
        try:
            for number in range(self.count):
                found = {}
                for contestant in order(names, number, self.stride):
                    progress.step(f"round {number + 1} of {self.count}, {contestant}")
                    try:
                        found[contestant] = self.contestants[contestant]()
                    except (AssertionError, Void) as error:
                        raise Void(f"{contestant}, round {number + 1}: {error}") from error
                self.rounds.append({name: found[name] for name in names})
        finally:
            progress.end()

    def series(self, contestant, key):
        """Returns its figure in each round; None where it has none."""
        return [one.get(contestant, {}).get(key) for one in self.rounds]

    def why_missing(self, *contestants):
        return next((self.skipped[name] for name in contestants if name in self.skipped),
                    "not measured")
