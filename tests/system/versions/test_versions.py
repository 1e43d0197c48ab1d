"""Tests herds of today's nodes and former ones."""

import contextlib
import pathlib

import former
import settings
from case import HerdTest
from drain_clients import OrderlyClient, check_known
from herd import Herd
from ports import LINK_PORTS
from processes import NODES, PLACES
from supervisor import Supervisor
from waiting import eventually, stays

PINNED = former.pinned(former.FILE.read_text(encoding="utf-8"))
SAME = former.Former("same", PINNED["same"])
OTHER = former.Former("other", PINNED["other"])
TODAY = former.link_protocol(former.ROOT)


class MixedHerd(Herd):
    """`formers`: the build of each node whose herd-node is not today's."""

    def __init__(self, folder, formers):
        known = all(former.knows_link_ports(build.sources) for build in formers.values())
        super().__init__(folder, link_ports=LINK_PORTS and known)
        self.bins = {node: build.bin for node, build in formers.items()}

    def program(self, name):
        program, *options = super().program(name)
        return [self.bins.get(name, settings.BIN) / program.name, *options]

    def runs(self, name):
        """Returns the program that a node runs."""
        return (pathlib.Path("/proc") / str(self.members[name].process.pid)
                / "exe").resolve()


class VersionsTest(HerdTest):
    def make_mixed(self, formers):
        herd = MixedHerd(self.folder, formers)
        self.herds.append(herd)
        self.addCleanup(herd.close)
        return herd

    def test_previous_txt_has_what_the_tests_are_about(self):
        self.assertEqual(SAME.link_protocol(), TODAY, "'same' is to speak today's protocol")
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

    def test_the_same_protocol_floods_both_ways(self):
        herd = self.make_mixed({"Clark": SAME, "Bailey": SAME})
        herd.up()
        self.assertEqual([herd.runs(node).parent == SAME.bin for node in NODES],
                         [True, False, False, True, False])
        for node in NODES:
            at_line = herd.iamat(node, f"by-{node}")
            for reader in NODES:
                herd.known_at(reader, f"by-{node}", at_line)
        herd.wait_agree(records=5)
        # Repair between the two: records that one missed while it was down, in both directions.
        for away in ("Clark", "Bona"):
            herd.kill(away)
            at_line = herd.iamat("Bailey", f"without-{away}")
            herd.up(away)
            herd.known_at(away, f"without-{away}", at_line)
        herd.wait_agree(records=7)

    def test_a_rolling_restart_from_former_to_todays_nodes_loses_nothing(self):
        herd = self.make_mixed({node: SAME for node in NODES})
        herd.up()
        for node in NODES:
            self.write_pid(herd, node)
        clients = [OrderlyClient(herd, [node], node) for node in NODES]
        clients.append(OrderlyClient(herd, NODES, "roams"))

        def start_todays(name):
            herd.bins.pop(name, None)
            return True
        with contextlib.ExitStack() as stack:
            supervisor = stack.enter_context(Supervisor(herd, start_todays))
            for client in clients:
                stack.enter_context(client)
            for client in clients:
                eventually("reports come in", lambda client=client: client.turns > 20)
            # The former release may not have Drain; SIGTERM does the same.
            done = herd.herdctl("rolling-restart", f"--stop=kill $(cat {herd.folder}/{{}}.pid)",
                                seconds=200)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(supervisor.ends, {node: [0] for node in NODES})
        for node in NODES:
            self.assertEqual(herd.runs(node), (settings.BIN / "herd-node").resolve())
        herd.wait_agree()
        check_known(self, herd, clients)
        self.assertTrue(herd.ready(PLACES))

    @staticmethod
    def write_pid(herd, node):
        pid = herd.members[node].process.pid
        (herd.folder / f"{node}.pid").write_text(str(pid), encoding="ascii")
