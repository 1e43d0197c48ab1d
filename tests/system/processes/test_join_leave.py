"""A sixth node joins a running herd, and leaves it again, while clients report: no node restarts,
and nothing that was acknowledged is lost."""

import contextlib
import signal

from case import HerdTest
from load import Reports, time_of
from ports import free_ports
from processes import LINKS, NODES
from waiting import eventually, stopwatch

ZOE_LINKS = (("Bailey", "Zoe"), ("Clark", "Zoe"))
ALL = (*NODES, "Zoe")


class JoinLeaveTest(HerdTest):
    def herd_of_five_and_a_place_for_zoe(self):
        """Starts five nodes, and chooses ports for Zoe, who is in no file yet."""
        herd = self.make_herd(nodes=ALL, links=(*LINKS, *ZOE_LINKS))
        herd.write_file(nodes=NODES, links=LINKS)
        herd.up(*NODES)
        return herd

    @staticmethod
    def hang_up(herd, *names):
        """Sends SIGHUP; returns when each node reports that it has reloaded its configuration."""
        for name in names:
            before = herd.log(name).count("configuration reloaded")
            herd.members[name].process.send_signal(signal.SIGHUP)
            eventually(f"{name} has read its configuration", lambda name=name, before=before:
                       herd.log(name).count("configuration reloaded") > before)

    def nothing_lost(self, herd, loads, nodes):
        """Checks that acknowledged reports, or newer ones, are known at all of these nodes."""
        acknowledged = {}
        for load in loads:
            acknowledged |= load.acknowledged
        self.assertGreater(len(acknowledged), len(NODES) * 100)
        for node in nodes:
            known = herd.at_lines(node, list(acknowledged))
            lost = [name for name, at_line in acknowledged.items()
                    if not known[name].startswith(b"AT ")
                    or time_of(known[name]) < time_of(at_line)]
            self.assertEqual(lost, [], f"at {node}")

    @staticmethod
    def handshakes(herd):
        """Returns how many times each end of the links of the five has come up."""
        return {(a, b): herd.metric(a, "proxyherd_link_handshakes_total", peer=b)
                for link in LINKS for a, b in (link, link[::-1])}

    def test_a_node_joins_and_leaves_under_load(self):
        herd = self.herd_of_five_and_a_place_for_zoe()
        before = self.handshakes(herd)
        pids = {node: herd.members[node].process.pid for node in NODES}
        with contextlib.ExitStack() as stack:
            loads = [stack.enter_context(Reports(herd, node)) for node in NODES]
            herd.write_file()
            herd.start("Zoe")
            eventually("Zoe is refused", lambda: "Zoe is not linked with" in herd.log("Zoe"))
            self.hang_up(herd, "Bailey", "Clark")
            with stopwatch("a new node, from its neighbours' SIGHUP until it serves", most=10):
                herd.wait_serving("Zoe")
            eventually("Zoe is linked", lambda: herd.links_up(ZOE_LINKS))
            loads.append(stack.enter_context(Reports(herd, "Zoe")))
            # Nodes that are not her neighbours learn about her, and that their file is old.
            for node in ("Bona", "Campbell", "Jaquez"):
                eventually(f"{node} says that Zoe is new", lambda node=node: herd.log(node).count(
                    "Zoe is a node of the herd and not in this node's herd file") == 1)
                self.assertEqual(herd.metric(node, "proxyherd_herd_unlisted_nodes"), 1)
                self.assertGreater(herd.metric(node, "proxyherd_herd_file_differing_nodes"), 0)
            self.hang_up(herd, "Bona", "Campbell", "Jaquez")
            for node in ALL:
                eventually(f"{node} agrees on the file", lambda node=node: not herd.metric(
                    node, "proxyherd_herd_file_differing_nodes"))
                self.assertEqual(herd.metric(node, "proxyherd_herd_unlisted_nodes"), 0)
            herd.wait_state("Zoe", "serving")

            # She leaves: she is stopped in order first, then removed from all files.
            self.wait_for_reports(loads[-1])
            with stopwatch("a node under load, from SIGTERM to its end", most=20):
                self.assertEqual(herd.stop("Zoe"), 0)
            herd.wait_state("Zoe", "stopped")
            herd.write_file(nodes=NODES, links=LINKS)
            self.hang_up(herd, *NODES)
            for node in NODES:
                eventually(f"{node} has forgotten Zoe",
                           lambda node=node: "Zoe" not in herd.states(node))
        herd.wait_agree(NODES)
        self.nothing_lost(herd, loads, NODES)
        self.assertEqual(self.handshakes(herd), before, "other links went on undisturbed")
        self.assertEqual({node: herd.members[node].process.pid for node in NODES}, pids)

    @staticmethod
    def wait_for_reports(load):
        eventually("every client of this load was acknowledged",
                   lambda: len(load.acknowledged) == len(load.names))

    def test_a_node_that_crashed_is_taken_out_of_the_files(self):
        herd = self.make_herd(nodes=ALL, links=(*LINKS, *ZOE_LINKS))
        herd.up()
        herd.kill("Zoe")
        herd.wait_state("Zoe", "down")
        herd.write_file(nodes=NODES, links=LINKS)
        self.hang_up(herd, *NODES)
        for node in NODES:
            eventually(f"{node} has forgotten Zoe",
                       lambda node=node: "Zoe" not in herd.states(node))
            self.assertEqual(herd.metric(node, "proxyherd_herd_nodes", state="down"), 0)
        self.assertIn("the link to Zoe ends", herd.log("Clark"))
        self.assertIn("Zoe is no longer a node of the herd", herd.log("Jaquez"))

    def test_a_neighbour_moves_to_another_port(self):
        herd = self.running_herd()
        at_line = herd.iamat("Jaquez", "before")
        herd.known_at("Clark", "before", at_line)
        herd.stop("Clark")
        # Clark gets a new port, in the file that his neighbours reload.
        herd.give_new_ports("Clark")
        herd.write_file()
        self.hang_up(herd, "Bona", "Jaquez")
        self.assertIn(f"Clark is dialled at 127.0.0.1:{herd.members['Clark'].dialled} (was ",
                      herd.log("Bona"))
        herd.up("Clark")
        self.assertEqual(herd.at_line("Clark", "before"), at_line)

    def test_nodes_get_ports_for_links_one_by_one_under_load(self):
        herd = self.running_herd(link_ports=False)
        with contextlib.ExitStack() as stack:
            loads = [stack.enter_context(Reports(herd, node)) for node in NODES]
            for load in loads:
                self.wait_for_reports(load)
            for node in NODES:
                self.assertEqual(herd.stop(node), 0)
                herd.members[node].link, = free_ports(1)
                herd.write_file()
                neighbours = [b if a == node else a for a, b in LINKS if node in (a, b)]
                self.hang_up(herd, *neighbours)
                dialled = f"{node} is dialled at 127.0.0.1:{herd.members[node].link} (was "
                for neighbour in neighbours:
                    self.assertIn(dialled, herd.log(neighbour))
                herd.up(node)
        herd.wait_agree()
        self.nothing_lost(herd, loads, NODES)

    def test_a_link_moves_under_load(self):
        herd = self.running_herd()
        links = (*(link for link in LINKS if link != ("Clark", "Jaquez")), ("Bailey", "Jaquez"))
        with contextlib.ExitStack() as stack:
            loads = [stack.enter_context(Reports(herd, node)) for node in NODES]
            for turn in range(4):
                herd.write_file(links=links if turn % 2 == 0 else LINKS)
                self.hang_up(herd, *NODES)
                eventually("the links are as written",
                           lambda turn=turn: herd.links_up(links if turn % 2 == 0 else LINKS))
            for load in loads:
                self.wait_for_reports(load)
        herd.wait_agree()
        self.nothing_lost(herd, loads, NODES)
