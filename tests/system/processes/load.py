"""Clients that keep running in the background while a test does something to the herd."""

import contextlib
import threading
import time

from talk import iamat_line, stamp, whatsat_line


class Background:
    """Runs step() repeatedly in a separate thread; an error in it fails the test at the end."""

    def __init__(self):
        self.ending = threading.Event()
        self.error = None
        self.turns = 0
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        self.finish()
        if self.error is not None:
            raise AssertionError(f"{type(self).__name__} failed") from self.error

    def _run(self):
        try:
            while not self.ending.is_set():
                self.step(self.turns)
                self.turns += 1
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def step(self, turn):
        raise NotImplementedError

    def finish(self):
        pass


class HonestClient(Background):
    """Reports and asks at one node, over one connection, and expects correct answers. `served`
    counts the rounds, `slowest` is the longest of them in seconds."""

    def __init__(self, herd, node, name="honest"):
        super().__init__()
        self.node = node
        self.name = name.encode()
        self.talk = herd.talk(node)
        self.served = 0
        self.slowest = 0.0

    def step(self, turn):
        began = time.monotonic()
        report = iamat_line(self.name, "+1.5-2.5")
        self.talk.send(report, whatsat_line(self.name))
        at_line = self.talk.line()
        assert at_line.startswith(b"AT ") and at_line.endswith(report[len(b"IAMAT"):]), at_line
        assert self.talk.line() == at_line
        assert self.talk.places() == "{}"
        self.served += 1
        self.slowest = max(self.slowest, time.monotonic() - began)
        time.sleep(0.002)

    def finish(self):
        self.talk.close()

    def rounds_more(self, count):
        """Returns a condition for eventually(): `count` more rounds are served."""
        until = self.served + count

        def look():
            if self.error is not None:
                raise AssertionError("the honest client failed") from self.error
            return self.served >= until
        return look


class Reports(Background):
    """Reports a set of clients at one node over and over, some hundred reports per second, and
    remembers the newest acknowledged report."""

    BURST = 20

    def __init__(self, herd, node, count=200):
        super().__init__()
        self.herd = herd
        self.node = node
        self.names = [f"load-{node}-{number}" for number in range(count)]
        self.acknowledged = {}
        self.talk = None

    def step(self, turn):
        begin = turn * self.BURST % len(self.names)
        some = self.names[begin:begin + self.BURST]
        try:
            if self.talk is None:
                self.talk = self.herd.talk(self.node)
            when = stamp()
            self.talk.send(*(iamat_line(name, when=when) for name in some))
            for name in some:
                line = self.talk.line()
                if line.startswith(b"AT "):
                    self.acknowledged[name] = line
        except (OSError, EOFError):
            # The node may be down just now; only its answers are recorded.
            self.finish()
        time.sleep(0.005)

    def finish(self):
        if self.talk is not None:
            with contextlib.suppress(OSError):
                self.talk.close()
            self.talk = None


def time_of(at_line):
    """Returns the client's time in an AT line, as text of the same length for all present times."""
    return at_line.rsplit(b" ", 1)[1]
