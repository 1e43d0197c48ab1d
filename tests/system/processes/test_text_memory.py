"""Tests the total cost of very many clients that read nothing."""

import socket

import settings
from case import HerdTest
from load import HonestClient
from talk import iamat_line, whatsat_line
from waiting import eventually

NODE = "Clark"
TOTAL_BYTES = 16 << 20
COUNT = settings.scaled(400, least=200)
# The node's maximum beyond the total: its connections, and the answers to a thousand searches in
# progress, 30 KB each, in the heaps of several threads, which keep memory once needed. It does not
# grow with the number of connections (31 to 90 MiB with 400 of them, 74 MiB with 1600).
SLACK_BYTES = 128 << 20
UNSENT = "proxyherd_gateway_unsent_bytes"
LITTLE = 4096  # bytes that the system keeps for a client that does not read


class Deaf:
    """Connections that ask without end and read nothing. One that was closed stays closed."""

    def __init__(self, port, count):
        self.block = b"".join(
            (iamat_line(f"deaf-{i % 50}") if i % 4 else whatsat_line("hungry", 50, 20)) + b"\n"
            for i in range(2000))
        self.sockets = [self.connect(port) for _ in range(count)]
        self.closed = 0

    def connect(self, port):
        talk = socket.socket()
        talk.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LITTLE)
        talk.connect(("127.0.0.1", port))
        talk.setblocking(False)
        return talk

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for talk in self.sockets:
            talk.close()

    def ask(self):
        """Each sends as much as the node takes."""
        for talk in list(self.sockets):
            try:
                talk.send(self.block)
            except BlockingIOError:
                pass
            except OSError:
                talk.close()
                self.sockets.remove(talk)
                self.closed += 1


class TextMemoryTest(HerdTest):
    def test_clients_that_do_not_read_are_closed_and_others_served(self):
        herd = self.make_herd(nodes=(NODE,), links=())
        herd.members[NODE].options = [f"--max_unsent_total_bytes={TOTAL_BYTES}"]
        herd.start(NODE, "places")
        herd.wait_serving(NODE, "places")
        herd.iamat(NODE, "hungry")

        def hits():
            return herd.metric(NODE, "proxyherd_gateway_limit_hits_total",
                               limit="unsent_total_bytes")
        self.assertEqual(herd.metric(NODE, "proxyherd_gateway_max_unsent_total_bytes"), TOTAL_BYTES)
        before = herd.metric(NODE, "process_resident_memory_bytes")
        with HonestClient(herd, NODE) as honest, Deaf(herd.members[NODE].text, COUNT) as deaf:
            most = 0

            def closed_many():
                nonlocal most
                deaf.ask()
                most = max(most, herd.metric(NODE, UNSENT))
                return hits() >= COUNT // 2
            eventually("the largest are closed", closed_many, 120)
            eventually("the honest client is served among them", honest.rounds_more(50))
            grown = herd.metric(NODE, "process_resident_memory_bytes") - before
            # Not all of them: the remaining ones fit.
            self.assertLess(hits(), COUNT)
            eventually("what is left fits", lambda: herd.metric(NODE, UNSENT) <= TOTAL_BYTES)
            self.assertGreater(herd.metric(NODE, UNSENT), TOTAL_BYTES / 2)
        settings.measured(f"{COUNT} connections that do not read, {TOTAL_BYTES >> 20} MiB for all",
                          f"{grown / 2**20:.1f} MiB, at most {most / 2**20:.1f} MiB counted")
        if not settings.SANITIZED:
            self.assertLess(grown, TOTAL_BYTES + SLACK_BYTES)
        eventually("nothing is left of them", lambda: herd.metric(NODE, UNSENT) == 0, 30)
