"""Tests that a herd under load gets ports for links, and loses them, in the order of the docs."""

import contextlib
import signal

from case import HerdTest
from drain_clients import OrderlyClient, check_known
from link_ports import check_dialled, give_link_ports, take_link_ports
from ports import free_ports
from processes import NODES
from waiting import eventually


class LinkPortsTest(HerdTest):
    def test_a_herd_gets_ports_for_links_and_loses_them_under_load(self):
        herd = self.running_herd(link_ports=False)
        for node in NODES:
            check_dialled(herd, node)
        clients = [OrderlyClient(herd, [node], node) for node in NODES]
        with contextlib.ExitStack() as stack:
            for client in clients:
                stack.enter_context(client)
            for client in clients:
                eventually("reports come in", lambda client=client: client.turns > 20)
            give_link_ports(herd)
            take_link_ports(herd)
        for client in clients:
            self.assertEqual(client.closes, 2, client.names[0])
        herd.wait_agree()
        check_known(self, herd, clients)
        for node in NODES:
            self.assertNotIn("differ", herd.log(node))

    def test_a_node_that_reads_of_its_port_by_sighup_does_not_listen_there_before_a_restart(self):
        herd = self.running_herd(nodes=("Bona", "Clark"), links=(("Bona", "Clark"),),
                                 link_ports=False)
        clark = herd.members["Clark"]
        [clark.link] = free_ports(1)
        herd.write_file()
        for node in ("Clark", "Bona"):
            herd.members[node].process.send_signal(signal.SIGHUP)
        said = ("not reloaded: in this node's line of the herd file, link stays none; "
                f"{clark.link} needs a restart")
        eventually(f"Clark says: {said}", lambda: said in herd.log("Clark"))
        eventually("Bona does not reach it", lambda: herd.metric(
            "Bona", "proxyherd_link_up", peer="Clark", direction="outgoing") == 0)
        self.assertEqual(herd.metric("Bona", "proxyherd_link_up", peer="Clark",
                                     direction="incoming"), 1)
        self.assertEqual(herd.stop("Clark"), 0)
        herd.up("Clark")
        check_dialled(herd, "Clark")
