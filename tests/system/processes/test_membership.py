"""Tests every node's view of every node, from membership entries that flood."""

import json

from case import HerdTest
from processes import NODES
from waiting import eventually, stopwatch


class MembershipTest(HerdTest):
    def serving(self, herd):
        for node in herd.running():
            herd.wait_state(node, "serving")

    def test_a_killed_node_is_down_for_all_and_up_again(self):
        herd = self.running_herd()
        self.serving(herd)

        def clark():
            return next(node for node in herd.told("Bailey")["nodes"] if node["name"] == "Clark")
        self.assertEqual(clark()["text_port"], herd.members["Clark"].text)
        # A node publishes a change of its state immediately, and of its links within a second.
        eventually("both links are told of",
                   lambda: (clark()["links_up"], clark()["links"]) == (2, 2))
        herd.kill("Clark")
        with stopwatch("SIGKILL, until all know that the node is down", most=10):
            herd.wait_state("Clark", "down")
        self.assertEqual(herd.states("Bailey"),
                         {node: "down" if node == "Clark" else "serving" for node in NODES})
        text = herd.herdctl("nodes", "--node=Bailey").stdout
        self.assertIn("4 of 5 nodes serve, says Bailey.", text)
        self.assertIn("Clark is down: no link to it is up, say Bona, Jaquez", text)
        self.assertEqual(herd.metric("Bailey", "proxyherd_herd_nodes", state="down"), 1)
        herd.up("Clark")
        herd.wait_state("Clark", "serving")

    def test_clients_are_sent_to_the_nearest_node_that_serves(self):
        herd = self.running_herd()
        self.serving(herd)
        # The nodes lie on a meridian, one degree apart, in order of name.
        for place in ("+3-118", "+3.4-118.1"):
            found = json.loads(herd.herdctl("find-node", place, "--json").stdout)
            self.assertEqual(found["nodes"][0]["name"], "Clark")
        talk = herd.herdctl("client", "--near=+3-118", given="IAMAT kiwi +3-118 1\n")
        self.assertIn("AT Clark ", talk.stdout)
        herd.kill("Clark")
        herd.wait_state("Clark", "down")
        talk = herd.herdctl("client", "--near=+3.4-118", given="IAMAT kiwi +3-118 2\n")
        self.assertIn("AT Jaquez ", talk.stdout)
        for node in herd.running():
            found = json.loads(
                herd.herdctl("find-node", "+3.4-118", f"--node={node}", "--json").stdout)
            self.assertEqual([one["name"] for one in found["nodes"]],
                             ["Jaquez", "Campbell", "Bona"])
            self.assertEqual([one["name"] for one in found["passed_over"]], ["Clark"])
            self.assertIn("down", found["passed_over"][0]["reason"])
            self.assertAlmostEqual(found["nodes"][0]["distance_meters"], 66_717, delta=10)

    def test_a_node_that_stops_in_order_says_so(self):
        herd = self.running_herd()
        self.serving(herd)
        self.assertEqual(herd.stop("Jaquez"), 0)
        herd.wait_state("Jaquez", "stopped")

    def test_words_for_people_are_known_everywhere_until_their_time(self):
        herd = self.running_herd()
        done = herd.herdctl("notice", "maintenance at 22:00", "--node=Clark", "--for=2h")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        short = herd.herdctl("notice", "soon over", "--node=Bona", "--for=3s", "--json")
        self.assertEqual(json.loads(short.stdout)["node"], "Bona")

        def words(node):
            return sorted(one["text"] for one in herd.told(node)["announcements"])
        for node in NODES:
            eventually(f"{node} has both", lambda node=node: "maintenance at 22:00" in words(node))
        for node in NODES:
            eventually(f"{node} has one",
                       lambda node=node: words(node) == ["maintenance at 22:00"])
            self.assertEqual(herd.metric(node, "proxyherd_announcements"), 1)
            self.assertIn("Clark says: maintenance at 22:00", herd.log(node))
        self.assertIn("Clark says until", herd.herdctl("nodes").stdout)

    def test_questions_that_cannot_be_answered(self):
        herd = self.make_herd(nodes=("Bona", "Clark"), links=(("Bona", "Clark"),))
        for command in (("nodes",), ("find-node", "+1+1"), ("notice", "words")):
            done = herd.herdctl(*command)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("Bona cannot be reached at 127.0.0.1:", done.stderr)
            self.assertIn("Clark cannot be reached", done.stderr)
        herd.start("Clark")
        herd.wait_serving("Clark")
        self.assertEqual(herd.told("Clark")["asked"], "Clark")
        self.assertEqual(json.loads(herd.herdctl("nodes", "--json").stdout)["asked"], "Clark")
        for command, code, word in ((("nodes", "--node=Clrk"), 2, "did you mean 'Clark'?"),
                                    (("find-node", "here"), 2, "location: must be ISO 6709"),
                                    (("notice", "two\nlines"), 2, "text: 1 to 1024 bytes")):
            done = herd.herdctl(*command)
            self.assertEqual(done.returncode, code)
            self.assertIn(word, done.stderr)
