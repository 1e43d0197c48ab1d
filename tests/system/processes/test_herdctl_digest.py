"""Tests herdctl digest: whether real nodes hold the same, and which clients differ."""

import contextlib
import json
import time

from case import HerdTest
from herd import clients
from load import Background, HonestClient
from processes import NODES
from waiting import eventually

THREE = {"nodes": ("Bona", "Clark", "Jaquez"), "links": (("Bona", "Clark"), ("Clark", "Jaquez"))}


class DigestTest(HerdTest):
    def digest(self, herd, *words):
        """Returns (exit code, output)."""
        done = herd.herdctl("digest", *words)
        self.assertEqual(done.stderr, "")
        return done.returncode, json.loads(done.stdout) if "--json" in words else done.stdout

    def agreed(self, herd):
        return eventually("all agree", lambda: (found := self.digest(herd))[0] == 0 and found[1])

    def test_an_undivided_herd_agrees(self):
        herd = self.running_herd()
        self.assertIn("All five agree on 0 clients.", self.agreed(herd))
        herd.report_many("Clark", clients("kiwi", 500))
        herd.wait_agree(records=500)
        self.assertIn("All five agree on 500 clients.", self.agreed(herd))
        code, said = self.digest(herd, "--json")
        self.assertEqual((code, said["all_agree"], said["differences"]), (0, True, []))
        self.assertEqual({node["clients"] for node in said["nodes"]}, {500})
        self.assertEqual(len({node["digest"] for node in said["nodes"]}), 1)

    def test_a_herd_that_is_cut_in_two_says_who_lacks_what(self):
        herd = self.running_herd(wires=True, **THREE)
        herd.report_many("Clark", clients("kiwi", 300))
        herd.iamat("Clark", "fig", "+1+1", "1000")
        herd.wait_agree(records=301)
        herd.cut("Bona", "Clark")
        herd.report_many("Jaquez", [b"new%02d" % number for number in range(12)])
        herd.iamat("Jaquez", "fig", "+1+1", "2000")
        herd.iamat("Bona", "only-here")
        # Changes between the two linked nodes have arrived.
        herd.wait_agree({"Clark", "Jaquez"}, records=313)
        code, text = self.digest(herd, "--max=2")
        self.assertEqual(code, 1)
        self.assertIn("\n14 clients differ between the three nodes.\n", text)
        self.assertIn("  Bona lacks 12 clients that Clark and Jaquez have: ", text)
        self.assertIn(" and 10 more\n", text)
        self.assertIn("  Bona has an older report than Clark and Jaquez of 1 client: fig\n", text)
        self.assertIn("  Clark lacks 1 client that Bona has: only-here\n", text)
        self.assertIn("\nClark             14          -          0\n", text)
        code, said = self.digest(herd, "--json", "--max=100")
        self.assertEqual((code, said["differing"], said["in_flight"]), (1, 14, 0))
        found = {(one["node"], one["kind"]): one for one in said["differences"]}
        self.assertEqual({client["client_id"] for client in found["Bona", "lacks"]["clients"]},
                         {f"new{number:02d}" for number in range(12)})
        older = found["Bona", "older"]["clients"][0]
        self.assertEqual((older["here"]["time"], older["newest"]["time"]), ("1000", "2000"))
        herd.heal("Bona", "Clark")
        herd.wait_agree(records=314)
        self.assertIn("All three agree on 314 clients.", self.agreed(herd))

    def test_a_node_that_is_away_is_named_and_the_others_compared(self):
        herd = self.running_herd(**THREE)
        herd.kill("Jaquez")
        code, text = self.digest(herd)
        self.assertEqual(code, 1)
        self.assertIn("Those two agree on 0 clients.\n  Jaquez is down: nothing listens at ", text)
        herd.kill("Bona", "Clark")
        code, text = self.digest(herd)
        self.assertEqual(code, 1)
        self.assertIn("No node serves.", text)

    def test_what_is_on_its_way_is_no_difference(self):
        herd = self.running_herd()
        with contextlib.ExitStack() as loads:
            for node in NODES:
                loads.enter_context(Report(herd, node))
            loads.enter_context(HonestClient(herd, "Clark"))
            for _ in range(3):
                code, said = self.digest(herd, "--json")
                self.assertEqual((code, said["differences"]), (0, []))


class Report(Background):
    """Reports a hundred clients repeatedly."""

    def __init__(self, herd, node):
        super().__init__()
        self.herd = herd
        self.node = node

    def step(self, turn):
        self.herd.report_many(self.node, [b"%s%03d" % (self.node.encode(), number)
                                          for number in range(100)])
        time.sleep(0.005)
