"""Clients that report as fast as possible, and the outcome of each report."""

import socket
import threading

BATCH = 1000
REPLY_SECONDS = 60


class Filler(threading.Thread):
    """One connection that sends reports `make(number)`, number by number, until `ends()`.

    A report is `taken` or `refused`; without an answer it is neither."""

    def __init__(self, port, make, ends, first=0):
        super().__init__(daemon=True)
        self.port, self.make, self.ends, self.next = port, make, ends, first
        self.taken = []  # numbers
        self.refused = 0
        self.failure = None

    def run(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), REPLY_SECONDS) as connection:
                reader = connection.makefile("rb")
                while not self.ends(self):
                    self._batch(connection, reader)
        except OSError as error:
            self.failure = error

    def _batch(self, connection, reader):
        numbers = range(self.next, self.next + BATCH)
        self.next += BATCH
        data = b"".join(map(self.make, numbers))
        # Written by another thread, because long replies fill the connection meanwhile.
        writer = threading.Thread(target=connection.sendall, args=(data,), daemon=True)
        writer.start()
        for number in numbers:
            line = reader.readline()
            if not line:
                raise ConnectionError("the node closed the connection")
            if line.startswith(b"AT "):
                self.taken.append(number)
            else:
                self.refused += 1
        writer.join()


class Regulars(threading.Thread):
    """Clients that were known before the node filled up: each of their reports must be taken."""

    def __init__(self, talk, names, line, pause):
        super().__init__(daemon=True)
        self.talk, self.names, self.line, self.pause = talk, names, line, pause
        self.last = {}  # by client, the AT line of its newest report
        self.refused = []
        self.rounds = 0
        self.done = threading.Event()
        self.failure = None

    def report_once(self):
        self.talk.send(*map(self.line, self.names))
        for name in self.names:
            reply = self.talk.line()
            if reply.startswith(b"AT "):
                self.last[name] = reply
            else:
                self.refused.append(reply)
        self.rounds += 1

    def run(self):
        try:
            while not self.done.wait(self.pause):
                self.report_once()
        except (OSError, EOFError) as error:
            self.failure = error

    def end(self):
        self.done.set()
        self.join()
