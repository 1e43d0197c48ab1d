"""Clients that check the promises of a node's orderly shutdown."""

import contextlib
import socket

from load import Background
from talk import iamat_line, stamp

BURST = 20


class OrderlyClient(Background):
    """Reports many clients over one connection, in bursts. Connects again, here or at another of
    `nodes`, if the node closes it. Anything but an orderly close fails the test: a reset, an
    incomplete reply, or a reply to another line. `acknowledged` has the newest receipt of each
    client; `closes` counts the ends of streams."""

    def __init__(self, herd, nodes, prefix, count=100):
        super().__init__()
        self.herd = herd
        self.nodes = nodes
        self.names = [f"{prefix}-{number}" for number in range(count)]
        self.acknowledged = {}
        self.closes = 0
        self.talk = None

    def connect(self, turn):
        node = self.nodes[turn % len(self.nodes)]
        try:
            talk = self.herd.talk(node, seconds=2)
        except (ConnectionRefusedError, socket.timeout):
            # The port is closed, or about to be.
            self.ending.wait(0.02)
            return False
        talk.socket.settimeout(20)
        self.talk = talk
        return True

    def step(self, turn):
        if self.talk is None and not self.connect(turn):
            return
        begin = turn * BURST % len(self.names)
        lines = [iamat_line(name, when=stamp()) for name in self.names[begin:begin + BURST]]
        self.talk.send(*lines)
        for line in lines:
            reply = self.talk.reader.readline()
            if not reply:
                self.closes += 1
                self.finish()
                return
            assert reply.startswith(b"AT ") and reply.endswith(line[len(b"IAMAT"):] + b"\n"), reply
            self.acknowledged[line.split()[1].decode()] = reply[:-1]
        self.ending.wait(0.004)

    def finish(self):
        if self.talk is not None:
            with contextlib.suppress(OSError):
                self.talk.close()
            self.talk = None


def check_known(test, herd, clients):
    """Checks that every receipt, or a newer report of the same client, is known at every node."""
    for node in herd.running():
        for client in clients:
            known = herd.at_lines(node, list(client.acknowledged))
            for name, at_line in client.acknowledged.items():
                test.assertTrue(known[name].startswith(b"AT "), (node, known[name]))
                test.assertGreaterEqual(known[name].rsplit(b" ", 1)[1],
                                        at_line.rsplit(b" ", 1)[1], (node, known[name]))
