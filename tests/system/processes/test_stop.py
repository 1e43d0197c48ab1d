"""Tests SIGTERM: an orderly stop."""

import os
import signal
import socket
import subprocess
import threading

import settings
from case import HerdTest
from herd import clients
from load import Reports, time_of
from ports import free_ports
from processes import NODES
from scrape import page
from talk import iamat_line
from waiting import eventually, stopwatch

STOP_SECONDS = 10


class StopTest(HerdTest):
    def test_everything_that_was_acknowledged_is_with_the_neighbours(self):
        herd = self.running_herd()
        with Reports(herd, "Clark", count=400) as reports:
            eventually("reports come in", lambda: reports.turns > 50)
            with stopwatch("SIGTERM under load, until the exit", most=STOP_SECONDS):
                self.assertEqual(herd.stop("Clark"), 0)
        others = [node for node in NODES if node != "Clark"]
        herd.wait_agree(others)
        for node in others:
            known = herd.at_lines(node, list(reports.acknowledged))
            for name, at_line in reports.acknowledged.items():
                self.assertTrue(known[name].startswith(b"AT Clark "), known[name])
                self.assertGreaterEqual(time_of(known[name]), time_of(at_line))
        log = herd.log("Clark")
        self.assertIn("stopping (Terminated)", log)
        self.assertIn(": stopped\n", log)

    def test_places_are_not_read_to_the_end(self):
        """The signal is pending before the program starts, so it certainly comes first."""
        def stop_before_the_start():
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            os.kill(os.getpid(), signal.SIGTERM)

        extract = self.folder / "cafe.osm"
        extract.write_text('<osm version="0.6"><node id="1" lat="1" lon="1"><tag k="amenity" '
                           'v="cafe"/><tag k="name" v="Cafe"/></node></osm>', encoding="utf-8")
        herd = self.folder / "reading.conf"
        ports = free_ports(5)
        herd.write_text("herd seed\nnode Ann host=127.0.0.1 text={} grpc={} http={} at=+1+1\n"
                        "places host=127.0.0.1 grpc={} http={}\n".format(*ports),
                        encoding="utf-8")
        for program in (("herd-places",),
                        ("herd-node", "--name=Ann", "--places_address=embedded")):
            with self.subTest(program=program[0]):
                done = subprocess.run(
                    (settings.BIN / program[0], *program[1:], f"--herd={herd}", "--places=osm",
                     f"--places_osm={extract}"), preexec_fn=stop_before_the_start,
                    stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8",
                    timeout=20 * settings.PATIENCE, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("stopped before all places were read", done.stderr)
                self.assertNotIn("serving:", done.stderr)

    def test_commands_that_came_in_are_answered(self):
        herd = self.running_herd()
        count = 2000
        with herd.talk("Clark") as talk:
            lines = [iamat_line(name) for name in clients("last-", count)]
            talk.send(*lines[:1])
            talk.line()
            sender = threading.Thread(target=talk.send, args=lines[1:])
            sender.start()
            first = talk.line()
            herd.members["Clark"].process.terminate()
            replies = [first, *talk.rest().splitlines()]
            sender.join()
        self.assertEqual(herd.members["Clark"].process.wait(STOP_SECONDS * 4), 0)
        # Answers come in order and complete; lines that were not read have no promise.
        for line, reply in zip(lines[1:], replies):
            self.assertTrue(reply.endswith(line[len(b"IAMAT"):]), reply)
        last = len(replies)
        herd.known_at("Bailey", f"last-{last}", replies[-1])

    def test_idle_and_stubborn_connections_do_not_hold_a_stop_up(self):
        herd = self.running_herd()
        member = herd.members["Clark"]
        idle = herd.talk("Clark")
        half = herd.talk("Clark")
        half.send_bytes(b"IAMAT half")
        deaf = herd.talk("Clark")
        deaf.socket.setblocking(False)
        with self.assertRaises(BlockingIOError):
            while True:
                deaf.socket.send(b"never read\n" * 1000)
        grpc = socket.create_connection(("127.0.0.1", member.grpc))
        link = socket.create_connection(("127.0.0.1", member.dialled))
        http = socket.create_connection(("127.0.0.1", member.http))
        with stopwatch("SIGTERM with idle, half and deaf clients, until the exit", most=20):
            self.assertEqual(herd.stop("Clark"), 0)
        # A line that never arrived completely is not a command.
        self.assertEqual(half.rest(), b"")
        self.assertEqual(idle.rest(), b"")
        for connection in (idle, half, deaf, grpc, link, http):
            connection.close()

    def test_its_links_end_with_a_reason_and_it_returns(self):
        herd = self.running_herd()
        herd.stop("Clark")
        eventually("Bona knows",
                   lambda: herd.metric("Bona", "proxyherd_link_up", peer="Clark") == 0)
        self.assertEqual(page(herd.members["Clark"].http, "/healthz")[0], 0)
        at_line = herd.iamat("Bona", "without-clark")
        herd.up("Clark")
        self.assertEqual(herd.at_line("Clark", "without-clark"), at_line)

    def test_a_whole_herd_stops_at_once(self):
        herd = self.running_herd()
        herd.report_many("Clark", clients("c-", 1000))
        with stopwatch("five nodes and herd-places stopped at once", most=STOP_SECONDS):
            for member in herd.members.values():
                member.process.terminate()
            codes = {name: member.process.wait(STOP_SECONDS * 4)
                     for name, member in herd.members.items()}
        self.assertEqual(codes, dict.fromkeys(herd.members, 0))

    def test_a_node_can_be_stopped_at_any_moment_of_its_start(self):
        herd = self.make_herd()
        for waits_for in ("nothing", "I am starting", "down", "serving"):
            with self.subTest(stopped_after=waits_for):
                herd.members["Clark"].log.unlink(missing_ok=True)
                herd.start("Clark")
                if waits_for != "nothing":
                    eventually(waits_for, lambda word=waits_for: word in herd.log("Clark"))
                code = herd.stop("Clark")
                # Before main begins, the signal has its default effect.
                self.assertIn(code, (0, -15) if waits_for == "nothing" else (0,))
                herd.members["Clark"].process = None
