"""Waits for conditions: always with a bound, always by polling."""

import contextlib
import time

import settings


def eventually(what, look, seconds=10.0, every=0.02):
    """Calls `look` until it returns something true, and returns that. Fails, naming `what`, if that
    does not happen in time. `seconds` is for a quiet machine and a plain build."""
    deadline = time.monotonic() + seconds * settings.PATIENCE
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds * settings.PATIENCE:.0f} s: {what}")
        time.sleep(every)


def stays(what, look, seconds, every=0.02):
    """Checks for `seconds` that a condition holds all the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not look():
            raise AssertionError(f"no longer: {what}")
        time.sleep(every)


@contextlib.contextmanager
def stopwatch(what, most=None):
    """Measures a block. `most` is a generous bound in seconds, at least five times what is
    promised."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    settings.measured(what, f"{took:.2f} s")
    if most is not None and took > most * settings.PATIENCE:
        raise AssertionError(f"{what}: {took:.2f} s, and {most * settings.PATIENCE:.0f} s is much")
