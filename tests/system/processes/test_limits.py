"""Tests every counted limit: that it can be reached, and that its counter increases.

docs/limits.md gives the reason of each. A limit that a node counts must be in the table here.
"""

import contextlib
import socket

import settings
from case import HerdTest
from herd import clients
from http2 import Http2, double, field
from link_port import LinkPort
from neighbour import LINK, Neighbour, batch, record
from talk import Talk, iamat_line, whatsat_line
from waiting import eventually

GATEWAY = "proxyherd_gateway_limit_hits_total"
LINKS = "proxyherd_link_limit_hits_total"
CONNECTIONS = "proxyherd_link_connection_limit_hits_total"
WATCH = "proxyherd_watch_limit_hits_total"
PLACES = "proxyherd_places_limit_hits_total"
MEMBERSHIP = "proxyherd_membership_limit_hits_total"
HTTP = "proxyherd_http_limit_hits_total"
PAGE = "proxyherd_page_limit_hits_total"
CALLS = "grpc_server_handled_total"

# Small, so that they are reached soon.
TIGHT = ("--max_connections=20", "--max_connections_per_address=15", "--max_clients=10",
         "--max_line_bytes=100", "--max_unsent_bytes=4096", "--max_pending_lookups=2",
         "--max_unsent_total_bytes=800000",
         "--first_line_timeout_s=1", "--idle_timeout_s=1", "--write_stall_timeout_s=1")

# Limits that cannot be reached from outside, or only on a fast machine, and the unit test that
# reaches each.
UNITS = {
    (HTTP, "answer_bytes"): ("tests/unit/server/http/http_server_test.cc",
                             "AnswersThatAreNotTakenHaveABoundTogether"),
    (LINKS, "message_rate"): ("tests/unit/peer/protocol/link_limits_test.cc",
                              "AFloodOfMessagesEndsTheStream"),
    (GATEWAY, "lookup_timeout"): ("tests/unit/gateway/session/session_limits_test.cc",
                                  "ALookupThatNeverAnswersIsAnsweredForIt"),
    (MEMBERSHIP, "nodes"): ("tests/unit/peer/membership/membership_test.cc",
                         "ThereIsAlwaysRoomForTheHerdFile"),
    (GATEWAY, "ack_waits"): ("tests/unit/core/confirmations_test.cc", "AtMostSoManyWait"),
    (WATCH, "inside_clients"): ("tests/unit/peer/calls/watch_test.cc",
                                "InALargeCrowdOnlyTheLeavingOfTheFirstIsTold"),
}


def call(port, method, *fields):
    """Makes one call of PeerService, and waits for its end."""
    with Http2(port) as peer:
        stream = peer.call(f"/proxyherd.peer.v1.PeerService/{method}")
        stream.send(b"".join(fields))
        stream.half_close()
        eventually(f"{method} ends", stream.over)


class TextPort:
    """The way to reach each limit of the text port."""

    def __init__(self, herd, node):
        self.herd = herd
        self.node = node
        self.port = herd.members[node].text

    def line_bytes(self):
        self.herd.ask(self.node, b"x" * 101)

    def unsent_bytes(self):
        with self.deaf():
            pass

    @contextlib.contextmanager
    def deaf(self):
        with Talk(self.port) as talk:
            talk.socket.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while talk.socket.send(b"never read\n" * 10_000):
                    pass
            yield

    def unsent_total_bytes(self):
        with contextlib.ExitStack() as stack:
            for _ in range(10):
                stack.enter_context(self.deaf())
            self.reached("unsent_total_bytes")

    def pending_lookups(self):
        with self.herd.stopped("places"), Talk(self.port) as talk:
            talk.send(*[whatsat_line("hungry", 10, 5)] * 3)
            self.reached("pending_lookups")

    def first_line_timeout(self):
        with Talk(self.port) as talk:
            assert talk.rest() == b""

    def idle_timeout(self):
        with Talk(self.port) as talk:
            talk.send("once")
            assert talk.rest() == b"? once\n"

    def write_stall_timeout(self):
        with self.deaf():
            self.reached("write_stall_timeout")

    def clients(self):
        for client in clients("new-", 11):
            self.herd.ask(self.node, iamat_line(client))

    def connections(self):
        # Sent from several addresses, because each has a separate limit.
        with contextlib.ExitStack() as stack:
            for number in range(21):
                stack.enter_context(socket.create_connection(
                    ("127.0.0.1", self.port), source_address=(f"127.0.0.{2 + number % 2}", 0)))
            self.reached("connections")

    def connections_per_address(self):
        with contextlib.ExitStack() as stack:
            for _ in range(16):
                stack.enter_context(socket.create_connection(("127.0.0.1", self.port)))
            self.reached("connections_per_address")

    def reached(self, limit):
        """Returns once the limit was hit; the caller's state must last until then."""
        before = self.before[limit]
        eventually(f"{limit} is reached",
                   lambda: self.herd.metric(self.node, GATEWAY, limit=limit) > before)

    before = {}  # the hits of each limit before


