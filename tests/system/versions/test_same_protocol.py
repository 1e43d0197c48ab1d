"""Tests herds of today's nodes and former ones with the same protocol on the links, under load."""

import contextlib
import subprocess

import settings
from drain_clients import OrderlyClient, check_known
from link_ports import give_link_ports, take_link_ports
from mixed import BesideOthers, former_build
from ports import established
from processes import NODES, PLACES
from supervisor import Supervisor
from waiting import eventually

# So that each of the four pairs of dialler and dialled has a link: today's Bona and Campbell.
FORMERS = ("Clark", "Bailey")

# What a node logs at a stop, today and in 0.1.0.
HANDED_ON = ("all neighbours have acknowledged all records",
             "My neighbours have acknowledged all that I know")


class SameProtocol:
    """The tests; `former` is the build of the former nodes."""

    former = None

    def mixed(self, **options):
        herd = self.make_mixed({node: self.former for node in FORMERS}, **options)
        herd.up()
        self.assertEqual([herd.runs(node).parent == self.former.bin for node in NODES],
                         [True, False, False, True, False])
        return herd

    @contextlib.contextmanager
    def load(self, herd):
        """For the length of a block, clients report at all nodes; then all nodes know it all."""
        clients = [OrderlyClient(herd, [node], node) for node in NODES]
        clients.append(OrderlyClient(herd, NODES, "roams"))
        with contextlib.ExitStack() as stack:
            for client in clients:
                stack.enter_context(client)
            self.more_reports(clients)
            yield clients
            self.more_reports(clients)
        herd.wait_agree()
        check_known(self, herd, clients)

    @staticmethod
    def more_reports(clients):
        for client in clients:
            until = client.turns + 20
            eventually("reports come in",
                       lambda client=client, until=until: client.turns > until or client.error)

    def test_floods_and_repairs_go_both_ways(self):
        herd = self.mixed()
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

    def test_links_that_are_cut_and_held_still_under_load_lose_nothing(self):
        herd = self.mixed(wires=True)
        with self.load(herd) as clients:
            for link in (("Bona", "Clark"), ("Bailey", "Campbell"), ("Bailey", "Bona")):
                for spoil in (herd.cut, herd.hold_still):
                    spoil(*link)
                    eventually(f"{link} is down", lambda link=link: not herd.links_up([link]))
                    self.more_reports(clients)
                    herd.heal(*link)
                    herd.wait_linked()

    def test_nodes_that_stop_under_load_hand_on_all_records_to_the_others(self):
        herd = self.mixed()
        with self.load(herd):
            for node in ("Clark", "Bona", "Bailey", "Campbell"):
                self.assertEqual(herd.stop(node), 0)
                self.assertTrue(any(words in herd.log(node) for words in HANDED_ON),
                                herd.log_tails())
                herd.up(node)

    def test_each_is_dialled_where_it_is_to_be(self):
        herd = self.mixed(own_files=True)
        with self.load(herd):
            # Bailey and Clark are dialled at `grpc=` by all, the others there by these two alone.
            for node, at_grpc, at_link in (("Bailey", 2, 0), ("Clark", 2, 0), ("Bona", 2, 1),
                                           ("Campbell", 1, 2), ("Jaquez", 1, 1)):
                member = herd.members[node]
                # A herdctl may have had one more, for a moment.
                eventually(f"{node} has {at_grpc} links at grpc=, {at_link} at link=",
                           lambda member=member, counts=(at_grpc, at_link): counts == (
                               established(member.grpc), established(member.link)))

    def test_a_former_node_refuses_a_file_with_ports_for_links(self):
        herd = self.make_mixed({"Clark": self.former}, own_files=True)
        file = herd.file_of("Bona")
        done = subprocess.run([*herd.program("Clark"), f"--herd={file}"], check=False, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn(f"{file}:3: unknown setting `link=", done.stdout)

    def test_a_herd_moves_to_today_and_to_ports_for_links_and_back_under_load(self):
        herd = self.make_mixed({node: self.former for node in NODES})
        herd.up()
        with self.load(herd):
            self.restart_all(herd, None)
            give_link_ports(herd)
            take_link_ports(herd)
            self.restart_all(herd, self.former)
        self.assertTrue(herd.ready(PLACES))

    def restart_all(self, herd, build):
        """Restarts node by node into this build, or into today's."""
        for node in NODES:
            pid = herd.members[node].process.pid
            (herd.folder / f"{node}.pid").write_text(str(pid), encoding="ascii")

        def start(name):
            herd.builds[name] = build
            return True
        with Supervisor(herd, start) as supervisor:
            # The former release may not have Drain; SIGTERM does the same.
            done = herd.herdctl("rolling-restart", f"--stop=kill $(cat {herd.folder}/{{}}.pid)",
                                seconds=200)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(supervisor.ends, {node: [0] for node in NODES})
        folder = build.bin if build else settings.BIN
        for node in NODES:
            self.assertEqual(herd.runs(node), (folder / "herd-node").resolve())


class BesideTheLastRelease(SameProtocol, BesideOthers):
    former = former_build("same")


class BesideLinksOfTheLibrary(SameProtocol, BesideOthers):
    former = former_build("last")
