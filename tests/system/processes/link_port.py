"""The way to reach each limit of a node's port for links."""

import contextlib
import socket
import struct

from http2 import PING, Http2, frame
from neighbour import LINK, Neighbour
from waiting import eventually

CONNECTIONS = "proxyherd_link_connection_limit_hits_total"

# Far more than the burst of frames without data, and sent faster than their rate.
PINGS = 60_000
UNKNOWN = 0x20  # a type of frame that is to be ignored


class LinkPort:
    """Each function, named as its limit's label, exceeds the limit once."""

    def __init__(self, herd, node):
        self.herd = herd
        self.node = node
        self.port = herd.members[node].link

    def connections(self):
        # From nine addresses, because each has a separate limit.
        with contextlib.ExitStack() as stack:
            for number in range(65):
                self.connect(stack, f"127.0.0.{2 + number % 9}")
            self.reached("connections")

    def connections_per_address(self):
        with contextlib.ExitStack() as stack:
            for _ in range(9):
                self.connect(stack, "127.0.0.1")
            self.reached("connections_per_address")

    def connect(self, stack, address):
        stack.enter_context(
            socket.create_connection(("127.0.0.1", self.port), source_address=(address, 0)))

    def greeting_time(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            while connection.recv(1000):
                pass

    def greeting_bytes(self):
        with Http2(self.port) as peer:
            with contextlib.suppress(OSError):
                for _ in range(4):
                    peer.send_frame(UNKNOWN, 0, 0, b"x" * 10_000)
            eventually("the connection ends", lambda: peer.gone)

    def header_bytes(self):
        with Http2(self.port) as peer:
            stream = peer.call(LINK, long="x" * 9000)
            eventually("the stream ends", stream.over)

    def message_bytes(self):
        with Neighbour(self.port) as bona:
            bona.link.send_data(b"\0" + struct.pack(">I", 1 << 21))
            eventually("the stream ends", bona.link.over)

    def streams(self):
        with Neighbour(self.port) as bona:
            bona.call(LINK)
            eventually("the stream ends", bona.link.over)

    def control_frames(self):
        with Neighbour(self.port) as bona:
            with contextlib.suppress(OSError):
                bona.socket.sendall(frame(PING, 0, 0, b"12345678") * PINGS)
            eventually("the stream ends", bona.link.over)

    def reached(self, limit):
        """Returns once the limit was hit; the caller's state must last until then."""
        eventually(f"{limit} is reached",
                   lambda: self.herd.metric(self.node, CONNECTIONS, limit=limit) > 0)
