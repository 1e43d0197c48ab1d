"""Tests the sample client, `./herd client`, with a small server that plays a node."""

import os
import pty
import re
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from scratch import ROOT

HERDCTL = ROOT / "build" / "release" / "bin" / "herdctl"
SCREEN_SECONDS = 15

RECEIPT = "AT Ann +0.5 kiwi +34-118 1.5"


def answer(line):
    """Returns the small server's reply to a line."""
    if line.startswith("IAMAT"):
        return RECEIPT + "\n"
    if line.startswith("WHATSAT"):
        return RECEIPT + '\n{\n  "places": []\n}\n\n'
    if line == "OWN":
        return "? \x1b]0;owned\n"
    return f"? {line}\n"


class Server:
    """Answers lines on a free port until it is closed."""

    def __init__(self, port=0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.talks = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                talk = self.listener.accept()[0]
            except OSError:
                return
            self.talks.append(talk)
            threading.Thread(target=self.serve, args=[talk], daemon=True).start()

    @staticmethod
    def serve(talk):
        with talk, talk.makefile("r", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if line.startswith("HANGUP"):
                    # Closing the socket alone would wait for the reader's file.
                    talk.shutdown(socket.SHUT_RDWR)
                    return
                talk.sendall(answer(line.rstrip("\n")).encode())

    def close(self):
        if self.listener.fileno() < 0:
            return
        # Wakes accept(), which close() alone does not do.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for talk in self.talks:
            try:
                talk.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class PipedClientTest(unittest.TestCase):
    def client(self, port, lines, expect=0):
        done = subprocess.run([HERDCTL, "client", f"127.0.0.1:{port}"], input=lines, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30,
                              check=False)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def test_prints_all_answers_and_no_prompt(self):
        done = self.client(self.server.port, "IAMAT kiwi +34-118 1.5\nWHATSAT kiwi 10 3\nhello")
        self.assertEqual(done.stdout, answer("IAMAT") + answer("WHATSAT") + answer("hello"))

    def test_no_input_is_no_error(self):
        self.assertEqual(self.client(self.server.port, "").stdout, "")

    def test_more_than_any_buffer_holds(self):
        count = 30000
        done = self.client(self.server.port, "IAMAT kiwi +34-118 1.5\n" * count)
        self.assertEqual(done.stdout, (RECEIPT + "\n") * count)

    def test_no_connection_is_an_error(self):
        port = self.server.port
        self.server.close()
        done = self.client(port, "hello\n", expect=1)
        self.assertIn("Connection refused", done.stderr)

    def test_a_connection_that_ends_too_early_is_an_error(self):
        read, write = os.pipe()
        client = subprocess.Popen([HERDCTL, "client", f"127.0.0.1:{self.server.port}"], stdin=read,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        os.close(read)
        os.write(write, b"HANGUP\n")
        words = client.communicate(timeout=30)[1]
        os.close(write)
        self.assertEqual(client.returncode, 1)
        self.assertIn("before everything was sent", words)


class InteractiveClientTest(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        # A test may replace the server.
        self.addCleanup(lambda: self.server.close())
        self.state = tempfile.mkdtemp(prefix="herd-client-")
        self.addCleanup(shutil.rmtree, self.state)

    def start(self):
        pid, self.terminal = pty.fork()
        if pid == 0:
            environment = {**os.environ, "XDG_STATE_HOME": self.state, "TERM": "xterm",
                           "LC_ALL": "C.UTF-8"}
            os.execve(HERDCTL, ["herdctl", "client", f"127.0.0.1:{self.server.port}"], environment)
        self.pid = pid
        self.screen = ""
        self.addCleanup(os.close, self.terminal)
        self.see(self.prompt())

    def prompt(self):
        return f"127.0.0.1:{self.server.port}> "

    def see(self, text):
        """Reads the terminal until the text has appeared, and forgets everything up to there."""
        deadline = time.monotonic() + SCREEN_SECONDS
        while text not in self.screen:
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self.terminal], [], [], left)[0]
            self.assertTrue(ready, f"no {text!r} in {self.screen!r}")
            try:
                piece = os.read(self.terminal, 4096).decode()
            except OSError:
                piece = ""
            self.assertTrue(piece, f"no {text!r} in {self.screen!r}")
            # Removes cursor movements, which are not part of the text.
            self.screen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", piece)
        self.screen = self.screen.split(text, 1)[1]

    def type(self, text):
        os.write(self.terminal, text.encode())

    def exit_code(self):
        deadline = time.monotonic() + SCREEN_SECONDS
        while not (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            self.assertLess(time.monotonic(), deadline, f"it still runs: {self.screen!r}")
            time.sleep(0.01)
        return os.waitstatus_to_exitcode(ended[1])

    def test_a_conversation(self):
        self.start()
        self.type("IAMAT kiwi +34-118 1.5\r")
        self.see(RECEIPT + "\r\n")
        self.see(self.prompt())
        self.type("WHATSAT kiwi 10 3\r")
        self.see('"places": []\r\n}\r\n\r\n')
        self.see(self.prompt())
        self.type("hello\r")
        self.see("? hello\r\n")
        self.see(self.prompt())
        self.type("\x04")
        self.assertEqual(self.exit_code(), 0)

    def test_the_history_outlives_the_client(self):
        self.start()
        self.type("hello there\r")
        self.see("? hello there\r\n")
        self.see(self.prompt())
        self.type("\x04")
        self.exit_code()
        self.start()
        self.type("\x1b[A")  # Arrow up.
        self.type("\r")
        self.see("? hello there\r\n")
        mode = os.stat(f"{self.state}/proxyherd").st_mode & 0o777
        self.assertEqual(mode, 0o700)

    def test_it_survives_the_node_going_away(self):
        self.start()
        port = self.server.port
        self.type("one\r")
        self.see("? one\r\n")
        self.see(self.prompt())
        self.server.close()
        self.type("two\r")
        self.see("cannot be reached: Connection refused")
        self.see(self.prompt())
        self.server = Server(port)
        self.type("three\r")
        self.see("? three\r\n")

    def test_it_says_when_a_command_got_no_answer(self):
        self.start()
        self.type("HANGUP\r")
        self.see("did not answer: it closed the connection")
        self.see(self.prompt())
        self.type("again\r")
        self.see("? again\r\n")

    def test_replies_cannot_drive_the_terminal(self):
        self.start()
        self.type("OWN\r")
        self.see("? \\x1b]0;owned\r\n")
