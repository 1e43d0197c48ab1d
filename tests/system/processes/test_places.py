"""Tests WHATSAT and its places while herd-places runs, is gone, or hangs."""

import json

import settings
from case import HerdTest
from load import HonestClient
from talk import whatsat_line
from waiting import eventually, stopwatch

# A lookup may take 5 s, and the gateway gives up after 6 s.
DEADLINE_SECONDS = 6
UNAVAILABLE = (503, "UNAVAILABLE")


def error_of(places):
    """Returns (code, status) of an error in Google's format; None for places."""
    answer = json.loads(places)
    if "error" not in answer:
        return None
    assert set(answer) == {"error"} and set(answer["error"]) == {"code", "message", "status"}
    assert answer["error"]["message"]
    return answer["error"]["code"], answer["error"]["status"]


class PlacesTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd()

    def setUp(self):
        self.at_line = self.herd.iamat("Clark", "hungry")
        self.herd.known_at("Bailey", "hungry", self.at_line)

    def whatsat(self, radius=20, bound=3, node="Bailey"):
        with self.herd.talk(node) as talk:
            return talk.whatsat("hungry", radius, bound)

    def test_real_places_near_the_client(self):
        line, text = self.whatsat()
        self.assertEqual(line, self.at_line)
        places = json.loads(text)["places"]
        self.assertEqual(len(places), 3)
        for place in places:
            self.assertTrue(place["displayName"]["text"])
            self.assertLess(abs(place["location"]["latitude"] - 34.07), 0.3)
            self.assertLess(abs(place["location"]["longitude"] + 118.45), 0.3)
        self.assertNotIn("\n\n", text)

    def test_the_bound_holds(self):
        for bound in (1, 5, 20):
            self.assertEqual(len(json.loads(self.whatsat(50, bound)[1])["places"]), bound)

    def test_no_radius_or_no_bound_is_an_empty_answer(self):
        self.assertEqual(self.whatsat(0, 20), (self.at_line, "{}"))
        self.assertEqual(self.whatsat(50, 0), (self.at_line, "{}"))

    def test_replies_keep_the_order_of_the_commands(self):
        with self.herd.talk("Bailey") as talk:
            talk.send(whatsat_line("hungry", 20, 1), "first", whatsat_line("hungry", 20, 2),
                      "second")
            for bound, behind in ((1, b"? first"), (2, b"? second")):
                self.assertEqual(talk.line(), self.at_line)
                self.assertEqual(len(json.loads(talk.places())["places"]), bound)
                self.assertEqual(talk.line(), behind)

    def test_a_places_service_that_is_away_and_returns(self):
        self.herd.kill("places")
        for node in ("Bailey", "Clark"):
            with stopwatch(f"WHATSAT at {node} without a places service", most=DEADLINE_SECONDS):
                line, text = self.whatsat(node=node)
            self.assertEqual((line, error_of(text)), (self.at_line, UNAVAILABLE))
        self.assertGreater(self.herd.metric("Bailey", "proxyherd_gateway_requests_total",
                                            verb="whatsat", result="places_error"), 0)
        self.herd.start("places")
        self.herd.wait_serving("places")
        with stopwatch("the places service has returned, until WHATSAT has places", most=10):
            eventually("places are back", lambda: error_of(self.whatsat()[1]) is None)

    def test_a_places_service_that_hangs_holds_nobody_else_up(self):
        self.whatsat()  # so that there is a connection
        self.herd.pause("places")
        with HonestClient(self.herd, "Bailey") as honest:
            waiting = [self.herd.talk("Bailey") for _ in range(50)]
            with stopwatch("WHATSAT at a places service that hangs", most=2 * DEADLINE_SECONDS):
                for talk in waiting:
                    talk.send(whatsat_line("hungry", 20, 3))
                served = honest.served
                for talk in waiting:
                    self.assertEqual(talk.line(), self.at_line)
                    self.assertEqual(error_of(talk.places()), UNAVAILABLE)
                    talk.close()
            served = honest.served - served
        settings.measured("rounds of another client meanwhile", f"{served}")
        # Far more than it could have had if it were blocked.
        self.assertGreater(served, 100)
        self.herd.go_on("places")
        eventually("places are back", lambda: error_of(self.whatsat()[1]) is None)

    def test_pending_lookups_of_one_client_are_bounded_and_all_answered(self):
        self.herd.pause("places")
        with self.herd.talk("Bailey", seconds=60 * settings.PATIENCE) as talk:
            talk.send(*[whatsat_line("hungry", 20, 1)] * 20)
            eventually("the node reads no further", lambda: self.herd.metric(
                "Bailey", "proxyherd_gateway_limit_hits_total", limit="pending_lookups"))
            self.herd.go_on("places")
            for _ in range(20):
                self.assertEqual(talk.line(), self.at_line)
                self.assertIsNone(error_of(talk.places()))


class EmbeddedPlacesTest(HerdTest):
    def test_a_node_can_look_places_up_by_itself(self):
        herd = self.make_herd(nodes=("Clark",), links=())
        herd.members["Clark"].options = ["--places_address=embedded"]
        herd.up("Clark")
        at_line = herd.iamat("Clark", "hungry")
        with herd.talk("Clark") as talk:
            line, text = talk.whatsat("hungry", 20, 5)
        self.assertEqual(line, at_line)
        self.assertEqual(len(json.loads(text)["places"]), 5)
        self.assertEqual(herd.metric("Clark", "proxyherd_places_calls_total", provider="world",
                                     result="ok"), 1)
