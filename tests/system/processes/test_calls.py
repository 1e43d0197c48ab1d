"""Tests every service, as grpcurl sees it."""

import json
import signal
import unittest

import grpcurl
import settings
from case import HerdTest
from grpcurl import HEALTH, PEER, PLACES, Stream, ask, call
from herd import clients
from load import HonestClient
from processes import LINKS, NODES
from talk import UCLA
from waiting import eventually

# The clients themselves, and gRPC's buffers for one call.
WATCH_GROWTH_BYTES = 32 << 20

METHODS = {
    PEER: {"Link", "ReportLocation", "GetLocation", "ListLocations", "GetDigests", "WatchLocations",
           "GetStatus", "ListNodes", "FindNode", "PostNotice"},
    PLACES: {"SearchNearby", "SearchStream", "ListProviders"},
    HEALTH: {"Check", "Watch"},
}


@unittest.skipIf(grpcurl.PROGRAM is None, grpcurl.REASON)
class CallsTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd()
        cls.clark = cls.herd.members["Clark"].grpc
        cls.bailey = cls.herd.members["Bailey"].grpc
        cls.places = cls.herd.members["places"].grpc

    def call(self, method, port=None, of=PEER, **request):
        """Returns the answer of a call that succeeds."""
        code, answer = call(port or self.clark, f"{of}/{method}", request)
        self.assertEqual(code, "OK", answer)
        return answer

    def refuse(self, expected, method, *words, port=None, of=PEER, **request):
        """Makes a call that fails with this code and a message that contains these words."""
        code, text = call(port or self.clark, f"{of}/{method}", request)
        self.assertEqual(code, expected, text)
        for word in words:
            self.assertIn(word, text)

    def test_list_and_describe_all(self):
        for port, services in ((self.clark, (PEER, HEALTH)), (self.places, (PLACES, HEALTH))):
            listed = ask(port, "list").split()
            for service in services:
                self.assertIn(service, listed)
                methods = {name.rsplit(".", 1)[1] for name in ask(port, "list", service).split()}
                self.assertLessEqual(METHODS[service], methods)
                described = ask(port, "describe", service)
                for method in METHODS[service]:
                    self.assertIn(f"rpc {method} (", described)
        for message in ("proxyherd.peer.v1.Location", "proxyherd.peer.v1.LinkStatus"):
            self.assertIn("message", ask(self.clark, "describe", message))

    def test_health_by_service(self):
        for port, service in ((self.clark, PEER), (self.places, PLACES)):
            for name in ("", service):
                answer = self.call("Check", port, HEALTH, service=name)
                self.assertEqual(answer["status"], "SERVING")
        code, _ = call(self.clark, f"{HEALTH}/Check", {"service": "no.such.Service"})
        self.assertEqual(code, "NOT_FOUND")

    def test_health_is_watched_until_the_node_stops(self):
        herd = self.running_herd()
        with Stream(herd.members["Clark"].grpc, f"{HEALTH}/Watch", {"service": PEER}) as watch:
            watch.wait_for("SERVING", lambda said: said["status"] == "SERVING")
            self.assertEqual(herd.stop("Clark"), 0)
            watch.wait_for("NOT_SERVING", lambda said: said["status"] == "NOT_SERVING")

    def test_a_report_and_its_location(self):
        report = {"client_id": "kiwi", "location": UCLA, "time": "1621464827.959498503"}
        answer = self.call("ReportLocation", **report)
        self.assertTrue(answer["newest"])
        location = answer["location"]
        self.assertEqual({key: location[key] for key in report}, report)
        self.assertEqual((location["latitude"], location["longitude"]), (34.06893, -118.445127))
        self.assertEqual(location["report_time"], "2021-05-19T22:53:47.959498503Z")
        self.assertEqual(location["server"], "Clark")
        # The result is the same as with IAMAT, at every node.
        at_line = location["at_line"].encode()
        self.assertTrue(at_line.startswith(b"AT Clark +"), at_line)
        self.herd.known_at("Bailey", "kiwi", at_line)
        self.assertEqual(self.call("GetLocation", self.bailey, client_id="kiwi")["location"],
                         location)
        older = self.call("ReportLocation", **{**report, "time": "1621464000"})
        self.assertFalse(older["newest"])

    def test_a_report_without_a_time_is_of_now(self):
        first = self.call("ReportLocation", client_id="now", location="+1+1")["location"]
        self.assertEqual(first["report_time"], first["receive_time"])

    def test_what_iamat_took_is_found_here(self):
        at_line = self.herd.iamat("Clark", "by-text")
        found = self.call("GetLocation", client_id="by-text")["location"]
        self.assertEqual(found["at_line"], at_line.decode())

    def test_bad_arguments_name_the_field(self):
        good = {"client_id": "bad", "location": "+1+1", "time": "1"}
        for field, values in {"client_id": ("", "a b", "a\\", "a\\q", "a\\x4"),
                              "location": ("", "34-118", "+91+0", "+0+181", "+1+1/"),
                              "time": ("-1", "1e5", "x", "9223372036.854775808")}.items():
            for value in values:
                with self.subTest(field=field, value=value):
                    self.refuse("INVALID_ARGUMENT", "ReportLocation", field,
                                **{**good, field: value})
        self.refuse("INVALID_ARGUMENT", "ReportLocation", "too long",
                    **{**good, "client_id": "x" * 100_000})
        self.refuse("INVALID_ARGUMENT", "GetLocation", "client_id")
        self.refuse("INVALID_ARGUMENT", "ListLocations", "page_size", page_size=1001)
        self.refuse("INVALID_ARGUMENT", "ListLocations", "page_size", page_size=-1)
        self.refuse("INVALID_ARGUMENT", "ListLocations", "page_token", page_token="nonsense")
        self.refuse("INVALID_ARGUMENT", "WatchLocations", "area.latitude",
                    area={"latitude": 91, "radius_meters": 1})
        self.refuse("INVALID_ARGUMENT", "WatchLocations", "area.longitude",
                    area={"longitude": "NaN", "radius_meters": 1})
        self.refuse("INVALID_ARGUMENT", "WatchLocations", "area.radius_meters", area={})
        self.refuse("INVALID_ARGUMENT", "WatchLocations", "client_ids", client_ids=["a"] * 1001)
        self.refuse("INVALID_ARGUMENT", "WatchLocations", "area", client_ids=["a"],
                    area={"radius_meters": 1})
        self.refuse("NOT_FOUND", "GetLocation", "stranger", client_id="stranger")

    def test_ids_of_any_bytes_go_there_and_back(self):
        for raw, text in ((b"back\\slash", "back\\\\slash"), (b"\xff\x80", "\\xff\\x80"),
                          ("käse".encode(), "käse"), (b"\xe2\x82", "\\xe2\\x82"),
                          (b"q\"'<&>", "q\"'<&>"), (b"nul\x00", "nul\x00")):
            with self.subTest(raw=raw):
                at_line = self.herd.iamat("Bailey", raw)
                self.herd.known_at("Clark", raw, at_line)
                found = self.call("GetLocation", client_id=text)["location"]
                self.assertEqual(found["client_id"], text)
                told = self.call("ReportLocation", self.bailey, client_id=text, location="+2+2")
                self.assertTrue(told["newest"])
                self.assertIn(raw, self.herd.at_line("Bailey", raw))

    def test_all_clients_by_pages(self):
        herd = self.running_herd()
        known = set(herd.report_many("Clark", clients("paged-", 250)))
        herd.wait_agree()
        for node in ("Clark", "Bailey"):
            port = herd.members[node].grpc
            seen, token, pages = [], "", 0
            while True:
                page = self.call("ListLocations", port, page_size=40, page_token=token)
                self.assertLessEqual(len(page["locations"]), 40)
                seen += [location["client_id"] for location in page["locations"]]
                pages += 1
                token = page["next_page_token"]
                if not token:
                    break
            self.assertEqual((pages, len(seen), set(seen)), (7, len(known), known))
            self.assertEqual(len(self.call("ListLocations", port)["locations"]), 100)
            self.assertEqual(len(self.call("ListLocations", port, page_size=1000)["locations"]),
                             len(known))

    def test_a_watch_of_clients_tells_the_present_then_changes(self):
        self.herd.known_at("Clark", "watched", self.herd.iamat("Bailey", "watched", "+1+1", "10"))
        request = {"client_ids": ["watched", "later"]}
        with Stream(self.clark, f"{PEER}/WatchLocations", request) as watch:
            watch.wait_for("the mark", lambda event: "caught_up" in event)
            present, mark = watch.messages()
            self.assertEqual(present["location"]["time"], "10")
            self.assertEqual(mark, {"caught_up": {}})
            # A change at another node, a change of another client, and a new client.
            self.herd.iamat("Bailey", "watched", "+2+2", "20")
            self.herd.iamat("Bailey", "not-watched")
            watch.wait_for("the change", lambda event: "location" in event
                           and event["location"]["time"] == "20")
            self.herd.iamat("Jaquez", "later", "+3+3", "30")
            watch.wait_for("the new one", lambda event: "location" in event
                           and event["location"]["client_id"] == "later")
            self.assertEqual(len(watch.messages()), 4)

    def test_a_watch_of_an_area_tells_who_comes_and_who_leaves(self):
        area = {"area": {"latitude": 50, "longitude": 10, "radius_meters": 10_000}}
        inside = self.herd.iamat("Bona", "inside", "+50.01+10.01", "1")
        self.herd.known_at("Clark", "inside", inside)
        with Stream(self.clark, f"{PEER}/WatchLocations", area) as watch:
            watch.wait_for("the mark", lambda event: "caught_up" in event)
            self.assertEqual([event["location"]["client_id"] for event in watch.messages()[:-1]],
                             ["inside"])
            for client, location in (("far", "+51+10"), ("comes", "+50+10"), ("inside", "+60+10"),
                                     ("inside", "+61+10"), ("last", "+50+10")):
                self.herd.known_at("Clark", client, self.herd.iamat("Jaquez", client, location))
            watch.wait_for("the last one", lambda event: "location" in event
                           and event["location"]["client_id"] == "last")
            changes = [event["location"] for event in watch.messages()[2:]]
            self.assertEqual([(change["client_id"], change["location"]) for change in changes],
                             [("comes", "+50+10"), ("inside", "+60+10"), ("last", "+50+10")])

    def test_a_watch_that_is_not_read_costs_nobody_anything(self):
        names = clients("seen-", settings.scaled(5000))
        with Stream(self.clark, f"{PEER}/WatchLocations", {}) as deaf:
            deaf.wait_for("the mark", lambda event: "caught_up" in event)
            deaf.process.send_signal(signal.SIGSTOP)
            before = self.herd.metric("Clark", "process_resident_memory_bytes")
            with HonestClient(self.herd, "Clark") as honest:
                for _ in range(10):
                    known = self.herd.report_many("Clark", names)
                eventually("others are served", honest.rounds_more(20))
            grown = self.herd.metric("Clark", "process_resident_memory_bytes") - before
            settings.measured(f"growth by a deaf watch of {10 * len(names)} changes",
                              f"{grown / 2**20:.1f} MiB")
            if not settings.SANITIZED:
                self.assertLess(grown, WATCH_GROWTH_BYTES)
            deaf.process.send_signal(signal.SIGCONT)
            # In the end it has the newest report of every client, though not all earlier ones.
            eventually("it reads the newest", lambda: self.newest_in(deaf, known), 60, every=0.5)

    @staticmethod
    def newest_in(watch, known):
        """Returns true if the last update of a watch about each client is the known record."""
        told = {event["location"]["client_id"]: event["location"]["at_line"]
                for event in watch.messages() if "location" in event}
        return all(told.get(name) == at_line.decode() for name, at_line in known.items())

    def test_status(self):
        self.herd.wait_agree()
        digests = set()
        for node in NODES:
            status = self.call("GetStatus", self.herd.members[node].grpc)
            self.assertEqual((status["herd"], status["node"], status["serving"]),
                             ("seed", node, True))
            digests.add((status["digest"], status["records"], status["topology_hash"]))
            neighbours = sorted({*sum((link for link in LINKS if node in link), ())} - {node})
            self.assertEqual([link["neighbour"] for link in status["links"]], neighbours)
            for link in status["links"]:
                self.assertEqual((link["outgoing"], link["incoming"], link["reason"]),
                                 ("LINK_STATE_UP", "LINK_STATE_UP", ""))
                self.assertLess(link["round_trip_seconds"], 5)
        self.assertEqual(len(digests), 1)

    def test_places(self):
        near = {"latitude": 34.07, "longitude": -118.44, "radius_meters": 30_000}
        answer = self.call("SearchNearby", self.places, PLACES, max_result_count=4, **near)
        self.assertEqual(answer["provider"], "world")
        self.assertEqual(len(json.loads(answer["json"])["places"]), 4)
        for field, value in (("latitude", 91), ("longitude", -181), ("radius_meters", 50_001),
                             ("radius_meters", 0), ("max_result_count", 21),
                             ("max_result_count", -1), ("latitude", "NaN")):
            with self.subTest(field=field, value=value):
                self.refuse("INVALID_ARGUMENT", "SearchNearby", field, port=self.places,
                            of=PLACES, **{**near, field: value})
