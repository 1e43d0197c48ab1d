#!/usr/bin/env python3
"""A stand-in for Google's Places API (New): a real HTTP server on 127.0.0.1.

    server.py [--port=PORT] [--key=KEY] [--mode=MODE] [--delay=SECONDS]

It judges each call of Nearby Search as Google does and answers with places that it makes up, or as
its mode says. POST /control changes the mode while it runs, GET /control returns it and the
counts; README.md has the modes and examples.
"""

import argparse
import email.utils
import http.server
import json
import os
import signal
import sys
import threading
import time

import fields
import judge
import places
import rows

MOST_BODY_BYTES = 1 << 20
BIG_BYTES = 10 * 1000 * 1000
IDLE_SECONDS = 60  # then a kept connection is closed

# Events beside the rows of rows.py.
MODES = {
    "ok": "places around the point, or the error that the call deserves",
    "empty": "no place at all: `{}`",
    "slow": "ok, after `delay_seconds`",
    "hang": "nothing, until the mode changes",
    "cut_off": "half of an answer, then the connection ends",
    "cut_off_error": "half of a quota's error, then the connection ends",
    "drop": "the connection ends without a byte",
    "lie_html": "200 with a page instead of JSON",
    "lie_truncated": "200 with half of the JSON, and the right length for that",
    "lie_types": "200 with JSON whose places are numbers",
    "lie_length": "200 with a Content-Length of more than ever comes",
    "lie_big": "200 with 10 MB",
    "lie_error": "200 with the body of an error",
    "huge_error": "429 with 10 MB",
    "echo_key": "an error that quotes the key",
    "redirect": "307 to elsewhere",
    "retry_seconds": "429 with `Retry-After: retry_after_seconds`",
    "retry_date": "503 with the same as an HTTP date",
}


