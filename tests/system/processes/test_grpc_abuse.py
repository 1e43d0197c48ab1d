"""Tests abuse of a gRPC port, and callers that are not neighbours."""

import base64
import contextlib
import random
import socket
import unittest

import grpcurl
import settings
from case import HerdTest
from grpcurl import PEER, call
from http2 import Http2
from load import HonestClient
from neighbour import LINK, VERSION, Neighbour, batch, heartbeat, record
from processes import LINKS
from waiting import eventually

SEED = 40
NODE = "Clark"
# A few messages in transit, in every flood.
FLOOD_GROWTH_BYTES = 32 << 20
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def end_of(port, data, seconds=10):
    """Sends bytes and reads until the other end closes, for at most `seconds`."""
    with socket.create_connection(("127.0.0.1", port), seconds) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


class AbusedNode(HerdTest):
    """A herd that must be intact after each test, whatever was done to one of its nodes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd()
        node = cls.herd.members[NODE]
        cls.port = node.grpc
        cls.ports = {node.grpc, node.dialled}

    def tearDown(self):
        name = self.id().rsplit(".", maxsplit=1)[1]
        self.assertTrue(self.herd.links_up(LINKS))
        self.herd.known_at("Bailey", name, self.herd.iamat(NODE, name))
        self.herd.wait_agree()

    def refused(self):
        return self.herd.metric(NODE, "proxyherd_link_refused_total")


class GarbageTest(AbusedNode):
    def test_garbage_and_other_protocols(self):
        chance = random.Random(SEED)
        handshakes = self.herd.metric(NODE, "proxyherd_link_handshakes_total")
        for data in (b"", b"\0" * 1000, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"IAMAT a +1+1 1\n",
                     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", HTTP2,
                     HTTP2 + b"\0\0\0\4\0\0\0\0\0" + chance.randbytes(5000)):
            for port in self.ports:
                end_of(port, data)
        for _ in range(settings.scaled(100)):
            for port in self.ports:
                end_of(port, chance.randbytes(chance.randrange(1, 3000)))
                end_of(port, HTTP2 + chance.randbytes(chance.randrange(1, 3000)))
        self.assertEqual(self.herd.metric(NODE, "proxyherd_link_handshakes_total"), handshakes)

    def test_garbage_for_the_http_port(self):
        chance = random.Random(SEED)
        port = self.herd.members[NODE].http
        for data in (b"", b"GET\n\n", b"GET /../../etc/passwd HTTP/1.1\r\n\r\n",
                     b"POST /metrics HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nx",
                     b"GET /" + b"a" * 100_000, *[chance.randbytes(2000) for _ in range(50)]):
            end_of(port, data)
        self.assertEqual(self.herd.http(NODE, "/healthz"), (200, "ok\n"))
        self.assertEqual(self.herd.http(NODE, "/no-such-page")[0], 404)
        self.assertEqual(self.herd.http(NODE, "/metrics/")[0], 404)

    def test_a_crowd_of_silent_connections(self):
        with contextlib.ExitStack() as stack:
            for port in self.ports:
                for _ in range(settings.scaled(300)):
                    stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            self.herd.known_at("Jaquez", "in-a-crowd", self.herd.iamat(NODE, "in-a-crowd"))
            self.herd.wait_linked()


class StrangersTest(AbusedNode):
    def stranger(self, name, herd_name="seed"):
        """Runs a node that dials NODE because its own herd file says that they are linked."""
        other = self.make_herd(nodes=(name, NODE), links=((name, NODE),), name=herd_name)
        other.lead_to(NODE, self.herd.members[NODE])
        other.start(name)
        return other

    def test_nodes_that_are_no_neighbours_are_refused(self):
        refused = self.refused()
        strangers = (("Bona", "goats", "Clark is of the herd seed, not of goats"),
                     ("Zoe", "seed", "Zoe is not linked with Clark in its herd file"),
                     ("Bailey", "seed", "Bailey is not linked with Clark in its herd file"))
        others = [self.stranger(name, herd_name) for name, herd_name, _ in strangers]
        for other, (name, _, reason) in zip(others, strangers):
            with self.subTest(stranger=name):
                eventually("the refused one says why",
                           lambda o=other, n=name, r=reason: r in o.log(n))
                eventually("the one that refused says why",
                           lambda r=reason: f"refused an incoming link: {r}" in self.herd.log(NODE))
                # It still serves its own clients, and none of their records come here.
                other.wait_serving(name)
                other.iamat(name, f"of-{name}")
                self.assertIsNone(self.herd.at_line(NODE, f"of-{name}"))
        self.assertGreaterEqual(self.refused(), refused + len(strangers))

    def test_an_address_that_belongs_to_somebody_else_is_noticed(self):
        other = self.make_herd(nodes=("Bona", "Jaquez"), links=(("Bona", "Jaquez"),))
        other.lead_to("Jaquez", self.herd.members[NODE])
        # It takes Bona's place here for a moment, as any process that reaches this port can.
        other.start("Bona")
        eventually("it says so",
                   lambda: "the address of Jaquez is answered by Clark" in other.log("Bona"))
        other.kill("Bona")
        self.herd.wait_linked()

    def test_another_graph_is_a_warning_and_a_metric(self):
        herd = self.running_herd(nodes=("Bona", NODE), links=(("Bona", NODE),))
        herd.kill("Bona")
        herd.file.write_text(
            herd.file_text() + "node Zoe host=127.0.0.1 text=1 grpc=2 http=3 at=+1+1\n",
            encoding="utf-8")
        herd.up("Bona")
        for node, peer in (("Bona", NODE), (NODE, "Bona")):
            self.assertEqual(herd.metric(node, "proxyherd_link_topology_matches", peer=peer), 0)
            eventually("it is said", lambda node=node: "describes other nodes" in herd.log(node))
        herd.known_at(NODE, "grown", herd.iamat("Bona", "grown"))


@unittest.skipIf(grpcurl.PROGRAM is None, grpcurl.REASON)
class LinkAbuseTest(AbusedNode):
    """Messages on Link that no real node sends."""

    HELLO = {"herd": "seed", "node": "Bona", "epoch_ns": "1", "attempt": "1",
             "protocol_version": VERSION}

    def link(self, *messages):
        return call(self.port, f"{PEER}/Link", *messages)

    def assert_refused(self, code, word, *messages):
        refused = self.refused()
        self.assertEqual(self.link(*messages)[0], code)
        self.assertIn(word, self.link(*messages)[1])
        eventually("both are counted", lambda: self.refused() == refused + 2)
        eventually("the log says why", lambda: word in self.herd.log(NODE))

    def test_another_protocol_version(self):
        self.assert_refused("FAILED_PRECONDITION",
                            f"speaks link protocol version {VERSION}, Bona speaks 99",
                            {"hello": {**self.HELLO, "protocol_version": 99}})

    def test_an_older_stream_does_not_replace_a_newer_one(self):
        self.assert_refused("ABORTED", "a newer stream from Bona is here already",
                            {"hello": self.HELLO})

    def test_a_name_that_is_none_is_not_repeated(self):
        self.assert_refused("PERMISSION_DENIED", "a malformed name is not linked with Clark",
                            {"hello": {**self.HELLO, "node": "x\ny"}})

    def test_first_messages_that_are_no_hello(self):
        for message in ({}, {"heartbeat": {}}, {"batch": {"number": "1"}}, {"repair_done": {}}):
            self.assert_refused("INVALID_ARGUMENT", "must be a hello", message)

    def test_an_oversized_message(self):
        huge = base64.b64encode(b"x" * (5 << 20)).decode()
        code, text = self.link({"hello": self.HELLO}, {"batch": {"number": "1", "records": huge}})
        self.assertIn(code, ("RESOURCE_EXHAUSTED", "ABORTED"), text)
        code, text = call(self.port, f"{PEER}/ReportLocation",
                          {"client_id": "x" * (5 << 20), "location": "+1+1"})
        self.assertEqual(code, "RESOURCE_EXHAUSTED", text)

    def test_streams_without_a_hello_are_bounded_and_end(self):
        refused = self.refused()
        with Http2(self.port) as peer:
            for _ in range(80):
                peer.call(LINK)
            eventually("those beyond the bound are refused", lambda: self.refused() >= refused + 16)
            self.herd.wait_linked()
            eventually("the others are refused when they stay silent",
                       lambda: self.refused() >= refused + 80)


@unittest.skipIf(grpcurl.PROGRAM is None, grpcurl.REASON)
class NeighbourAbuseTest(HerdTest):
    """A pair of nodes, one of them played with grpcurl: it is a neighbour, and misbehaves."""

    HELLO = {"herd": "seed", "node": "Bona", "protocol_version": VERSION}

    def test_a_neighbour_that_sends_nonsense_is_cut_and_nothing_is_lost(self):
        herd = self.make_herd(nodes=("Bona", NODE), links=(("Bona", NODE),))
        herd.start(NODE)
        herd.wait_serving(NODE)
        at_line = herd.iamat(NODE, "kept")
        records = herd.metric(NODE, "proxyherd_table_records")
        garbage = base64.b64encode(bytes(range(256))).decode()
        for attempt, (message, word) in enumerate((
                ({"batch": {"number": "2"}}, "batch 2 follows batch 0"),
                ({"batch": {"number": "1", "records": garbage}}, ""),
                ({"batch": {"number": "1", "records": garbage[:4]}}, ""),
                ({"hello": self.HELLO}, "unexpected message"),
                ({}, "unexpected message")), 1):
            with self.subTest(message=message):
                code, text = call(herd.members[NODE].grpc, f"{PEER}/Link",
                                  {"hello": {**self.HELLO, "epoch_ns": "5",
                                             "attempt": str(attempt)}}, message)
                self.assertEqual(code, "INVALID_ARGUMENT", text)
                self.assertIn(word, text)
        self.assertEqual(herd.at_line(NODE, "kept"), at_line)
        self.assertEqual(herd.metric(NODE, "proxyherd_table_records"), records)
        herd.up("Bona")
        herd.wait_agree()


class HostileNeighbourTest(HerdTest):
    """A neighbour that misbehaves after its handshake, played by hand."""

    def setUp(self):
        self.herd = self.make_herd(nodes=("Bona", NODE), links=(("Bona", NODE),))
        self.herd.start(NODE)
        self.herd.wait_serving(NODE)
        self.port = self.herd.members[NODE].dialled

    def invalid(self):
        return self.herd.metric(NODE, "proxyherd_flood_received_records_total", result="invalid")

    def test_floods_of_empty_messages_cost_no_memory_and_hold_nobody_up(self):
        before = self.herd.metric(NODE, "process_resident_memory_bytes")
        messages = [message for number in range(1, 20_000)
                    for message in (batch(number), heartbeat())]
        with HonestClient(self.herd, NODE) as honest, Neighbour(self.port) as bona:
            bona.link.send(*messages)
            eventually("the honest client is served meanwhile", honest.rounds_more(50))
        grown = self.herd.metric(NODE, "process_resident_memory_bytes") - before
        settings.measured("growth by a flood of empty messages", f"{grown / 2**20:.1f} MiB")
        if not settings.SANITIZED:
            self.assertLess(grown, FLOOD_GROWTH_BYTES)

    def test_absurd_times_are_kept_within_bounds_or_skipped(self):
        last = 2**63 - 1
        with Neighbour(self.port) as bona:
            bona.link.send(batch(1, record("before-time", effective_ns=-1)
                                 + record("never-received", received_ns=-1)
                                 + record("ordered-ahead", seconds=5, effective_ns=6 * 10**9)
                                 + record("last", seconds=last // 10**9, received_ns=last),
                                 [(0, "Bona")]))
            eventually("the good one is there", lambda: self.herd.at_line(NODE, "last"))
        self.assertEqual(self.invalid(), 3)
        self.assertEqual(self.herd.at_line(NODE, "last"),
                         b"AT Bona +0.854775807 last +1-1 9223372036")

    def test_bad_records_and_unknown_origins_are_skipped_and_the_rest_is_taken(self):
        with Neighbour(self.port) as bona:
            bona.link.send(batch(1, record("white space") + record("of-nobody", origin=7)
                                 + record("misnamed", origin=1) + record("good"),
                                 [(0, "Bona"), (1, "no name!"), (70_000, "Zoe")]))
            eventually("the good one is there", lambda: self.herd.at_line(NODE, "good"))
            self.assertFalse(bona.link.over())
        self.assertEqual(self.invalid(), 3)
