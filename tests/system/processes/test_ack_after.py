"""Tests --ack_after=neighbour: acknowledged reports survive the loss of any one node."""

import contextlib
import random
import time
import unittest

import grpcurl
import settings
from case import HerdTest
from load import Reports, time_of
from processes import NODES
from scrape import Metrics
from talk import iamat_line

KILLS = 8
REQUESTS = "proxyherd_gateway_requests_total"


class AckAfterTest(HerdTest):
    def herd_that_waits(self, timeout="2s"):
        herd = self.make_herd()
        for node in NODES:
            herd.members[node].options = ["--ack_after=neighbour", f"--ack_timeout={timeout}"]
        herd.up()
        return herd

    def results(self, herd, node):
        metrics = Metrics(herd.members[node].http)
        return {result: metrics.sum(REQUESTS, verb="iamat", result=result)
                for result in ("ok", "stale", "unconfirmed")}

    def test_no_kill_of_one_node_loses_what_was_acknowledged(self):
        herd = self.herd_that_waits()
        moments = random.Random(1)
        acknowledged = {}
        with contextlib.ExitStack() as stack:
            loads = [stack.enter_context(Reports(herd, node)) for node in NODES]
            for kill in range(settings.scaled(KILLS, least=2)):
                time.sleep(moments.uniform(0.1, 0.6))
                node = moments.choice(NODES)
                with self.subTest(kill=kill, node=node):
                    herd.kill(node)
                    herd.up(node)
        for load in loads:
            acknowledged |= load.acknowledged
        self.assertGreater(len(acknowledged), len(NODES) * 100)
        herd.wait_agree()
        for node in NODES:
            known = herd.at_lines(node, list(acknowledged))
            lost = {name: (known[name], line) for name, line in acknowledged.items()
                    if not known[name].startswith(b"AT ") or time_of(known[name]) < time_of(line)}
            self.assertEqual(lost, {}, f"at {node}")

    def test_the_first_reply_of_an_idle_herd_takes_no_time_out(self):
        herd = self.herd_that_waits(timeout="1h")
        for node in NODES:
            at_line = herd.iamat(node, f"kiwi-{node}")
            for other in NODES:
                herd.known_at(other, f"kiwi-{node}", at_line)
        # Reports without an effect are also acknowledged: the same one again, and an older one.
        line = iamat_line("kiwi-Clark", when="1.5")
        for _ in range(2):
            reply = herd.ask("Clark", line)
            self.assertTrue(reply.startswith(b"AT Clark "), reply)
        self.assertEqual(self.results(herd, "Clark"), {"ok": 1, "stale": 2, "unconfirmed": 0})

    def test_without_neighbours_nothing_is_acknowledged_and_all_is_counted(self):
        herd = self.herd_that_waits(timeout="700ms")
        herd.kill("Bona", "Jaquez")
        lines = [iamat_line("kiwi"), b"  IAMAT  ostrich\t+1-1 5", b"hello"]
        began = time.monotonic()
        self.assertEqual(herd.ask("Clark", *lines), b"".join(b"? %s\n" % line for line in lines))
        self.assertGreaterEqual(time.monotonic() - began, 0.7)
        self.assertEqual(self.results(herd, "Clark"), {"ok": 0, "stale": 0, "unconfirmed": 2})
        metrics = Metrics(herd.members["Clark"].http)
        self.assertGreaterEqual(
            metrics.sum("proxyherd_gateway_limit_hits_total", limit="ack_timeout"), 1)
        # The report is kept, and spreads once there is a neighbour to take it.
        herd.up("Bona", "Jaquez")
        at_line = herd.at_line("Clark", "ostrich")
        herd.known_at("Bailey", "ostrich", at_line)
        self.assertTrue(herd.ask("Clark", lines[1]).startswith(b"AT Clark "))

    @unittest.skipIf(grpcurl.PROGRAM is None, grpcurl.REASON)
    def test_report_location_waits_too(self):
        herd = self.herd_that_waits(timeout="700ms")
        port = herd.members["Clark"].grpc
        method = f"{grpcurl.PEER}/ReportLocation"
        report = {"client_id": "kiwi", "location": "+1+1", "time": "5"}
        code, answer = grpcurl.call(port, method, report)
        self.assertEqual((code, answer.get("newest")), ("OK", True), answer)
        herd.kill("Bona", "Jaquez")
        code, error = grpcurl.call(port, method, report)
        self.assertEqual(code, "UNAVAILABLE", error)
        self.assertIn("no neighbour of Clark has acknowledged the report within 700 ms", error)
        # Stopping does not wait for reports that can no longer be confirmed.
        self.assertEqual(herd.stop("Clark"), 0)
