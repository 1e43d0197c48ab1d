"""Tests herds of today's nodes and former ones."""

import former
from mixed import BesideOthers, former_build
from processes import NODES
from waiting import eventually, stays

SAMES = [former_build(name) for name in ("same", "last")]
OTHER = former_build("other")
TODAY = former.link_protocol(former.ROOT)


class VersionsTest(BesideOthers):
    def test_previous_txt_has_what_the_tests_are_about(self):
        for build in SAMES:
            self.assertEqual(build.link_protocol(), TODAY,
                             f"'{build.name}' is to speak today's protocol")
            self.assertFalse(former.knows_link_ports(build.sources),
                             f"'{build.name}' is to be without ports for links")
        self.assertNotEqual(OTHER.link_protocol(), TODAY, "'other' is to speak another one")

    def test_another_protocol_is_refused_with_the_reason_and_both_serve_on(self):
        herd = self.make_mixed({"Clark": OTHER})
        herd.start(*herd.members)
        others = [node for node in NODES if node != "Clark"]
        herd.wait_serving(*others, "Clark")
        self.assertEqual(herd.runs("Clark"), OTHER.bin / "herd-node")
        former_version = OTHER.link_protocol()
        for neighbour in ("Bona", "Jaquez"):
            # The dialled end logs it, and the other end receives it.
            by_today = (f"{neighbour} speaks link protocol version {TODAY}, "
                        f"Clark speaks {former_version}")
            by_former = (f"Clark speaks link protocol version {former_version}, "
                         f"{neighbour} speaks {TODAY}")
            for reader in (neighbour, "Clark"):
                eventually(f"{reader} says why",
                           lambda reader=reader, words=(by_today, by_former): any(
                               word in herd.log(reader) for word in words))
        ours = herd.iamat("Bona", "ours")
        theirs = herd.iamat("Clark", "theirs")
        for node in others:
            herd.known_at(node, "ours", ours)
        self.assertEqual(herd.at_line("Clark", "theirs"), theirs)
        stays("nothing crosses the link",
              lambda: herd.at_line("Clark", "ours") is None
              and herd.at_line("Bona", "theirs") is None, seconds=2)
        self.assertEqual(set(herd.running()), set(NODES))
