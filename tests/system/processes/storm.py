"""Abuse of a text port by very many connections, from a separate process.

    with Storm(port, drips=10_000, deaf=100, endless=50) as storm: ...

Three kinds at once: `drips` send a line byte by byte and never end it, `deaf` connections ask
without end and read nothing, `endless` ones send one line forever; closed ones are replaced. The
process has the lowest priority: sending is the attacker's cost, not the node's.
"""

import contextlib
import os
import resource
import socket
import subprocess
import sys
import time

TURN_SECONDS = 0.02
# Each dripping connection sends a byte at this interval, which is shorter than any time-out.
DRIP_SECONDS = 4.0
CONNECTS_PER_TURN = 200
QUESTIONS = b"".join(b"never read %d\n" % number for number in range(2000))
ENDLESS = b"endless " * 4096
LITTLE = 4096  # bytes that the system keeps for a client that does not read


class Storm:
    """The process as a test sees it; entering waits until all have connected."""

    def __init__(self, port, **counts):
        self.command = [sys.executable, __file__, str(port),
                        *(str(counts[kind]) for kind in ("drips", "deaf", "endless"))]
        self.process = None

    def __enter__(self):
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Crowd:
    """Connections of one kind."""

    def __init__(self, port, count, step):
        self.port = port
        self.step = step
        self.sockets = [None] * count
        self.missing = list(range(count))
        self.next = 0

    def connect_some(self):
        for _ in range(min(CONNECTS_PER_TURN, len(self.missing))):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LITTLE)
            connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                connection.connect(("127.0.0.1", self.port))
            self.sockets[self.missing.pop()] = connection

    def turn(self, most):
        """Lets `most` of them act, in turns."""
        for _ in range(min(most, len(self.sockets))):
            self.next = (self.next + 1) % len(self.sockets)
            connection = self.sockets[self.next]
            if connection is None:
                continue
            try:
                self.step(connection)
            except BlockingIOError:
                continue
            except OSError:
                connection.close()
                self.sockets[self.next] = None
                self.missing.append(self.next)


def drip(connection):
    connection.send(b"d")


def ask(connection):
    connection.send(QUESTIONS)


def send_on(connection):
    # The node answers the line and closes; then a new connection replaces this one.
    with contextlib.suppress(BlockingIOError):
        if not connection.recv(LITTLE):
            raise ConnectionResetError
    connection.send(ENDLESS)


def main(port, drips, deaf, endless):
    os.nice(19)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.set_blocking(sys.stdin.fileno(), False)
    crowds = [(Crowd(port, drips, drip), int(drips * TURN_SECONDS / DRIP_SECONDS) + 1),
              (Crowd(port, deaf, ask), deaf), (Crowd(port, endless, send_on), endless)]
    said = False
    while sys.stdin.buffer.read(1) is None:
        began = time.monotonic()
        for crowd, most in crowds:
            crowd.connect_some()
            crowd.turn(most)
        if not said and not any(crowd.missing for crowd, _ in crowds):
            said = True
            print("all are here", flush=True)
        time.sleep(max(0.0, TURN_SECONDS - (time.monotonic() - began)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
