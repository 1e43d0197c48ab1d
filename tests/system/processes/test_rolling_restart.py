"""Tests herdctl rolling-restart under load: the herd keeps serving, and loses nothing."""

import contextlib
import json

from case import HerdTest
from drain_clients import OrderlyClient, check_known
from processes import NODES
from supervisor import Supervisor
from waiting import eventually, stopwatch


class RollingRestartTest(HerdTest):
    def processes(self, herd):
        return {node: herd.members[node].process.pid for node in NODES}

    def test_under_load_with_a_supervisor(self):
        herd = self.running_herd()
        before = self.processes(herd)
        clients = [OrderlyClient(herd, [node], f"{node}-{number}")
                   for node in NODES for number in range(2)]
        # A client that moves to another node when its node ends, like clients that know several.
        clients.append(OrderlyClient(herd, NODES, "roams"))
        with contextlib.ExitStack() as stack:
            supervisor = stack.enter_context(Supervisor(herd))
            for client in clients:
                stack.enter_context(client)
            for client in clients:
                eventually("reports come in", lambda client=client: client.turns > 20)
            with stopwatch("rolling restart of five nodes under load"):
                done = herd.herdctl("rolling-restart", seconds=150)
            self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines[:-1]], list(NODES))
        self.assertRegex(lines[-1], r"^5 nodes have been restarted in \d+\.\d s\.$")
        self.assertEqual(supervisor.ends, {node: [0] for node in NODES})
        after = self.processes(herd)
        self.assertTrue(all(before[node] != after[node] for node in NODES))
        for client in clients[:-1]:
            self.assertEqual(client.closes, 1, client.names[0])
        herd.wait_agree()
        check_known(self, herd, clients)

    def test_commands_stop_and_start_each_node_once_and_json_tells_it(self):
        herd = self.running_herd()
        asked = herd.folder / "asked"
        for node in NODES:
            pid = herd.members[node].process.pid
            (herd.folder / f"{node}.pid").write_text(str(pid), encoding="ascii")
        with Supervisor(herd, lambda name: (herd.folder / f"start-{name}").exists()) as supervisor:
            done = herd.herdctl(
                "rolling-restart", "Jaquez", "Bona", "--json",
                f"--stop=echo stop {{}} >>{asked}; kill $(cat {herd.folder}/{{}}.pid)",
                f"--start=echo start {{}} >>{asked}; touch {herd.folder}/start-{{}}; echo said",
                seconds=90)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(asked.read_text(encoding="utf-8"),
                         "stop Jaquez\nstart Jaquez\nstop Bona\nstart Bona\n")
        said = json.loads(done.stdout)
        self.assertTrue(said["ok"])
        self.assertEqual([one["node"] for one in said["restarted"]], ["Jaquez", "Bona"])
        self.assertEqual({name: ends for name, ends in supervisor.ends.items() if ends},
                         {"Jaquez": [0], "Bona": [0]})
        self.assertIn("said", done.stderr)

    def test_a_node_that_does_not_come_back_ends_it(self):
        herd = self.running_herd()
        before = self.processes(herd)
        done = herd.herdctl("rolling-restart", "--back-within=2")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Bailey has ended and was not back, with the herd whole, within 2.0 s: "
                      "Bailey is down: nothing listens at", done.stderr)
        self.assertIn("Not restarted: Bona, Campbell, Clark, Jaquez.", done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(herd.running(), list(NODES[1:]))
        self.assertTrue(all(before[node] == self.processes(herd)[node] for node in NODES[1:]))

    def test_a_command_that_fails_ends_it(self):
        herd = self.running_herd()
        done = herd.herdctl("rolling-restart", "Clark", "Bona", "--json", "--start=exit 3 # {}")
        self.assertEqual(done.returncode, 1)
        said = json.loads(done.stdout)
        self.assertFalse(said["ok"])
        self.assertIn("'exit 3 # Clark' ended with exit code 3", said["error"])
        self.assertTrue(said["error"].endswith("Not restarted: Bona."), said["error"])
        self.assertEqual(herd.running(), [node for node in NODES if node != "Clark"])

    def test_a_herd_that_is_not_whole_is_not_touched(self):
        herd = self.running_herd()
        herd.kill("Jaquez")
        done = herd.herdctl("rolling-restart", "--back-within=1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the herd is not whole: Jaquez is down", done.stderr)
        self.assertIn("No node has been restarted.", done.stderr)
        self.assertEqual(len(herd.running()), 4)

    def test_wrong_usage(self):
        herd = self.make_herd()
        self.assertEqual(herd.herdctl("rolling-restart", "Clarc").returncode, 2)
        wrong = herd.herdctl("rolling-restart", "--start=./herd start")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("has no {}, which stands for the node's name", wrong.stderr)
