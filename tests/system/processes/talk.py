"""Conversations with a text port, byte for byte."""

import socket
import time

import settings

REPLY_SECONDS = 20 * settings.PATIENCE
UCLA = "+34.068930-118.445127"


def to_bytes(text):
    """Encodes a test's text as UTF-8; bytes stay as they are."""
    return text if isinstance(text, bytes) else text.encode()


def stamp():
    """Returns the present time as IAMAT writes it; later calls return later times."""
    now = time.time_ns()
    return f"{now // 10**9}.{now % 10**9:09d}"


def iamat_line(client, location=UCLA, when=None):
    return b"IAMAT %s %s %s" % (to_bytes(client), to_bytes(location), to_bytes(when or stamp()))


def whatsat_line(client, radius=10, bound=0):
    return b"WHATSAT %s %d %d" % (to_bytes(client), radius, bound)


class Talk:
    """One connection. Commands are given without their line end."""

    def __init__(self, port, seconds=REPLY_SECONDS, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.reader.close()
        self.socket.close()

    def send(self, *lines):
        self.send_bytes(b"".join(to_bytes(line) + b"\n" for line in lines))

    def send_bytes(self, data):
        self.socket.sendall(data)

    def line(self):
        """Returns the next line that comes back, without its end."""
        line = self.reader.readline()
        if not line.endswith(b"\n"):
            raise EOFError(f"the node closed the connection after {line!r}")
        return line[:-1]

    def places(self):
        """Returns the JSON that follows an AT line in the answer to a WHATSAT."""
        lines = []
        while not lines or lines[-1]:
            lines.append(self.line())
        return b"\n".join(lines[:-1]).decode()

    def rest_or_line(self):
        """Returns the next line; empty if the node has closed."""
        return self.reader.readline()

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def rest(self):
        """Returns everything until the node closes."""
        return self.reader.read()

    def iamat(self, *args):
        self.send(iamat_line(*args))
        return self.line()

    def whatsat(self, *args):
        """Returns (AT line, JSON), or (refusal, None)."""
        self.send(whatsat_line(*args))
        line = self.line()
        return line, None if line.startswith(b"? ") else self.places()
