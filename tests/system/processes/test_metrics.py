"""Tests metrics and health as Prometheus and health checks see them."""

import contextlib
import subprocess
import unittest

import settings
from case import HerdTest
from herd import clients
from processes import NODES, PLACES
from waiting import eventually

PROMTOOL = settings.tool("promtool")

PROCESS = {"process_cpu_seconds_total", "process_open_fds", "process_max_fds",
           "process_virtual_memory_bytes", "process_resident_memory_bytes",
           "process_start_time_seconds", "proxyherd_build_info"}
SERVER = {f"grpc_server_{name}" for name in ("started_total", "handled_total", "handling_seconds",
                                             "msg_received_total", "msg_sent_total")}
CLIENT = {name.replace("server", "client") for name in SERVER}
NODE = {f"proxyherd_{name}" for name in (
    "gateway_requests_total", "gateway_handling_seconds", "gateway_connections",
    "gateway_limit_hits_total", "gateway_unsent_bytes", "gateway_max_unsent_total_bytes",
    "link_up", "link_lag_records", "link_round_trip_seconds",
    "link_refused_total", "herd_nodes", "announcements", "membership_updates_received_total",
    "table_records", "flood_sent_records_total",
    "flood_received_records_total", "flood_age_seconds", "repair_sent_records_total")}
PLACES_FAMILIES = {"proxyherd_places_calls_total", "proxyherd_places_call_duration_seconds"}


class MetricsTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd()
        # Makes something to count.
        cls.herd.report_many("Clark", clients("counted-", 100))
        with cls.herd.talk("Bailey") as talk:
            eventually("a WHATSAT", lambda: talk.whatsat("counted-1", 20, 3)[1])
        cls.herd.wait_agree()

    @unittest.skipIf(PROMTOOL is None, "there is no promtool here; ./herd test fetches it")
    def test_promtool_has_nothing_to_say(self):
        for member in (*NODES, PLACES):
            with self.subTest(member=member):
                done = subprocess.run([PROMTOOL, "check", "metrics"],
                                      input=self.herd.metrics(member).text, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      timeout=60, check=False)
                self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_the_families_that_are_promised(self):
        for node in NODES:
            self.assertLessEqual(PROCESS | SERVER | CLIENT | NODE,
                                 self.herd.metrics(node).families())
        self.assertLessEqual(PROCESS | SERVER | PLACES_FAMILIES,
                             self.herd.metrics(PLACES).families())

    def test_no_label_has_what_clients_sent(self):
        for member in (*NODES, PLACES):
            self.assertNotIn("counted", self.herd.metrics(member).text)

    @contextlib.contextmanager
    def moves(self, member, family, by=1, **labels):
        """Checks that a number has changed by `by` at the end of a block; None: by any amount."""
        before = self.herd.metric(member, family, **labels)
        yield
        if by is None:
            eventually(f"{family}{labels} at {member} moves",
                       lambda: self.herd.metric(member, family, **labels) > before)
            return
        eventually(f"{family}{labels} at {member} moves by {by}",
                   lambda: self.herd.metric(member, family, **labels) == before + by)

    def test_requests_are_counted_by_verb_and_result(self):
        def counted(verb, result, by=1):
            return self.moves("Jaquez", "proxyherd_gateway_requests_total", by, verb=verb,
                              result=result)
        with counted("iamat", "ok"), self.moves(
                "Jaquez", "proxyherd_gateway_handling_seconds_count", verb="iamat"):
            self.herd.iamat("Jaquez", "c", "+1+1", "100")
        with counted("iamat", "stale"):
            self.herd.iamat("Jaquez", "c", "+1+1", "99")
        with counted("iamat", "invalid"):
            self.herd.ask("Jaquez", "IAMAT c 1+1 100")
        with counted("whatsat", "ok"):
            self.herd.at_line("Jaquez", "c")
        with counted("whatsat", "unknown_client"):
            self.herd.at_line("Jaquez", "nobody")
        with counted("whatsat", "invalid"):
            self.herd.ask("Jaquez", "WHATSAT c 51 1")
        with counted("other", "invalid", 3):
            self.herd.ask("Jaquez", "AT", "", "iamat c +1+1 1")

    def test_floods_are_counted(self):
        with self.moves("Clark", "proxyherd_table_records"), \
                self.moves("Clark", "proxyherd_flood_received_records_total", result="won"), \
                self.moves("Clark", "proxyherd_flood_age_seconds_count"):
            self.herd.iamat("Bailey", "flooded")
        self.assertLess(self.herd.metric("Clark", "proxyherd_flood_age_seconds_sum"), 60)

    def test_places_are_counted(self):
        with self.moves(PLACES, "proxyherd_places_calls_total", provider="world", result="ok"), \
                self.moves(PLACES, "grpc_server_msg_received_total", by=None,
                           grpc_method="SearchStream"), \
                self.moves("Bona", "grpc_client_msg_sent_total", by=None,
                           grpc_method="SearchStream"), self.herd.talk("Bona") as talk:
            talk.whatsat("counted-1", 20, 3)

    def test_calls_are_counted(self):
        with self.moves("Bona", "grpc_server_handled_total", grpc_method="GetStatus",
                        grpc_code="OK"):
            self.herd.status()

    def test_connections_are_counted(self):
        with self.moves("Bona", "proxyherd_gateway_connections_accepted_total"), \
                self.moves("Bona", "proxyherd_gateway_connections"):
            talk = self.herd.talk("Bona")
            talk.send("hello")
            talk.line()
        talk.close()

    def test_a_node_that_goes_is_seen(self):
        herd = self.running_herd()
        self.assertEqual(herd.metric("Bona", "proxyherd_link_up", peer="Clark"), 2)
        herd.kill("Clark")
        eventually("the link is down",
                   lambda: herd.metric("Bona", "proxyherd_link_up", peer="Clark") == 0)
        herd.iamat("Bona", "waits")
        self.assertEqual(herd.http("Bona", "/readyz"), (200, "ok\n"))

    def test_pages_for_whoever_runs_it(self):
        for member in (*NODES, PLACES):
            self.assertEqual(self.herd.http(member, "/healthz"), (200, "ok\n"))
            self.assertEqual(self.herd.http(member, "/readyz"), (200, "ok\n"))
            self.assertIn("/metrics", self.herd.http(member, "/")[1])