class State:
    """The state that the control path changes and returns. Thread-safe."""

    def __init__(self, mode, delay_seconds, key):
        self.changed = threading.Condition()
        self.mode, self.times = mode, None  # times: calls left in this mode; None: no end
        self.delay_seconds = delay_seconds
        self.retry_after_seconds = 7
        self.key = key
        self.changes = 0
        self.calls = self.connections = 0
        self.by_mode = {}
        self.last = None

    def set(self, asked):
        """Applies the settings of a POST; returns the text of an error in it, or None."""
        known = {"mode": str, "times": int, "delay_seconds": (int, float),
                 "retry_after_seconds": int}
        for name, value in asked.items():
            if name not in known or not isinstance(value, known[name]):
                return f"{name}: unknown, or of the wrong type; known are {', '.join(known)}"
        if asked.get("mode", "ok") not in {**MODES, **rows.ROWS}:
            return f"unknown mode {asked['mode']}; known are {', '.join([*MODES, *rows.ROWS])}"
        with self.changed:
            self.times = asked.get("times")
            self.mode = asked.get("mode", self.mode)
            self.delay_seconds = asked.get("delay_seconds", self.delay_seconds)
            self.retry_after_seconds = asked.get("retry_after_seconds", self.retry_after_seconds)
            self.changes += 1
            self.changed.notify_all()
        return None

    def tell(self):
        with self.changed:
            return {"mode": self.mode, "times": self.times, "calls": self.calls,
                    "connections": self.connections, "calls_by_mode": self.by_mode,
                    "last": self.last}

    def take(self, last):
        """Counts a call; returns the mode that applies to it."""
        with self.changed:
            mode = self.mode if self.times is None or self.times > 0 else "ok"
            if self.times:
                self.times -= 1
            self.calls += 1
            self.by_mode[mode] = self.by_mode.get(mode, 0) + 1
            self.last = last
            return mode

    def wait_for_change(self, seconds=None):
        with self.changed:
            before = self.changes
            self.changed.wait_for(lambda: self.changes != before, seconds)


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection, kept open as in HTTP/1.1."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "stand-in", ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        with self.server.state.changed:
            self.server.state.connections += 1

    def log_message(self, format, *args):  # noqa: A002: the library's name
        pass  # it would be one line per call

    def do_GET(self):
        if self.path == "/control":
            return self.send(rows.Answer(200, rows.print_like_google(self.server.state.tell())))
        return self.send(rows.page(404, "Error 404 (Not Found)!!1"))

    do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET

    def do_POST(self):
        body = self.read_body()
        if body is None:
            return
        if self.path == "/control":
            self.control(body)
        else:
            self.call(body)

    def read_body(self):
        """Reads the body; if it cannot be read, answers and returns None."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MOST_BODY_BYTES:
            self.close_connection = True
            self.send(rows.page(411 if not length.isdigit() else 413, "Error"))
            return None
        return self.rfile.read(int(length))

    def control(self, body):
        try:
            asked = json.loads(body)
            problem = self.server.state.set(asked) if isinstance(asked, dict) else "no object"
        except ValueError as error:
            problem = str(error)
        if problem:
            self.send(rows.Answer(400, (problem + "\n").encode(), content_type="text/plain"))
        else:
            self.do_GET()

    def call(self, body):
        headers = {name.lower(): value for name, value in self.headers.items()}
        key = headers.get("x-goog-api-key", "")
        state = self.server.state
        mode = state.take({"method": self.command, "path": self.path,
                           "headers": {**headers, "x-goog-api-key": "..." if key else ""},
                           "body": body.decode(errors="replace")})
        if mode in rows.ROWS:
            return self.send(rows.ROWS[mode]())
        if mode == "slow":
            time.sleep(state.delay_seconds)
        elif mode == "hang":
            state.wait_for_change()
        try:
            asked = judge.judge(self.command, self.path, headers, body, state.key)
            found = fields.apply(asked.mask, [] if mode == "empty" else places.near(asked))
            answer = rows.Answer(200, rows.print_like_google(found))
        except judge.Refused as refused:
            return self.send(refused.answer)
        return self.send_in_mode(mode, answer, key)

    def send_in_mode(self, mode, answer, key):
        """Sends the answer to a valid call, changed as the mode says."""
        half = len(answer.body) // 2
        quota = rows.quota("Minute")
        after = self.server.state.retry_after_seconds
        ok = answer.content_type
        if mode == "cut_off" or mode == "lie_length":
            kept = answer.body[:half] if mode == "cut_off" else answer.body
            return self.send(rows.Answer(200, kept), promised=len(answer.body) + 1000)
        if mode == "cut_off_error":
            return self.send(rows.Answer(429, quota.body[:200]), promised=len(quota.body))
        if mode == "drop":
            self.close_connection = True
            return None
        big = b'{"places":[{"id":"' + b"x" * BIG_BYTES + b'"}]}'
        return self.send({
            "lie_html": lambda: rows.page(200, "Log in to the network"),
            "lie_truncated": lambda: rows.Answer(200, answer.body[:half], content_type=ok),
            "lie_types": lambda: rows.Answer(200, b'{"places": [1, "two", null]}\n'),
            "lie_big": lambda: rows.Answer(200, big),
            "lie_error": lambda: rows.Answer(200, rows.billing_disabled().body),
            "huge_error": lambda: rows.Answer(429, big),
            "echo_key": lambda: rows.error("INVALID_ARGUMENT", f"API key {key} is not valid.",
                                           rows.info("API_KEY_INVALID", key=key)),
            "redirect": lambda: rows.Answer(307, b"", [("Location", "https://elsewhere.example/")]),
            "retry_seconds": lambda: rows.quota("Minute", headers=(("Retry-After", str(after)),)),
            "retry_date": lambda: rows.error(
                "UNAVAILABLE", "The service is currently unavailable.",
                headers=(("Retry-After", email.utils.formatdate(time.time() + after,
                                                                usegmt=True)),)),
        }.get(mode, lambda: answer)())

    def send(self, answer, promised=None):
        """Sends an answer. `promised`: a Content-Length that is too large."""
        try:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(promised or len(answer.body)))
            for name, value in answer.headers:
                self.send_header(name, value)
            if promised:
                self.close_connection = True
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
        except OSError:
            self.close_connection = True  # the caller has gone


class Server(http.server.ThreadingHTTPServer):
    """`port` 0 lets the system choose; `endpoint` is its address."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port=0, mode="ok", delay_seconds=1.0, key=""):
        super().__init__(("127.0.0.1", port), Handler)
        self.state = State(mode, delay_seconds, key)
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """Callers that disconnect in the middle are expected; any other error is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="modes:\n" + "\n".join(f"  {name:16} {what}" for name, what in MODES.items())
        + "\n  " + ", ".join(rows.ROWS) + ":\n                   an error for every call")
    parser.add_argument("--port", type=int, default=8099, help="0: the system chooses (8099)")
    parser.add_argument("--key", default="", help="the only key that is valid; none: any is")
    parser.add_argument("--mode", default="ok", choices=[*MODES, *rows.ROWS], metavar="MODE",
                        help="how to answer at first (ok)")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds of the mode slow (1)")
    options = parser.parse_args()
    server = Server(options.port, options.mode, options.delay, options.key)
    for number in (signal.SIGTERM, signal.SIGINT):
        # Its threads depend on callers; nothing is worth waiting for.
        signal.signal(number, lambda *_: os._exit(0))
    print(f"The stand-in for Google is at {server.endpoint}, in the mode {options.mode}.",
          flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
