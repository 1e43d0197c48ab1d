"""Tests an orderly stop, sentence by sentence, requested with SIGTERM or herdctl drain."""

import contextlib
import json
import signal
import threading
import unittest

import grpcurl
import settings
from case import HerdTest
from drain_clients import OrderlyClient, check_known
from processes import NODES
from talk import whatsat_line
from waiting import eventually, stopwatch

# docs/operations.md has the sum; herdctl drain prints it.
END_SECONDS = 12.2


class DrainTest(HerdTest):
    @contextlib.contextmanager
    def held_drain(self, herd, name="Clark"):
        """Keeps a node from ending: a WHATSAT waits for places that do not come. Yields that
        client."""
        herd.iamat(name, "kiwi")
        with herd.talk(name) as talk:
            talk.send(whatsat_line("kiwi", 10, 1))  # connects the node with the places
            talk.line()
            self.assertIn("displayName", talk.places())
            with herd.stopped("places"):
                talk.send(whatsat_line("kiwi", 10, 5))
                eventually("the lookup is under way",
                           lambda: "I received: WHATSAT kiwi 10 5" in herd.log(name))
                yield talk

    def test_while_it_ends_it_is_not_ready_and_takes_nobody_new(self):
        herd = self.running_herd()
        clark = herd.members["Clark"]
        idle = herd.talk("Clark")
        self.assertTrue(idle.iamat("idle").startswith(b"AT Clark "))
        with self.held_drain(herd) as waiting:
            begun = herd.herdctl("drain", "Clark", "--no-wait", "--json")
            self.assertEqual(begun.returncode, 0, begun.stderr)
            begun = json.loads(begun.stdout)
            self.assertEqual((begun["connections"], begun["already_stopping"]), (2, False))
            self.assertEqual(begun["max_seconds"], END_SECONDS)
            herd.wait_state("Clark", "draining", seconds=3)
            self.assertEqual(herd.http("Clark", "/readyz"), (503, "stopping\n"))
            self.assertEqual(herd.http("Clark", "/healthz")[0], 200)
            status = json.loads(herd.herdctl("status", "--json").stdout)
            self.assertEqual([node["state"] for node in status["nodes"]],
                             ["stopping" if node == "Clark" else "serving" for node in NODES])
            again = json.loads(herd.herdctl("drain", "Clark", "--no-wait", "--json").stdout)
            self.assertTrue(again["already_stopping"])
            eventually("nobody new is let in", lambda: self.refused(herd, "Clark"), seconds=3)
            # An idle client immediately sees the end of the stream, and nothing else.
            self.assertEqual(idle.rest(), b"")
            # The WHATSAT is still answered: the known places, and why they are not all (the node's
            # own reason, or that of the lookup if it ended first).
            at_line = waiting.line()
            self.assertTrue(at_line.startswith(b"AT Clark "), at_line)
            self.assertIn(json.loads(waiting.places())["error"]["code"], (503, 504))
            self.assertEqual(waiting.rest(), b"")
            waiting.close()
            idle.close()
            self.assertEqual(clark.process.wait(END_SECONDS * settings.PATIENCE), 0)
        herd.wait_state("Clark", "stopped")
        log = herd.log("Clark")
        for words in ("stopping (asked to drain)", "answered and closed 2 connections",
                      "all neighbours have acknowledged all records", "stopped"):
            self.assertIn(words, log)

    @staticmethod
    def refused(herd, name):
        try:
            with herd.talk(name, seconds=0.5):
                return False
        except ConnectionRefusedError:
            return True
        except TimeoutError:  # the moment before the port is given back
            return False

    @unittest.skipIf(grpcurl.PROGRAM is None, grpcurl.REASON)
    def test_calls_about_clients_are_sent_elsewhere_and_health_says_so(self):
        herd = self.running_herd()
        port = herd.members["Clark"].grpc
        with self.held_drain(herd) as waiting:
            code, answer = grpcurl.call(port, f"{grpcurl.PEER}/Drain")
            self.assertEqual(code, "OK", answer)
            code, why = grpcurl.call(port, f"{grpcurl.PEER}/ReportLocation",
                                     {"client_id": "late", "location": "+1-1"})
            self.assertEqual(code, "UNAVAILABLE")
            self.assertIn("Clark is stopping; ask another node", why)
            code, answer = grpcurl.call(port, f"{grpcurl.HEALTH}/Check", {"service": grpcurl.PEER})
            self.assertEqual((code, answer.get("status")), ("OK", "NOT_SERVING"))
            self.assertTrue(waiting.line().startswith(b"AT Clark "))
        self.assertEqual(
            herd.members["Clark"].process.wait(END_SECONDS * settings.PATIENCE), 0)

    def test_under_load_every_client_sees_an_orderly_close_and_no_receipt_is_lost(self):
        herd = self.running_herd()
        # Other nodes' reports pass through Clark all the while, and must not delay its end.
        clients = [OrderlyClient(herd, [node], f"{node}-{number}")
                   for node in ("Clark", "Bona", "Jaquez") for number in range(3)]
        with contextlib.ExitStack() as stack:
            for client in clients:
                stack.enter_context(client)
            for client in clients:
                eventually("reports come in", lambda client=client: client.turns > 30)
            with stopwatch("herdctl drain under load, until the exit", most=END_SECONDS):
                done = herd.herdctl("drain", "Clark")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertRegex(done.stdout, r"^Clark ended after \d+\.\d s\n$")
                self.assertEqual(herd.members["Clark"].process.wait(10 * settings.PATIENCE), 0)
            for client in clients[:3]:
                eventually("the client saw it", lambda client=client: client.closes > 0)
        self.assertIn("all neighbours have acknowledged all records", herd.log("Clark"))
        herd.wait_agree()
        check_known(self, herd, clients)

    def test_clients_that_are_just_connecting_see_an_orderly_close_too(self):
        herd = self.running_herd()
        seen = {"served": 0, "closed": 0}
        wrong = []
        ending = threading.Event()

        def connect_again_and_again(number):
            while not ending.is_set():
                try:
                    with herd.talk("Clark", seconds=3) as talk:
                        talk.send("x")
                        seen["served" if talk.rest_or_line() else "closed"] += 1
                except (ConnectionRefusedError, TimeoutError):
                    return
                except OSError as error:
                    wrong.append((number, error))
                    return

        threads = [threading.Thread(target=connect_again_and_again, args=(number,))
                   for number in range(8)]
        for thread in threads:
            thread.start()
        eventually("clients are served", lambda: seen["served"] > 200)
        self.assertEqual(herd.stop("Clark"), 0)
        ending.set()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_a_second_signal_ends_it_at_once(self):
        for second, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            with self.subTest(second=second.name):
                herd = self.running_herd()
                herd.expected_ends = (0, code)
                process = herd.members["Clark"].process
                with self.held_drain(herd):
                    process.terminate()
                    eventually("it stops", lambda: "stopping (Terminated)" in
                               herd.log("Clark"))
                    process.send_signal(second)
                    self.assertEqual(process.wait(3 * settings.PATIENCE), code)
                self.assertIn("the second signal", herd.log("Clark"))

    def test_after_a_call_the_supervisors_sigterm_is_not_the_second_signal(self):
        herd = self.running_herd()
        process = herd.members["Clark"].process
        with self.held_drain(herd) as waiting:
            self.assertEqual(herd.herdctl("drain", "Clark", "--no-wait").returncode, 0)
            eventually("it stops", lambda: "asked to drain" in herd.log("Clark"))
            process.terminate()
            eventually("it has seen the signal", lambda:
                       "another signal ends the process immediately" in herd.log("Clark"))
            self.assertTrue(waiting.line().startswith(b"AT Clark "))
            self.assertEqual(process.wait(END_SECONDS * settings.PATIENCE), 0)

    def test_the_last_node_is_not_drained_by_mistake(self):
        herd = self.running_herd()
        herd.iamat("Clark", "kiwi")
        herd.kill("Bona", "Jaquez")
        eventually("Clark knows", lambda: herd.metric("Clark", "proxyherd_link_up") == 0)
        refused = herd.herdctl("drain", "Clark")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("no link of Clark is up, and 1 clients may be known to no other node",
                      refused.stderr)
        self.assertIn("--even-if-alone", refused.stderr)
        self.assertTrue(herd.ready("Clark"))
        self.assertEqual(herd.herdctl("drain", "Clark", "--even-if-alone").returncode, 0)
        self.assertEqual(herd.members["Clark"].process.wait(10 * settings.PATIENCE), 0)
        self.assertIn("no neighbour is linked", herd.log("Clark"))

    def test_a_neighbour_that_acknowledges_nothing_does_not_hold_it_up_for_ever(self):
        herd = self.running_herd(wires=True)
        herd.hold_still("Clark", "Bona")
        herd.hold_still("Clark", "Jaquez")
        herd.ask("Clark", "IAMAT kiwi +1-1 1")
        with stopwatch("SIGTERM with silent neighbours, until the exit", most=END_SECONDS):
            self.assertEqual(herd.stop("Clark"), 0)
        for neighbour in ("Bona", "Jaquez"):
            self.assertIsNone(herd.at_line(neighbour, "kiwi"), "it was held still")

    def test_nobody_is_drained_who_does_not_exist_or_does_not_answer(self):
        herd = self.running_herd()
        unknown = herd.herdctl("drain", "Clarc")
        self.assertEqual(unknown.returncode, 2)
        self.assertIn("did you mean 'Clark'?", unknown.stderr)
        herd.kill("Clark")
        gone = herd.herdctl("drain", "Clark")
        self.assertEqual(gone.returncode, 1)
        self.assertIn("Clark does not answer at 127.0.0.1:", gone.stderr)