class GrpcPort:
    """The way to reach each limit of links, watchers and calls."""

    def __init__(self, herd, node):
        self.herd = herd
        self.node = node
        self.port = herd.members[node].grpc
        self.link_port = herd.members[node].dialled

    def batch_bytes(self):
        with Neighbour(self.link_port) as bona:
            bona.link.send(batch(1, record("x" * 100) * 2500, [(0, "Bona")]))
            eventually("the stream ends", bona.link.over)

    def batch_origins(self):
        with Neighbour(self.link_port) as bona:
            bona.link.send(batch(1, b"", [(0, "Bona")] * 4097))
            eventually("the stream ends", bona.link.over)

    def origins(self):
        made_up = [(number, f"made-up-{number}") for number in range(4096)]
        records = b"".join(record(f"of-{number}", number) for number, _ in made_up)
        with Neighbour(self.link_port) as bona:
            bona.link.send(batch(1, records, made_up))
            eventually("the first are merged", lambda: self.herd.at_line(self.node, "of-0"))
        # Names in the herd file are still accepted.
        with Neighbour(self.link_port) as bona:
            bona.link.send(batch(1, record("of-jaquez"), [(0, "Jaquez")]))
            eventually("it is merged", lambda: self.herd.at_line(self.node, "of-jaquez"))

    def watchers(self):
        # Which of them is refused is undefined, because several threads serve connections.
        streams = []
        with contextlib.ExitStack() as stack:
            for _ in range(3):
                peer = stack.enter_context(Http2(self.port))
                streams += [self.watch(peer) for _ in range(99)]
            eventually("one is refused", lambda: any(stream.ended for stream in streams))

    def watch(self, peer):
        """Watches an area without clients, so that the watch has caught up immediately."""
        stream = peer.call("/proxyherd.peer.v1.PeerService/WatchLocations")
        stream.send(field(2, b"".join(double(*number) for number in ((1, 10), (2, 10), (3, 1000)))))
        stream.half_close()
        return stream

    def changed_clients(self):
        with Http2(self.port, deaf=True) as peer:
            self.watch(peer)
            eventually("it watches", lambda: self.herd.metric(
                self.node, "grpc_server_msg_sent_total", grpc_method="WatchLocations"))
            self.herd.report_many(self.node, clients("changed-", 70_000), "+10+10")

    def lookups(self):
        self.herd.iamat(self.node, "hungry")
        with self.herd.stopped("places"), contextlib.ExitStack() as stack:
            for _ in range(65):
                talk = stack.enter_context(self.herd.talk(self.node))
                talk.send(*[whatsat_line("hungry", 10, 5)] * 16)
            eventually("one is refused",
                       lambda: self.herd.metric(self.node, PLACES, limit="lookups"))

    def silence(self):
        with self.herd.stopped("places"):
            with self.herd.talk(self.node) as talk:
                talk.send(whatsat_line("hungry", 10, 5))
                eventually("the stream is cut",
                           lambda: self.herd.metric(self.node, PLACES, limit="silence"), seconds=30)

    def strangers(self):
        with Http2(self.port) as peer:
            streams = [peer.call(LINK) for _ in range(70)]
            eventually("one is refused", lambda: any(stream.ended for stream in streams))

    def members(self):
        with Neighbour(self.link_port) as bona:
            bona.link.send(field(6, field(1, b"") * 129))
            eventually("the stream ends", bona.link.over)

    def announcements(self):
        for number in range(17):
            call(self.port, "PostNotice", field(1, f"words {number}"))

    def page_size(self):
        call(self.port, "ListLocations", field(1, 1001))

    def watched_ids(self):
        call(self.port, "WatchLocations", *[field(1, "x")] * 1001)


