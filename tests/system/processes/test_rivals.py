"""Tests two processes of one name, and a node that hears its neighbours but cannot speak."""

import signal
import socket
import subprocess

import settings
from case import HerdTest
from waiting import eventually

NODE = "Clark"
NODES = ("Bona", NODE, "Jaquez")
LINKS = (("Bona", NODE), (NODE, "Jaquez"))


def serves(herd, name):
    """Returns the health of PeerService at a node."""
    code = subprocess.run(
        [settings.BIN / "herdctl", "health", f"--addr=127.0.0.1:{herd.members[name].grpc}",
         "--service=proxyherd.peer.v1.PeerService"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=60).returncode
    assert code in (0, 4), code
    return code == 0


class TwinTest(HerdTest):
    """NODE, and another process with the same name at other ports."""

    def setUp(self):
        self.herd = self.running_herd(nodes=NODES, links=LINKS)
        self.twins = self.make_herd(nodes=NODES, links=LINKS)
        for name in ("Bona", "Jaquez"):
            self.twins.lead_to(name, self.herd.members[name])

    def start_twin(self):
        self.twins.start(NODE)
        self.twins.wait_serving(NODE)

    def wait_displaced(self):
        eventually("the older one is displaced", lambda: self.herd.metric(
            NODE, "proxyherd_node_displaced") == 1, seconds=20)

    def refuses(self):
        try:
            socket.create_connection(("127.0.0.1", self.herd.members[NODE].text), 1).close()
        except ConnectionRefusedError:
            return True
        return False

    def said(self):
        return [line for line in self.herd.log(NODE).splitlines()
                if "error Clark: displaced: " in line]

    def addresses(self):
        """Returns the addresses of both, as log lines write them."""
        for herd in (self.twins, self.herd):
            member = herd.members[NODE]
            yield f"127.0.0.1 (text {member.text}, gRPC {member.grpc}, HTTP {member.http})"

    def test_the_older_one_takes_no_clients_says_why_and_stays(self):
        herd = self.herd
        with herd.talk(NODE) as client:
            client.send(b"IAMAT early +1-1 1")
            self.assertTrue(client.line().startswith(b"AT Clark "))
            self.start_twin()
            self.wait_displaced()
            self.assertEqual(client.rest(), b"", "the connection is closed in order")
        eventually("its text port is closed", self.refuses)
        status, reason = herd.http(NODE, "/readyz")
        self.assertEqual(status, 503)
        self.assertIn("displaced: ", reason)
        for address in self.addresses():
            self.assertIn(address, reason)
        # The port is closed before its connections are, and before the log says so.
        eventually("it has logged both", lambda: len(self.said()) >= 2)
        said = self.said()
        self.assertEqual(len(said), 2, said)
        self.assertIn("this one started at 20", said[0])
        self.assertIn("another process of Clark, which started at 20", said[0])
        for address in self.addresses():
            self.assertIn(address, said[0])
        self.assertIn("closed the text port and its 1 connections", said[1])
        self.assertEqual(herd.metric(NODE, "proxyherd_ready"), 0)
        self.assertIn("Clark is not ready: displaced", herd.herdctl("status").stdout)
        self.assertFalse(serves(herd, NODE))
        # A reload does not reopen the port.
        herd.members[NODE].process.send_signal(signal.SIGHUP)
        eventually("it has read it", lambda: "configuration reloaded" in herd.log(NODE))
        self.assertTrue(self.refuses())
        # The newer one serves, and its reports are known everywhere.
        self.assertEqual(self.twins.metric(NODE, "proxyherd_node_displaced"), 0)
        at_line = self.twins.iamat(NODE, "late")
        herd.known_at("Jaquez", "late", at_line)
        self.assertEqual(herd.stop(NODE), 0)

    def test_it_ends_with_a_code_of_its_own_where_it_is_told_to(self):
        member = self.herd.members[NODE]
        self.assertEqual(self.herd.stop(NODE), 0)
        member.options = ["--exit_when_displaced"]
        self.herd.up(NODE)
        self.herd.expected_ends = (*self.herd.expected_ends, 3)
        self.start_twin()
        eventually("the older one has ended", lambda: not member.running, seconds=30)
        self.assertEqual(member.process.returncode, 3)
        self.assertIn(": stopped\n", self.herd.log(NODE))

    def test_restarts_displace_no_process(self):
        for _ in range(3):
            self.herd.kill(NODE)
            self.herd.start(NODE)
        self.herd.wait_serving(NODE)
        self.herd.wait_linked()
        for name in NODES:
            self.assertEqual(self.herd.metric(name, "proxyherd_node_displaced"), 0)


class MuteTest(HerdTest):
    def test_a_node_that_cannot_speak_is_not_ready_until_it_can(self):
        herd = self.running_herd(nodes=("Bona", NODE), links=(("Bona", NODE),), wires=True)
        herd.wires[NODE, "Bona"].cut()
        eventually("it is not ready", lambda: not herd.ready(NODE), seconds=30)
        self.assertIn("cannot speak", herd.http(NODE, "/readyz")[1])
        self.assertEqual(herd.metric(NODE, "proxyherd_node_cannot_speak"), 1)
        self.assertEqual(herd.metric(NODE, "proxyherd_ready"), 0)
        eventually("health says so, too", lambda: not serves(herd, NODE))
        self.assertIn("not ready: cannot speak", herd.log(NODE))
        # Present clients are still served, as docs/operations.md says.
        self.assertTrue(herd.iamat(NODE, "kiwi"))
        self.assertTrue(herd.ready("Bona"), "it speaks, and is not to blame")
        herd.wires[NODE, "Bona"].heal()
        herd.wait_serving(NODE)
        eventually("health says so, too", lambda: serves(herd, NODE))
        self.assertEqual(herd.metric(NODE, "proxyherd_node_cannot_speak"), 0)
        self.assertIn("ready again", herd.log(NODE))
