"""Tests nodes that are killed and return."""

import itertools
import time

import settings
from case import HerdTest
from herd import clients
from processes import NODES
from talk import Talk, whatsat_line
from waiting import eventually, stays, stopwatch

# The specification requires a link within 2 s; the test allows five times that.
LINKED_SECONDS = 10


class RestartTest(HerdTest):
    def test_a_killed_node_returns_and_knows_everything_before_it_answers(self):
        herd = self.running_herd()
        before = herd.report_many("Clark", clients("before-", settings.scaled(5000)))
        herd.wait_agree(records=len(before))
        herd.kill("Clark")
        meanwhile = herd.report_many("Bailey", clients("before-", 500))
        meanwhile |= herd.report_many("Bailey", clients("meanwhile-", 500))
        known = before | meanwhile
        herd.start("Clark")
        with stopwatch("a node with 5,500 records to fetch, until its first answer"):
            answers = self.first_answers(herd.members["Clark"].text, list(known))
        self.assertEqual(answers, known)
        with stopwatch("a killed node, linked again", most=LINKED_SECONDS):
            herd.wait_linked()
        herd.wait_agree(records=len(known))

    @staticmethod
    def first_answers(port, names):
        """Asks as soon as the port is open."""
        asked = names[::max(1, len(names) // 500)] + names
        deadline = time.monotonic() + 30 * settings.PATIENCE
        while True:
            try:
                talk = Talk(port)
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "the text port does not come back"
        with talk:
            found = {}
            for name in asked:
                talk.send(whatsat_line(name))
                found[name] = talk.line()
                assert found[name].startswith(b"AT "), f"the first answers have {found[name]}"
                talk.places()
        return found

    def test_a_returning_node_is_linked_again_soon(self):
        herd = self.running_herd()
        slowest = 0.0
        for node in NODES:
            with self.subTest(node=node):
                herd.kill(node)
                at_line = herd.iamat(NODES[NODES.index(node) - 1], f"without-{node}")
                herd.start(node)
                began = time.monotonic()
                herd.wait_linked(seconds=LINKED_SECONDS)
                slowest = max(slowest, time.monotonic() - began)
                herd.wait_serving(node)
                self.assertEqual(herd.at_line(node, f"without-{node}"), at_line)
        settings.measured("each node killed and linked again, the slowest", f"{slowest:.2f} s")

    def test_every_node_is_killed_in_turn_and_nothing_is_lost(self):
        herd = self.running_herd()
        reported = {}
        for turn, node in enumerate(itertools.islice(itertools.cycle(NODES), 10)):
            herd.kill(node)
            others = [other for other in NODES if other != node]
            reported |= herd.report_many(others[turn % 4], clients(f"turn-{turn}-", 100))
            herd.wait_agree(others)
            herd.up(node)
        herd.wait_agree(records=len(reported))
        for node in NODES:
            self.assertEqual(herd.at_lines(node, list(reported)), reported)

    def test_a_herd_that_starts_one_by_one_agrees(self):
        herd = self.make_herd()
        reported = {}
        for node in NODES:
            herd.start(node)
            herd.wait_serving(node)
            reported[f"at-{node}"] = herd.iamat(node, f"at-{node}")
        herd.wait_linked()
        herd.wait_agree(records=len(NODES))
        for node in NODES:
            self.assertEqual(herd.at_lines(node, list(reported)), reported)

    def test_an_idle_herd_rests_and_so_do_nodes_without_neighbours(self):
        herd = self.running_herd()
        herd.iamat("Clark", "kiwi")
        herd.wait_agree()
        for lost in ((), ("Clark", "Campbell")):
            herd.kill(*lost)
            rest = [node for node in NODES if node not in lost]
            before = {node: self.cpu_seconds(herd, node) for node in rest}
            began = time.monotonic()
            stays("all serve", lambda rest=rest: all(map(herd.ready, rest)), 2, every=0.5)
            took = time.monotonic() - began
            for node in rest:
                share = (self.cpu_seconds(herd, node) - before[node]) / took
                settings.measured(f"CPU of {node}, idle, {len(lost)} nodes lost", f"{share:.1%}")
                # A loop that spins would use a whole core.
                self.assertLess(share, 0.3)

    @staticmethod
    def cpu_seconds(herd, node):
        return herd.metric(node, "process_cpu_seconds_total")

    def test_a_node_whose_neighbours_are_down_serves_alone_and_says_so_honestly(self):
        herd = self.make_herd()
        herd.start("Clark")
        eventually("the HTTP port answers", lambda: herd.http("Clark", "/healthz")[0] == 200)
        # It is still looking for its neighbours, and an early client waits.
        status, reason = herd.http("Clark", "/readyz")
        self.assertEqual((status, reason), (503, "waiting for the neighbours\n"))
        self.assertEqual(herd.metric("Clark", "proxyherd_ready"), 0)
        with stopwatch("a node alone, until it serves", most=25):
            self.assertTrue(herd.iamat("Clark", "early").startswith(b"AT Clark +"))
        self.assertEqual(herd.http("Clark", "/readyz"), (200, "ok\n"))
        self.assertEqual(herd.metric("Clark", "proxyherd_ready"), 1)