class HttpPort:
    """The way to reach each limit of the HTTP port and of the page."""

    def __init__(self, herd, node):
        self.herd = herd
        self.node = node
        self.port = herd.members[node].http

    def ask(self, path, *headers, method="GET", body=b""):
        """Returns the status and the body of one request."""
        lines = [f"{method} {path} HTTP/1.1", f"Content-Length: {len(body)}"]
        if UPGRADE[0] not in headers:
            lines.append("Connection: close")
        if not any(header.startswith("Host:") for header in headers):
            lines.append(f"Host: 127.0.0.1:{self.port}")
        head = "\r\n".join([*lines, *headers, "", ""])
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(head.encode() + body)
            answer = b""
            while part := connection.recv(65536):
                answer += part
        head, _, rest = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), rest

    def connections(self):
        with contextlib.ExitStack() as stack:
            for _ in range(1300):
                last = stack.enter_context(
                    socket.create_connection(("127.0.0.1", self.port), timeout=60))
            # The first ones must stay until this one has been handled.
            assert last.recv(1) == b""
        # The node has noticed that those connected before are gone.
        eventually("the port answers again", lambda: self.herd.ready(self.node))

    def request_bytes(self):
        assert self.ask("/healthz", "X: " + "x" * 20_000)[0] == 431
        assert self.ask("/page/console", method="POST", body=b"x" * 9000)[0] == 413

    def request_time(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(b"GET / HT")
            assert connection.recv(1) == b""

    def untrusted(self):
        assert self.ask("/", "Host: evil.example")[0] == 403
        assert self.ask("/page/map?box=0,0,1,1&level=0", "Origin: http://evil.example")[0] == 403
        assert self.ask("/live", "Origin: http://evil.example", *UPGRADE)[0] == 403
        assert self.ask("/metrics", "Host: clark.example")[0] == 200

    def viewers(self):
        with contextlib.ExitStack() as stack:
            for _ in range(1000):
                self.view(stack)
            assert self.ask("/live", *UPGRADE)[0] == 503
        eventually("they are gone",
                   lambda: self.herd.metric(self.node, "proxyherd_page_viewers") == 0)

    def view(self, stack):
        head = "\r\n".join([f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{self.port}", *UPGRADE, "", ""])
        viewer = stack.enter_context(socket.create_connection(("127.0.0.1", self.port)))
        viewer.sendall(head.encode())
        assert viewer.recv(15) == b"HTTP/1.1 101 Sw"
        return viewer

    def lookups(self):
        path = "/page/spot?at=34.0689,-118.4451&radius=5000"
        answers = [self.ask(path)[0] for _ in range(20)]
        assert answers[0] == 200 and 429 in answers, answers

    def console_calls(self):
        how = {"method": "POST", "body": b"WHATSAT nobody 1 1"}
        answers = [self.ask("/page/console", "Content-Type: text/plain;charset=UTF-8", **how)
                   for _ in range(60)]
        assert answers[0] == (200, b"? WHATSAT nobody 1 1\n"), answers[0]
        assert 429 in [status for status, _ in answers]


UPGRADE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")

# Limits of a node that waits for a neighbour before it acknowledges.
WAITING = {(GATEWAY, "ack_timeout")}
# Limits of a full node: test_memory.py reaches them.
FULL = {(GATEWAY, "table_bytes")}


class LimitsTest(HerdTest):
    def counted(self, herd, node):
        """Returns the limits that a node counts in families of their own."""
        return {(name, labels["limit"]) for name, labels, _ in herd.metrics(node).samples
                if name.endswith("_limit_hits_total")}

    def check(self, herd, node, reach, family, **labels):
        with self.subTest(family=family, **labels):
            before = herd.metric(node, family, **labels)
            reach()
            eventually(f"{family} {labels} moves",
                       lambda: herd.metric(node, family, **labels) > before)

    def test_limits_of_the_text_port(self):
        herd = self.make_herd(nodes=("Clark",), links=())
        herd.members["Clark"].options = list(TIGHT)
        herd.up()
        port = TextPort(herd, "Clark")
        herd.iamat("Clark", "hungry")
        here = {(family, limit) for family, limit in self.counted(herd, "Clark")
                if family == GATEWAY}
        self.assertTrue(here)
        for family, limit in sorted(here - set(UNITS) - WAITING - FULL):
            port.before = {limit: herd.metric("Clark", family, limit=limit)}
            self.check(herd, "Clark", getattr(port, limit), family, limit=limit)
        self.check(herd, "Clark", lambda: herd.ask("Clark", *["log me"] * 300),
                   "proxyherd_gateway_log_lines_left_out_total")

    def test_limits_of_the_http_port_and_the_page(self):
        herd = self.make_herd(nodes=("Clark",), links=())
        herd.members["Clark"].options = ["--page_console"]
        herd.up()
        port = HttpPort(herd, "Clark")
        here = {(family, limit) for family, limit in self.counted(herd, "Clark")
                if family in (HTTP, PAGE)}
        self.assertEqual(len(here), 8)
        for family, limit in sorted(here - set(UNITS)):
            self.check(herd, "Clark", getattr(port, limit), family, limit=limit)
        self.assertTrue(herd.ready("Clark"))

    def test_limits_of_acknowledgements(self):
        herd = self.make_herd(nodes=("Clark", "Bona"), links=(("Bona", "Clark"),))
        herd.members["Clark"].options = ["--ack_after=neighbour", "--ack_timeout=100ms"]
        herd.start("Clark")
        herd.wait_serving("Clark")
        self.assertLessEqual(WAITING, self.counted(herd, "Clark"))
        self.check(herd, "Clark", lambda: herd.ask("Clark", iamat_line("alone")), GATEWAY,
                   limit="ack_timeout")

    def test_limits_of_links_watchers_calls_and_lookups(self):
        herd = self.make_herd(nodes=("Clark", "Bona", "Jaquez"), links=(("Bona", "Clark"),))
        herd.start("Clark", "places")
        herd.wait_serving("Clark", "places")
        port = GrpcPort(herd, "Clark")
        here = {(family, limit) for family, limit in self.counted(herd, "Clark")
                if family not in (GATEWAY, HTTP, PAGE, CONNECTIONS)}
        self.assertEqual({family for family, _ in here}, {LINKS, WATCH, PLACES, MEMBERSHIP})
        for family, limit in sorted(here - set(UNITS)):
            self.check(herd, "Clark", getattr(port, limit), family, limit=limit)
        self.check(herd, "Clark", port.strangers, "proxyherd_link_refused_total")
        for limit, method, code in (("page_size", "ListLocations", "InvalidArgument"),
                                    ("watched_ids", "WatchLocations", "InvalidArgument")):
            self.check(herd, "Clark", getattr(port, limit), CALLS, grpc_method=method,
                       grpc_code=code)
        self.assertTrue(herd.iamat("Clark", "after-all-that"))

    def test_limits_of_the_link_port(self):
        herd = self.make_herd(nodes=("Clark", "Bona"), links=(("Bona", "Clark"),))
        herd.start("Clark")
        herd.wait_serving("Clark")
        port = LinkPort(herd, "Clark")
        here = {limit for family, limit in self.counted(herd, "Clark") if family == CONNECTIONS}
        self.assertEqual(len(here), 8)
        for limit in sorted(here):
            self.check(herd, "Clark", getattr(port, limit), CONNECTIONS, limit=limit)
        herd.up("Bona")

    def test_the_others_are_shown_by_units(self):
        herd = self.make_herd(nodes=("Clark", "Bona"), links=(("Bona", "Clark"),))
        herd.start("Clark")
        herd.wait_serving("Clark")
        self.assertLessEqual(set(UNITS), self.counted(herd, "Clark"))
        for file, name in UNITS.values():
            self.assertIn(f", {name})", (settings.ROOT / file).read_text(encoding="utf-8"))
