"""A neighbour played by hand: PeerService.Link as link.proto and core/record.h describe it."""

import struct

from http2 import Http2, field, fixed64
from waiting import eventually

LINK = "/proxyherd.peer.v1.PeerService/Link"
VERSION = 4  # kLinkProtocolVersion of peer/protocol/link_messages.h
HEADER = "<HHHHqq"


def hello(herd="seed", node="Bona", epoch=1, attempt=1):
    return field(1, field(1, herd) + field(2, node) + fixed64(3, epoch) + field(4, attempt)
                 + field(5, VERSION))


def batch(number, records=b"", origins=()):
    return field(2, field(1, number) + field(3, records) + b"".join(
        field(2, field(1, index) + field(2, name)) for index, name in origins))


def heartbeat():
    return field(3, field(1, 1))


def record(client, origin=0, seconds=1, received_ns=1, effective_ns=None):
    client, location, when = client.encode(), b"+1-1", str(seconds).encode()
    size = struct.calcsize(HEADER) + len(client) + len(location) + len(when)
    return struct.pack(HEADER, origin, size, len(client), len(location),
                       seconds * 10**9 if effective_ns is None else effective_ns,
                       received_ns) + client + location + when


class Neighbour(Http2):
    """A stream to a node, past the handshake as its neighbour Bona. Each has a newer attempt, and
    so replaces the previous one."""

    attempts = 0

    def __init__(self, port, **options):
        super().__init__(port, **options)
        self.link = self.call(LINK)
        Neighbour.attempts += 1
        self.link.send(hello(attempt=Neighbour.attempts))
        # A node takes little before it has answered.
        eventually("the node answers the hello", lambda: self.link.blocks or self.link.over())
