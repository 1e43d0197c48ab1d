"""Tests the links' own port as a client of gRPC sees it: its answers, and how calls of it end."""

import struct
import unittest

import grpcurl
from case import HerdTest
from grpcurl import PEER
from http2 import Http2
from neighbour import LINK, VERSION, Neighbour, hello
from waiting import eventually

NODE = "Clark"
OTHER = "/proxyherd.peer.v1.PeerService/GetStatus"
ANSWER = {":status": "200", "content-type": "application/grpc", "grpc-accept-encoding": "identity"}
NO_HELLO = "the first message of a link must be a hello"
NO_ERROR = 0


def calls(herd, node, what, side="server", **labels):
    """Returns a sum of gRPC's conventional metrics of Link, e.g. that of `started`."""
    return herd.metric(node, f"grpc_{side}_{what}_total", grpc_method="Link", **labels)


class PlayedTest(HerdTest):
    """Clark runs, and its neighbour Bona is played by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.make_class_herd(nodes=("Bona", NODE), links=(("Bona", NODE),))
        cls.herd.start(NODE)
        cls.herd.wait_serving(NODE)
        cls.port = cls.herd.members[NODE].link

    def ends(self, stream, *blocks):
        """Waits until the node has ended a call with these fields, and then the connection."""
        connection = stream.connection
        eventually("the connection ends", lambda: connection.gone)
        self.assertTrue(stream.ended)
        self.assertEqual(connection.goaway, NO_ERROR)
        self.assertEqual(stream.blocks, list(blocks))

    def counts(self, code, reach):
        """Checks that a call is counted once, at its beginning and by the code of its end."""
        started, handled = self.started(), self.handled(code)
        reach()
        eventually(f"the end is counted as {code}", lambda: self.handled(code) > handled)
        self.assertEqual(self.handled(code), handled + 1)
        self.assertEqual(self.started(), started + 1)

    def started(self):
        return calls(self.herd, NODE, "started")

    def handled(self, code):
        return calls(self.herd, NODE, "handled", grpc_code=code)


class AnswersTest(PlayedTest):
    def test_what_is_no_call_of_links_is_refused_in_its_language(self):
        started = self.started()
        for changed, answer in (
                ({"content_type": "application/json"}, {":status": "415"}),
                ({"content_type": None}, {":status": "415"}),
                ({"_method": "PUT"}, {":status": "405"}),
                ({"_path": OTHER}, {**ANSWER, "grpc-status": "12", "grpc-message":
                 f"this port serves only {LINK}; other methods have a port of their own"}),
                ({"te": None}, {**ANSWER, "grpc-status": "13", "grpc-message":
                                "the field te: trailers is missing"}),
                ({"grpc_timeout": "soon"}, {**ANSWER, "grpc-status": "13", "grpc-message":
                                            "malformed grpc-timeout"})):
            with self.subTest(changed=changed), Http2(self.port) as peer:
                self.ends(peer.call(LINK, **changed), answer)
        self.assertEqual(self.started(), started)

    def test_refusals_are_trailers_only(self):
        for message, code, name, words in (
                (hello(herd="goats"), "9", "FailedPrecondition",
                 f"{NODE} is of the herd seed, not of goats"),
                (hello(node="Zoe"), "7", "PermissionDenied",
                 f"Zoe is not linked with {NODE} in its herd file; its neighbours are: Bona. If "
                 f"the link is new, add it there and send {NODE} SIGHUP"),
                (b"", "3", "InvalidArgument", NO_HELLO),
                (b"\xff\xff", "3", "InvalidArgument", NO_HELLO)):
            def refuse(message=message, code=code, words=words):
                with Http2(self.port) as peer:
                    stream = peer.call(LINK)
                    stream.send(message)
                    self.ends(stream, {**ANSWER, "grpc-status": code, "grpc-message": words})
            with self.subTest(words=words):
                self.counts(name, refuse)

    def test_a_compressed_message_is_unimplemented(self):
        def compress():
            with Neighbour(self.port) as bona:
                bona.link.send_data(b"\1" + struct.pack(">I", 1) + b"x")
                self.ends(bona.link, ANSWER, {
                    "grpc-status": "12", "grpc-message": "compressed messages are not taken"})
        self.counts("Unimplemented", compress)

    def test_the_callers_time_is_kept(self):
        def let_pass():
            with Http2(self.port) as peer:
                self.ends(peer.call(LINK, grpc_timeout="100m"), {
                    **ANSWER, "grpc-status": "4", "grpc-message": "the caller's time is over"})
        self.counts("DeadlineExceeded", let_pass)

    def test_a_half_closed_call_ends_in_order(self):
        def half_close():
            with Neighbour(self.port) as bona:
                bona.link.half_close()
                self.ends(bona.link, ANSWER, {"grpc-status": "0"})
        self.counts("OK", half_close)

    def test_a_connection_that_breaks_is_a_call_that_was_cut(self):
        def leave():
            with Neighbour(self.port):
                pass
        self.counts("Unavailable", leave)

    def test_a_call_whose_hello_comes_later_is_counted_once(self):
        started, broken = self.started(), self.handled("Unavailable")
        with Http2(self.port) as peer:
            stream = peer.call(LINK)
            eventually("the call is seen", lambda: self.started() > started)
            first, rest = (b"\0" + struct.pack(">I", len(hello())) + hello()).split(b"seed")
            for part in (first, b"seed", rest):
                stream.send_data(part)
                peer.ping()
            eventually("the hello is answered", lambda: stream.blocks)
        eventually("the end is counted", lambda: self.handled("Unavailable") > broken)
        self.assertEqual(self.started(), started + 1)


class StopTest(PlayedTest):
    def test_a_node_that_stops_ends_its_calls_before_its_connections(self):
        with Neighbour(self.port) as bona, Http2(self.port) as silent:
            self.assertEqual(self.herd.stop(NODE), 0)
            self.ends(bona.link, ANSWER,
                      {"grpc-status": "14", "grpc-message": f"{NODE} is stopping"})
            eventually("the other one ends", lambda: silent.gone)


@unittest.skipIf(grpcurl.PROGRAM is None, grpcurl.REASON)
class GrpcurlTest(PlayedTest):
    def test_grpcurl_gets_the_nodes_hello(self):
        code, answer = grpcurl.call(self.port, f"{PEER}/Link", {"hello": {
            "herd": "seed", "node": "Bona", "epoch_ns": "1", "attempt": "1",
            "protocol_version": VERSION}}, protos=True)
        self.assertEqual(code, "OK", answer)
        self.assertEqual((answer["hello"]["herd"], answer["hello"]["node"]), ("seed", NODE))
        code, text = grpcurl.call(self.port, f"{PEER}/GetStatus", protos=True)
        self.assertEqual(code, "UNIMPLEMENTED", text)
        self.assertIn(f"this port serves only {LINK}", text)


class CountsTest(HerdTest):
    def test_both_ends_count_the_calls_of_a_link(self):
        herd = self.running_herd(nodes=("Bona", NODE), links=(("Bona", NODE),))
        for client, server in (("Bona", NODE), (NODE, "Bona")):
            self.one_is_open(herd, client, "client")
            self.one_is_open(herd, server, "server")
            for what, end in (("msg_sent", client), ("msg_received", server),
                              ("msg_sent", server), ("msg_received", client)):
                side = "client" if end == client else "server"
                before = calls(herd, end, what, side)
                eventually(f"{what} moves at the {side}",
                           lambda e=end, w=what, s=side, b=before: calls(herd, e, w, s) > b)
        dialled = calls(herd, NODE, "started", "client")
        herd.kill("Bona")
        for side in ("client", "server"):
            eventually(f"the end is counted at the {side}", lambda s=side: calls(
                herd, NODE, "handled", s, grpc_code="Unavailable") >= 1)
        eventually("it dials again",
                   lambda: calls(herd, NODE, "started", "client") > dialled)
        herd.up("Bona")
        self.one_is_open(herd, NODE, "client")
        self.one_is_open(herd, NODE, "server")

    def one_is_open(self, herd, node, side):
        eventually(f"one call is open at the {side} {node}", lambda: calls(
            herd, node, "started", side) == calls(herd, node, "handled", side) + 1)
