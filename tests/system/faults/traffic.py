"""Clients that report at all nodes at a steady rate, and ask all nodes what they know, all the time
and in all states of the nodes."""

import contextlib
import random
import threading
import time

from checker import VARIANTS, location_for
from talk import Talk, iamat_line, whatsat_line

BURST = 25  # reports sent together
ASKED = 10  # clients that one poll asks for
POLL_SECONDS = 0.05
RETRY_SECONDS = 0.05

# A node that was stopped answers when it continues; this is longer than any stop.
REPLY_SECONDS = 60


class Crowd:
    """Clients, and their next reports. Some report at every node within a second, most rarely;
    stamps rise, except for ties and late reports."""

    def __init__(self, count, seed):
        self.random = random.Random(f"clients {seed}")
        odd = [b"caf\xc3\xa9-%d", b"back\\slash-%d", b"\xff\xfe-%d"]
        self.clients = [(odd[number] if number < len(odd) else b"client-%d") % number
                        for number in range(count)]
        self.hot = self.clients[:max(3, count // 40)]
        self.last = {}
        self.lock = threading.Lock()

    def one(self):
        return self.random.choice(self.hot if self.random.random() < 0.5 else self.clients)

    def some(self, count):
        with self.lock:
            return [self.one() for _ in range(count)]

    def reports(self, count):
        """Returns (client, location, time) of `count` reports."""
        with self.lock:
            return [self._report() for _ in range(count)]

    def _report(self):
        client = self.one()
        last = self.last.get(client, 0)
        chance = self.random.random()
        if chance < 0.04 and last:
            stamp = last
        elif chance < 0.08 and last:
            stamp = last - self.random.randrange(1, 3600 * 10**9)
        else:
            stamp = self.last[client] = max(last + 1, time.time_ns())
        text = b"%d.%09d" % divmod(stamp, 10**9)
        if self.random.random() < 0.02:
            text += b"%d" % self.random.randrange(10)  # one digit more than is significant
        return client, location_for(client, text, self.random.randrange(VARIANTS)), text


class Visitor(threading.Thread):
    """A client of one node; connects again after the node was away."""

    def __init__(self, nodes, node, ledger, crowd):
        super().__init__(daemon=True)
        self.nodes, self.node, self.ledger, self.crowd = nodes, node, ledger, crowd
        self.life = 0  # of the process to which it is connected
        self.wanted = threading.Event()
        self.ending = threading.Event()
        self.resting = threading.Event()
        self.error = None

    def run(self):
        talk = None
        try:
            while not self.ending.is_set():
                if not self.wanted.is_set():
                    self.resting.set()
                    self.wanted.wait(0.1)
                    continue
                try:
                    talk = talk or self._connect()
                    self.turn(talk)
                except (OSError, EOFError):
                    if talk:
                        talk.close()
                    talk = None
                    self.ending.wait(RETRY_SECONDS)
        except Exception as error:  # pylint: disable=broad-except
            self.error = error
            self.resting.set()
        if talk:
            talk.close()

    def _connect(self):
        """Connects to a process whose life is known."""
        life = self.nodes.life(self.node)
        host, port = self.nodes.text_address(self.node)
        talk = Talk(port, REPLY_SECONDS, host)
        if self.nodes.life(self.node) != life:
            talk.close()
            raise EOFError
        self.enter(life)
        return talk

    def enter(self, life):
        self.life = life

    def turn(self, talk):
        raise NotImplementedError

    def go(self):
        self.resting.clear()
        self.wanted.set()

    def rest(self):
        self.wanted.clear()


class Reporter(Visitor):
    """`rate` is in reports a second."""

    def __init__(self, *args, rate):
        super().__init__(*args)
        self.pause = BURST / rate
        self.due = 0

    def turn(self, talk):
        reports = self.crowd.reports(BURST)
        talk.send(*(iamat_line(*report) for report in reports))
        for report in reports:
            answer = talk.line()
            self.ledger.note(self.node, self.life, self.nodes.life, report, answer,
                             time.monotonic())
        now = time.monotonic()
        # Reports missed during a standstill are not sent later.
        self.due = max(self.due + self.pause, now - self.pause)
        self.ending.wait(max(0, self.due - now))


class Poller(Visitor):
    """Checks that the answers of one process never go back in time, and measures their age."""

    def __init__(self, *args):
        super().__init__(*args)
        self.seen = {}

    def enter(self, life):
        if life != self.life:
            self.seen = {}
        super().enter(life)

    def turn(self, talk):
        clients = self.crowd.some(ASKED)
        asked_at = time.monotonic()
        talk.send(*(whatsat_line(client) for client in clients))
        for client in clients:
            answer = talk.line()
            if answer.startswith(b"AT "):
                talk.places()
            self.ledger.polled(self.node, self.seen, client, answer, asked_at)
        self.ending.wait(POLL_SECONDS)


class Traffic:
    """All clients."""

    def __init__(self, nodes, ledger, crowd, rate):
        names = list(nodes.nodes)
        self.reporters = [Reporter(nodes, name, ledger, crowd, rate=rate / len(names))
                          for name in names]
        self.visitors = [*self.reporters,
                         *(Poller(nodes, name, ledger, crowd) for name in names)]
        for visitor in self.visitors:
            visitor.start()

    def go(self):
        for visitor in self.visitors:
            visitor.go()

    def rest(self):
        for visitor in self.visitors:
            visitor.rest()

    def resting(self):
        self.check()
        return all(visitor.resting.is_set() for visitor in self.visitors)

    def check(self):
        for visitor in self.visitors:
            if visitor.error is not None:
                raise AssertionError(f"a client of {visitor.node} failed") from visitor.error

    def close(self):
        for visitor in self.visitors:
            visitor.ending.set()
            visitor.wanted.set()
        with contextlib.suppress(RuntimeError):
            for visitor in self.visitors:
                visitor.join(2)
