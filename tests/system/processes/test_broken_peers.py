"""Neighbours that are broken in six ways, and one that is broken in several by turns: a line of the
log for each fault, however often it is dialled, and however gRPC's words for it vary."""

import re

from broken_peer import KINDS, BrokenPeer
from case import HerdTest
from tls_google import make_certificate
from waiting import eventually

NODE = "Clark"
ATTEMPTS = 10  # takes some eight seconds

# The log's text for each. Timing decides which event ends a connection.
ENDED = "connection closed|connection reset"
WORDS = {
    "refused": "connection refused",
    "unresolvable": "its host name has no address",
    "silent": "no connection within 1 s|it accepts and does not answer",
    "closing": ENDED,
    "resetting": ENDED,
    "http1": f"its port speaks HTTP/1, not gRPC|{ENDED}",
    "tls": f"its port does not speak HTTP/2|{ENDED}",
}
TURNS = ("http1", "closing", "silent")


class BrokenPeersTest(HerdTest):
    """One running node, and a neighbour for each fault."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        peers = (*WORDS, "by-turns")
        herd = cls.herd = cls.make_class_herd(
            nodes=(NODE, *peers), links=tuple((NODE, peer) for peer in peers))
        text = herd.file_text().replace("node unresolvable host=127.0.0.1",
                                        "node unresolvable host=no-such-host.invalid")
        herd.file.write_text(text, encoding="utf-8")
        certificate = make_certificate(cls.folder)
        for kind in KINDS:
            cls.play(kind, kind, *certificate)
        cls.by_turns = cls.play("by-turns", TURNS[0])
        herd.start(NODE)
        herd.wait_serving(NODE)

    @classmethod
    def play(cls, name, kind, *certificate):
        peer = BrokenPeer(cls.herd.members[name].dialled, kind, *certificate)
        cls.addClassCleanup(peer.close)
        return peer

    def dials(self, peer):
        return self.herd.metric(NODE, "proxyherd_link_dials_total", peer=peer)

    def wait_dials(self, peer, count):
        eventually(f"{peer} is dialled {count} times", lambda: self.dials(peer) >= count,
                   seconds=60)

    def lines(self, peer):
        """Returns the log's lines about a link, except for one line a minute while it is down."""
        lines = re.findall(rf"link to {peer} is .*", self.herd.log(NODE))
        return [line for line in lines if "is still down" not in line]

    def test_each_fault_is_one_line(self):
        for peer, words in WORDS.items():
            with self.subTest(peer=peer):
                self.wait_dials(peer, ATTEMPTS)
                lines = self.lines(peer)
                self.assertEqual(len(lines), 1, lines)
                self.assertRegex(
                    lines[0], rf"^link to {peer} is down \(({words})\), retrying in \d\.\d s$")

    def test_faults_that_alternate_are_a_line_each(self):
        for kind in (*TURNS, TURNS[0], TURNS[1]):
            self.by_turns.kind = kind
            self.wait_dials("by-turns", self.dials("by-turns") + 2)
        lines = self.lines("by-turns")
        self.assertLessEqual(len(lines), len(TURNS), lines)
        self.assertGreaterEqual(len(lines), 2, lines)

    def test_a_stranger_that_dials_all_the_time_is_one_line(self):
        other = self.make_herd(nodes=("refused", NODE), links=(("refused", NODE),), name="goats")
        other.lead_to(NODE, self.herd.members[NODE])
        other.start("refused")
        eventually("it is refused often", lambda: self.herd.metric(
            NODE, "proxyherd_link_refused_total") >= ATTEMPTS, seconds=60)
        said = re.findall("refused an incoming link: .*", self.herd.log(NODE))
        self.assertEqual(
            said, ["refused an incoming link: Clark is of the herd seed, not of goats"])
