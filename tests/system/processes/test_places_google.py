"""Tests herd-places asking Google, played by tests/system/google: every mode, as callers and
metrics see it."""

import json
import shutil
import signal
import sys
import threading
import unittest

import settings
from case import HerdTest
from herd import Herd
from talk import whatsat_line
from tls_google import TlsGoogle, make_certificate
from waiting import eventually

sys.path.insert(0, str(settings.ROOT / "tests" / "system" / "google"))
import rows  # noqa: E402: found by the line above
import server  # noqa: E402
from judge import Refused, judge  # noqa: E402

KEY = "AIzaSyNotARealKeyOfAnybody0123456789ab"

# Mode -> (HTTP status and code that WHATSAT shows, Google's reason in the metrics, a part of the
# message).
REFUSED = "403 PERMISSION_DENIED"
ERRORS = {
    "key_invalid": ("400 INVALID_ARGUMENT", "API_KEY_INVALID", "check the key in the file"),
    "no_key": (REFUSED, "none", "it refuses the API key"),
    "unauthenticated": ("401 UNAUTHENTICATED", "none", "it refuses the API key"),
    "service_blocked": (REFUSED, "API_KEY_SERVICE_BLOCKED", "may not call Places API (New)"),
    "ip_blocked": (REFUSED, "API_KEY_IP_ADDRESS_BLOCKED", "from this machine's address"),
    "referrer_blocked": (REFUSED, "API_KEY_HTTP_REFERRER_BLOCKED", "for web pages only"),
    "android_blocked": (REFUSED, "API_KEY_ANDROID_APP_BLOCKED", "for an Android app only"),
    "ios_blocked": (REFUSED, "API_KEY_IOS_APP_BLOCKED", "for an iOS app only"),
    "service_disabled": (REFUSED, "SERVICE_DISABLED", "is not enabled in the key's project"),
    "billing_disabled": (REFUSED, "BILLING_DISABLED", "turn it on in the Google Cloud console"),
    "no_details": (REFUSED, "none", "it refuses the API key"),
    "no_mask": ("400 INVALID_ARGUMENT", "none", "check the field mask"),
    "bad_mask": ("400 INVALID_ARGUMENT", "none", "at fault is places.nonsense"),
    "bad_type": ("400 INVALID_ARGUMENT", "none", "Unsupported types: nonsense"),
    "bad_radius": ("400 INVALID_ARGUMENT", "none", "at fault is location_restriction"),
    "not_found": ("404 NOT_FOUND", "none", "check that the endpoint is Google's"),
    "quota_day": ("429 RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "PerDayPerProject"),
    "quota_minute": ("429 RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "PerMinutePerProject"),
    "quota_no_details": ("429 RESOURCE_EXHAUSTED", "none", "its quota is used up"),
    "quota_retry_info": ("429 RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "PerMinutePerProject"),
    "retry_seconds": ("429 RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "PerMinutePerProject"),
    "retry_date": ("503 UNAVAILABLE", "none", "a temporary fault"),
    "internal": ("500 INTERNAL", "none", "a temporary fault"),
    "bad_gateway": ("502 UNAVAILABLE", "none", "a temporary fault"),
    "unavailable": ("503 UNAVAILABLE", "none", "a temporary fault"),
    "deadline": ("504 DEADLINE_EXCEEDED", "none", "a temporary fault"),
    "cut_off": ("503 UNAVAILABLE", "none", "was cut off"),
    "cut_off_error": ("429 RESOURCE_EXHAUSTED", "none", "its quota is used up"),
    "drop": ("503 UNAVAILABLE", "none", "was cut off"),
    "lie_html": ("503 UNAVAILABLE", "none", "not a JSON object"),
    "lie_truncated": ("503 UNAVAILABLE", "none", "not a JSON object"),
    "lie_types": ("503 UNAVAILABLE", "none", "no array of places"),
    "lie_length": ("503 UNAVAILABLE", "none", "was cut off"),
    "lie_big": ("503 UNAVAILABLE", "none", "is larger than"),
    "lie_error": (REFUSED, "BILLING_DISABLED", "billing is off"),
    "huge_error": ("429 RESOURCE_EXHAUSTED", "none", "its quota is used up"),
    "echo_key": ("400 INVALID_ARGUMENT", "API_KEY_INVALID", "API key [key] is not valid"),
    "redirect": ("503 UNAVAILABLE", "none", "redirects elsewhere"),
}
ANSWERS = {"ok", "empty", "slow"}  # and `hang` has a test of its own


class GoogleTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.google = server.Server(key=KEY, delay_seconds=0.2)
        cls.addClassCleanup(cls.google.server_close)
        cls.addClassCleanup(cls.google.shutdown)
        threading.Thread(target=cls.google.serve_forever, daemon=True).start()
        key_file = cls.folder / "key.txt"
        key_file.write_text(KEY + "\n", encoding="ascii")
        cls.herd = cls.make_google_herd(key_file)
        cls.at_line = cls.herd.iamat("Clark", "hungry")

    @classmethod
    def make_google_herd(cls, key_file):
        herd = Herd(cls.folder, nodes=("Clark",), links=())
        herd.members["places"].options = [
            "--places=google", f"--google_endpoint={cls.google.endpoint}",
            f"--places_api_key_file={key_file}"]
        cls.herds.append(herd)
        cls.addClassCleanup(herd.close)
        herd.up()
        return herd

    def setUp(self):
        self.mode("ok")

    def mode(self, name, **more):
        """Sets the mode from now on, and waits until no earlier error keeps a breaker open."""
        self.assertIsNone(self.google.state.set({"mode": name, **more}))
        self.reload()

    def reload(self):
        log = "reloading data and keys of places"
        before = self.herd.log("places").count(log)
        self.herd.members["places"].process.send_signal(signal.SIGHUP)
        eventually("it reads anew", lambda: self.herd.log("places").count(log) > before)
        eventually("the breaker is closed",
                   lambda: self.metric("breaker_state", state="closed") == 1)

    def whatsat(self, radius=10, bound=3):
        with self.herd.talk("Clark") as talk:
            line, text = talk.whatsat("hungry", radius, bound)
        self.assertEqual(line, self.at_line)
        self.assertNotIn(KEY, text)
        return json.loads(text)

    def metric(self, family, **labels):
        return self.herd.metric("places", f"proxyherd_places_{family}", **labels)

    def test_every_mode_is_here(self):
        self.assertEqual({*server.MODES, *rows.ROWS}, {*ERRORS, *ANSWERS, "hang"})

    def test_places_come_as_google_sends_them(self):
        found = self.whatsat(bound=4)["places"]
        self.assertEqual(len(found), 4)
        self.assertEqual(found[0]["displayName"]["text"], "Cafe 1")
        self.assertEqual(found[0]["attributions"][0]["provider"], "A stand-in")
        self.assertNotIn("rating", found[0], "it costs more, and the mask has no word of it")
        last = self.google.state.tell()["last"]
        self.assertEqual(json.loads(last["body"])["rankPreference"], "DISTANCE")
        self.assertEqual(json.loads(last["body"])["locationRestriction"]["circle"]["radius"], 10000)

    def test_no_places_and_slow_places_are_answers(self):
        self.mode("empty")
        self.assertEqual(self.whatsat(), {})
        self.mode("slow")
        self.assertEqual(len(self.whatsat()["places"]), 3)

    def test_each_error_is_told_and_counted(self):
        for mode, (shown, reason, words) in ERRORS.items():
            with self.subTest(mode=mode):
                self.mode(mode)
                code = shown.split()[1].lower()
                before = (self.metric("google_errors_total", reason=reason),
                          self.metric("calls_total", provider="google", result=code))
                error = self.whatsat()["error"]
                self.assertEqual(f"{error['code']} {error['status']}", shown)
                self.assertIn(words, error["message"])
                # With retries, a search makes more than one call.
                self.assertGreater(self.metric("google_errors_total", reason=reason), before[0])
                self.assertEqual(self.metric("calls_total", provider="google", result=code),
                                 before[1] + 1)
        self.mode("ok")
        self.assertEqual(len(self.whatsat()["places"]), 3)

    def test_a_google_that_hangs_ends_with_the_lookup(self):
        self.mode("hang")
        error = self.whatsat()["error"]
        self.assertEqual((error["code"], error["status"]), (504, "DEADLINE_EXCEEDED"))
        self.mode("ok")
        eventually("places are back", lambda: "places" in self.whatsat())

    def test_a_refused_key_is_not_asked_with_until_it_is_read_anew(self):
        self.mode("key_invalid")
        self.whatsat()
        calls = self.google.state.tell()["calls"]
        error = self.whatsat()["error"]
        self.assertIn("is left alone until", error["message"])
        self.assertEqual(self.google.state.tell()["calls"], calls)
        self.assertEqual(self.metric("breaker_state", state="open"), 1)
        self.assertIsNone(self.google.state.set({"mode": "ok"}))
        self.reload()
        self.assertEqual(len(self.whatsat()["places"]), 3)

    def test_a_passing_error_is_tried_again(self):
        self.mode("unavailable", times=1)
        retries = self.metric("attempts_total", kind="retry")
        self.assertEqual(len(self.whatsat()["places"]), 3)
        self.assertEqual(self.metric("attempts_total", kind="retry"), retries + 1)

    def test_connections_are_used_again(self):
        self.whatsat()
        before = self.metric("google_transfers_total", http="1.1", connection="reused")
        for _ in range(5):
            self.whatsat()
        self.assertGreaterEqual(
            self.metric("google_transfers_total", http="1.1", connection="reused"), before + 5)

    def test_the_start_tells_the_price_and_nothing_tells_the_key(self):
        log = self.herd.log("places")
        self.assertIn("Nearby Search Pro: $32.00 per 1,000 calls, the first 5000 of a month", log)
        self.mode("echo_key")
        self.whatsat()
        for text in (self.herd.log("places"), self.herd.log("Clark"),
                     self.herd.metrics("places").text):
            self.assertNotIn(KEY, text)


class FallbackTest(HerdTest):
    """google,world with a budget: there are places in all states of Google."""

    def test_the_world_answers_in_every_mode_and_metrics_tell_why(self):
        google = server.Server(key=KEY, delay_seconds=0.2)
        self.addCleanup(google.server_close)
        self.addCleanup(google.shutdown)
        threading.Thread(target=google.serve_forever, daemon=True).start()
        (self.folder / "key.txt").write_text(KEY, encoding="ascii")
        count = self.folder / "count"
        herd = self.make_herd(nodes=("Clark",), links=())
        herd.members["places"].options = [
            "--places=google,world", f"--google_endpoint={google.endpoint}",
            f"--places_api_key_file={self.folder / 'key.txt'}", "--google_budget_per_day=500",
            f"--google_budget_file={count}"]
        herd.up()
        herd.iamat("Clark", "hungry")

        def ids():
            with herd.talk("Clark") as talk:
                return [place["id"] for place in
                        json.loads(talk.whatsat("hungry", 10, 3)[1]).get("places", [])]

        def fallbacks(reason):
            return herd.metric("places", "proxyherd_places_fallbacks_total", **{"from": "google"},
                               to="world", reason=reason)

        world = None
        modes = {mode: shown.split()[1].lower() for mode, (shown, _, _) in ERRORS.items()}
        modes["hang"] = "deadline_exceeded"
        modes["quota_day"] = modes.pop("quota_day")  # the last, for what comes below
        for mode, reason in modes.items():
            with self.subTest(mode=mode):
                google.state.set({"mode": mode})
                herd.members["places"].process.send_signal(signal.SIGHUP)
                eventually("the breaker is closed", lambda: herd.metric(
                    "places", "proxyherd_places_breaker_state", state="closed") == 1)
                before = fallbacks(reason)
                found = ids()
                self.assertEqual(len(found), 3)
                world = world or found
                self.assertEqual(found, world)
                self.assertEqual(fallbacks(reason), before + 1)
        # A daily quota: Google is not asked again before midnight in California.
        google.state.set({"mode": "ok"})
        calls = google.state.tell()["calls"]
        self.assertEqual(ids(), world)
        self.assertEqual(google.state.tell()["calls"], calls)
        granted = int(herd.metric("places", "proxyherd_places_budget_total", result="granted"))
        left = herd.metric("places", "proxyherd_places_budget_left", window="day")
        self.assertEqual(left, 500 - granted)
        # libcurl itself retries if a kept connection ends before the first byte of the answer.
        self.assertIn(calls - granted, (0, 1))
        herd.stop("places")
        self.assertIn(f" {granted}\nminute", count.read_text(encoding="ascii"))


@unittest.skipUnless(shutil.which("openssl"), "there is no openssl here to make a certificate")
class Http2Test(HerdTest):
    """Tests that calls over TLS share one connection."""

    def test_calls_one_after_another_and_at_once_need_one_connection(self):
        certificate, key = make_certificate(self.folder)
        google = TlsGoogle(certificate, key)
        self.addCleanup(google.close)
        (self.folder / "key.txt").write_text(KEY, encoding="ascii")
        herd = self.make_herd(nodes=("Clark",), links=())
        herd.members["places"].options = [
            "--places=google", f"--google_endpoint={google.endpoint}",
            f"--places_api_key_file={self.folder / 'key.txt'}", f"--google_ca_file={certificate}"]
        herd.up()
        at_line = herd.iamat("Clark", "hungry")

        def ask(talks):
            # All different, so that each needs a separate answer.
            for radius, talk in enumerate(talks, 1):
                talk.send(whatsat_line("hungry", radius, 3))
            for talk in talks:
                self.assertEqual((talk.line(), talk.places()), (at_line, "{}"))

        talks = [herd.talk("Clark") for _ in range(8)]
        for _ in range(5):
            ask(talks[:1])
        # None is answered before all eight have arrived, on the only connection.
        google.wait_for_calls = google.calls + len(talks)
        ask(talks)
        for talk in talks:
            talk.close()
        self.assertEqual((google.connections, google.calls), (1, 13))
        for connection, calls in (("new", 1), ("reused", 12)):
            self.assertEqual(herd.metric("places", "proxyherd_places_google_transfers_total",
                                         http="2", connection=connection), calls)


class StandInTest(HerdTest):
    """Tests that the stand-in itself detects the errors of a call."""

    def judged(self, **changes):
        body = {"locationRestriction": {"circle": {
            "center": {"latitude": 34, "longitude": -118}, "radius": 500.0}}}
        body.update(changes.pop("body", {}))
        headers = {"x-goog-api-key": "k", "x-goog-fieldmask": "places.id",
                   "content-type": "application/json", **changes.pop("headers", {})}
        text = changes.pop("text", json.dumps(body))
        try:
            return judge(changes.get("method", "POST"),
                         changes.get("target", "/v1/places:searchNearby"), headers, text.encode(),
                         "k")
        except Refused as refused:
            try:
                return json.loads(refused.answer.body)["error"]["message"]
            except ValueError:
                return refused.answer.status

    def test_right_calls_pass(self):
        self.assertEqual(self.judged().most, 20)
        call = self.judged(body={"maxResultCount": 5, "includedTypes": ["cafe"],
                                 "rankPreference": "DISTANCE", "languageCode": "pt-BR",
                                 "regionCode": "us"})
        self.assertEqual((call.most, call.by_distance, call.language, call.region),
                         (5, True, "pt-BR", "US"))

    def test_wrong_calls_are_refused_as_google_does(self):
        circle = {"center": {"latitude": 34, "longitude": -118}, "radius": 500}
        for words, changes in [
                (404, {"method": "GET"}),
                (404, {"target": "/v1/places:searchText"}),
                ("unregistered callers", {"headers": {"x-goog-api-key": ""}}),
                ("API key not valid", {"headers": {"x-goog-api-key": "other"}}),
                ("FieldMask is a required", {"headers": {"x-goog-fieldmask": ""}}),
                ("for path ' places.name'",
                 {"headers": {"x-goog-fieldmask": "places.id, places.name"}}),
                ("for path 'places.nam'", {"headers": {"x-goog-fieldmask": "places.nam"}}),
                ("Invalid JSON", {"headers": {"content-type": "text/plain"}}),
                ("Invalid JSON", {"text": "{"}),
                ("Invalid JSON", {"text": "[]"}),
                ("Invalid JSON", {"text": '{"locationRestriction": NaN}'}),
                ('Unknown name "radius"', {"body": {"radius": 5}}),
                ("location_restriction is required", {"body": {"locationRestriction": {}}}),
                ("greater than 0", {"body": {"locationRestriction": {
                    "circle": {**circle, "radius": 0}}}}),
                ("between 0 and 50000", {"body": {"locationRestriction": {
                    "circle": {**circle, "radius": 50001}}}}),
                ("latitude must be", {"body": {"locationRestriction": {
                    "circle": {**circle, "center": {"latitude": 91}}}}}),
                ("Invalid value at 'radius'", {"body": {"locationRestriction": {
                    "circle": {**circle, "radius": "500"}}}}),
                ("between 1 and 20, not 21", {"body": {"maxResultCount": 21}}),
                ("between 1 and 20, not -1", {"body": {"maxResultCount": -1}}),
                ("Invalid value at 'maxResultCount'", {"body": {"maxResultCount": 2.5}}),
                ("Unsupported types: nonsense", {"body": {"includedTypes": ["cafe", "nonsense"]}}),
                ("At most 50 types", {"body": {"excludedTypes": ["cafe"] * 51}}),
                ("both included and excluded: cafe",
                 {"body": {"includedTypes": ["cafe"], "excludedTypes": ["cafe"]}}),
                ("rank_preference", {"body": {"rankPreference": "NEAREST"}}),
                ("Invalid language code", {"body": {"languageCode": "not a language"}}),
                ("Invalid region code", {"body": {"regionCode": "USA"}})]:
            with self.subTest(words=words):
                found = self.judged(**changes)
                self.assertTrue(found == words or str(words) in str(found), found)
