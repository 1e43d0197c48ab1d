"""Tests abuse of a text port, and the node's reaction to it."""

import contextlib
import random
import socket
import threading

import settings
from case import HerdTest
from load import HonestClient
from talk import Talk, iamat_line, to_bytes, whatsat_line
from waiting import eventually, stopwatch

SEED = 30
NODE = "Clark"
TOO_LONG_ECHO_BYTES = 64
# The maximum cost of hundreds of connections: 64 KiB of replies each, and their input.
GROWTH_BYTES = 64 << 20


class TextAbuseTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd()
        cls.port = cls.herd.members[NODE].text

    @contextlib.contextmanager
    def served_meanwhile(self, rounds=20):
        """Serves an honest client during the block and after it."""
        with HonestClient(self.herd, NODE) as honest:
            eventually("the honest client is served", honest.rounds_more(rounds))
            yield honest
            eventually("the honest client is served on", honest.rounds_more(rounds))

    def limit_hits(self, limit):
        return self.herd.metric(NODE, "proxyherd_gateway_limit_hits_total", limit=limit)

    def size(self):
        return self.herd.metric(NODE, "process_resident_memory_bytes")

    def assert_small(self, what, before):
        grown = self.size() - before
        settings.measured(f"growth by {what}", f"{grown / 2**20:.1f} MiB")
        if not settings.SANITIZED:
            self.assertLess(grown, GROWTH_BYTES)

    def test_commands_in_segments_of_one_byte(self):
        with self.served_meanwhile(), Talk(self.port) as talk:
            report = iamat_line("slow")
            for byte in report + b"\r\n" + whatsat_line("slow") + b"\nnonsense":
                talk.send_bytes(bytes([byte]))
            talk.half_close()
            at_line = talk.line()
            self.assertTrue(at_line.endswith(report[len(b"IAMAT"):]))
            self.assertEqual(talk.rest(), at_line + b"\n{}\n\n? nonsense\n")

    def test_ten_thousand_pipelined_lines(self):
        count = 10_000
        lines = [iamat_line(f"pipe-{i}") if i % 2 else to_bytes(f"line {i}") for i in range(count)]
        with self.served_meanwhile(), Talk(self.port) as talk:
            sender = threading.Thread(target=talk.send, args=lines)
            sender.start()
            for line in lines:
                reply = talk.line()
                if line.startswith(b"IAMAT"):
                    self.assertTrue(reply.startswith(b"AT ") and reply.endswith(line[5:]), reply)
                else:
                    self.assertEqual(reply, b"? " + line)
            sender.join()

    def test_an_endless_line_is_refused_by_its_beginning_and_closed(self):
        before, hits = self.size(), self.limit_hits("line_bytes")
        with self.served_meanwhile():
            for _ in range(50):
                with Talk(self.port) as talk:
                    # The node stops reading after a second; until then it may read everything.
                    with contextlib.suppress(OSError):
                        talk.send_bytes(b"endless " * 130_000)
                    self.assertEqual(talk.rest(), b"? " + (b"endless " * 8) + b"\n")
        self.assertEqual(self.limit_hits("line_bytes"), hits + 50)
        self.assert_small("50 endless lines of 1 MB", before)

    def test_the_limit_counts_the_line_without_its_end(self):
        longest = b"x" * 4096
        self.assertEqual(self.herd.ask(NODE, longest, b"next"), b"? " + longest + b"\n? next\n")
        self.assertEqual(self.herd.ask(NODE, longest + b"\r"), b"? " + longest + b"\n")
        self.assertEqual(self.herd.ask(NODE, longest + b"x", b"next"),
                         b"? " + b"x" * TOO_LONG_ECHO_BYTES + b"\n")

    def test_clients_that_never_read(self):
        before, hits = self.size(), self.limit_hits("unsent_bytes")
        count = settings.scaled(100, least=10)
        with self.served_meanwhile(), contextlib.ExitStack() as stack:
            deaf = [stack.enter_context(Talk(self.port)) for _ in range(count)]
            block = b"".join(b"never read %d\n" % i for i in range(5000))
            for talk in deaf:
                talk.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                talk.socket.setblocking(False)

            def all_paused():
                for talk in deaf:
                    with contextlib.suppress(BlockingIOError):
                        talk.socket.send(block)
                return self.limit_hits("unsent_bytes") >= hits + count
            eventually("the node reads nothing more from them", all_paused, 20)
            self.assert_small(f"{count} clients that never read", before)

    def test_thousands_of_connections(self):
        count = min(settings.scaled(3000), settings.MAX_FILES // 2 - 200)
        before = self.size()
        open_before = self.herd.metric(NODE, "proxyherd_gateway_connections")
        with self.served_meanwhile() as honest, contextlib.ExitStack() as stack:
            with stopwatch(f"{count} connections with a report each", most=60):
                talks = [stack.enter_context(Talk(self.port)) for _ in range(count)]
                for number, talk in enumerate(talks):
                    talk.send(iamat_line(f"crowd-{number}"))
                for number, talk in enumerate(talks):
                    self.assertTrue(talk.line().startswith(b"AT Clark +"))
            self.assertGreaterEqual(
                self.herd.metric(NODE, "proxyherd_gateway_connections"), count)
            self.assert_small(f"{count} connections", before)
            eventually("the honest client is served among them", honest.rounds_more(20))
        eventually("they are all gone", lambda: self.herd.metric(
            NODE, "proxyherd_gateway_connections") <= open_before)

    def test_connections_that_come_and_go_without_a_word(self):
        with self.served_meanwhile():
            for _ in range(settings.scaled(1000)):
                Talk(self.port).close()
            for _ in range(100):
                with Talk(self.port) as talk:
                    talk.half_close()
                    self.assertEqual(talk.rest(), b"")

    def test_binary_garbage_is_given_back(self):
        chance = random.Random(SEED)
        lines = [chance.randbytes(chance.randrange(1, 3000)).replace(b"\n", b"")
                 for _ in range(300)]
        expected = b"".join(b"? " + line.removesuffix(b"\r") + b"\n" for line in lines)
        with self.served_meanwhile(), Talk(self.port) as talk:
            sender = threading.Thread(target=lambda: (talk.send(*lines), talk.half_close()))
            sender.start()
            self.assertEqual(talk.rest(), expected)
            sender.join()

    def test_other_protocols_are_refused_line_by_line(self):
        self.assertEqual(self.herd.ask(NODE, b"GET / HTTP/1.1\r", b"Host: x\r", b"\r"),
                         b"? GET / HTTP/1.1\n? Host: x\n? \n")
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
        self.assertEqual(self.herd.ask(NODE, hello), b"? " + hello + b"\n")


class LimitsTest(HerdTest):
    def test_limits_are_settings(self):
        herd = self.make_herd(nodes=(NODE,), links=())
        herd.members[NODE].options = [
            "--max_connections=20", "--max_connections_per_address=30", "--max_clients=10",
            "--max_line_bytes=100", "--first_line_timeout_s=1", "--idle_timeout_s=2"]
        herd.up(NODE)
        port = herd.members[NODE].text

        def hits(limit):
            return herd.metric(NODE, "proxyherd_gateway_limit_hits_total", limit=limit)

        replies = [herd.ask(NODE, iamat_line(f"new-{i}")) for i in range(11)]
        self.assertTrue(all(reply.startswith(b"AT ") for reply in replies[:10]))
        self.assertTrue(replies[10].startswith(b"? IAMAT new-10 "), replies[10])
        self.assertEqual(hits("clients"), 1)
        # A known client is still accepted.
        self.assertTrue(herd.iamat(NODE, "new-3"))

        self.assertEqual(herd.ask(NODE, b"y" * 101), b"? " + b"y" * 64 + b"\n")
        with Talk(port) as silent, Talk(port) as idle:
            idle.send("hello")
            self.assertEqual(idle.line(), b"? hello")
            self.assertEqual(silent.rest(), b"")
            self.assertEqual(idle.rest(), b"")
        self.assertEqual((hits("first_line_timeout"), hits("idle_timeout")), (1, 1))

        # Beyond the limit connections wait, and none are refused.
        with contextlib.ExitStack() as stack:
            crowd = [stack.enter_context(Talk(port)) for _ in range(20)]
            for talk in crowd:
                talk.send("here")
                self.assertEqual(talk.line(), b"? here")
            late = stack.enter_context(Talk(port))
            late.send("late")
            eventually("accepting pauses", lambda: hits("connections"))
            crowd[0].close()
            self.assertEqual(late.line(), b"? late")
        self.assertEqual(hits("connections_per_address"), 0)

    def test_a_client_that_stops_reading_is_closed_in_time(self):
        herd = self.make_herd(nodes=(NODE,), links=())
        herd.members[NODE].options = ["--write_stall_timeout_s=1", "--max_unsent_bytes=4096"]
        herd.up(NODE)
        with Talk(herd.members[NODE].text) as deaf:
            deaf.socket.setblocking(False)

            def closed():
                with contextlib.suppress(OSError):
                    deaf.socket.send(b"never read\n" * 10_000)
                return herd.metric(NODE, "proxyherd_gateway_limit_hits_total",
                                   limit="write_stall_timeout")
            eventually("the node closes the connection", closed)
            eventually("it is gone",
                       lambda: herd.metric(NODE, "proxyherd_gateway_connections") == 0)

    def test_an_old_client_is_closed_after_its_reply(self):
        herd = self.make_herd(nodes=(NODE,), links=())
        herd.members[NODE].options = ["--close_after_reply"]
        herd.up(NODE)
        with Talk(herd.members[NODE].text) as old:
            old.send("hello", "not any more")
            self.assertEqual(old.rest(), b"? hello\n")
