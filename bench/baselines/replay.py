"""Replays transcripts of tests/transcripts at real processes.

The transcripts were written with a fake clock, which always shows 2021, and with made-up places. So
the delta of an AT line may differ: if the line is new, delta and client time must add up to a time
within the replay; if it was shown before, it must be repeated byte for byte. Of places only the
kind is checked.
"""

import json
import re
import time

NANOSECONDS = 10**9
# A runtime may read the clock in whole milliseconds.
COARSEST_CLOCK_NS = 1_000_000
AT_LINE = re.compile(rb"AT \S+ ([+-])(\d+)\.(\d{9}) \S+ \S+ (\d+)(?:\.(\d+))?")


def unescape(text):
    r"""`\xNN` and `\\` stand for bytes; see tests/sim/transcript.h."""
    return re.sub(rb"\\(?:x([0-9a-f]{2})|\\)",
                  lambda found: bytes([int(found[1], 16)]) if found[1] else b"\\",
                  text.encode())


def received_ns(at_line):
    """Returns the receive time: the sum of the delta and the client's time, exactly."""
    sign, seconds, nanos, whole, fraction = AT_LINE.fullmatch(at_line).groups()
    delta = int(seconds + nanos) * (-1 if sign == b"-" else 1)
    return delta + int(whole + (fraction or b"")[:9].ljust(9, b"0"))


class Replay:
    """Plays one transcript at one herd. `test` receives the differences; `refused`: lookups of
    places must fail, as they do without a provider."""

    def __init__(self, test, herd, refused):
        self.test = test
        self.herd = herd
        self.refused = refused
        self.talk = None
        self.shown = {}  # AT line in the transcript -> AT line here
        self.began_ns = time.time_ns()

    def run(self, path):
        lines = path.read_text(encoding="utf-8").splitlines()
        try:
            while lines:
                self.step(lines.pop(0), lines)
        finally:
            self.hang_up()

    def hang_up(self):
        if self.talk is not None:
            self.talk.close()
            self.talk = None

    def step(self, line, following):
        word, _, rest = line.partition(" ")
        if word in ("", "#"):
            return
        if word == "@client":
            self.hang_up()
            self.talk = self.herd.talk(rest)
        elif word in ("@advance", "@agree"):
            self.herd.wait_agreed({line.split(b" ")[3] for line in self.shown})
        elif word == "@end":
            self.talk.half_close()
        elif word == ">":
            self.talk.send(unescape(rest))
        elif word == ">>":
            self.talk.send_bytes(unescape(rest))
        elif word == "<":
            self.reply(unescape(rest), following)
        elif line == "! closed":
            self.test.assertEqual(self.talk.rest(), b"")
        else:
            raise ValueError(f"no such step for real processes: {line}")

    def reply(self, wanted, following):
        came = self.talk.line()
        if not wanted.startswith(b"AT "):
            self.test.assertEqual(came, wanted)
            return
        self.at_line(came, wanted)
        if following and following[0].startswith("< {"):
            places = []
            while (line := following.pop(0)) != "<":
                places.append(line.removeprefix("< "))
            self.places(self.talk.places(), "\n".join(places))

    def at_line(self, came, wanted):
        if wanted in self.shown:
            self.test.assertEqual(came, self.shown[wanted])
            return
        self.test.assertRegex(came, AT_LINE)
        without_delta = [line.split(b" ")[:2] + line.split(b" ")[3:] for line in (came, wanted)]
        self.test.assertEqual(*without_delta)
        self.test.assertLessEqual(self.began_ns - COARSEST_CLOCK_NS, received_ns(came))
        self.test.assertLessEqual(received_ns(came), time.time_ns())
        self.shown[wanted] = came

    def places(self, came, wanted):
        if wanted == "{}":
            self.test.assertEqual(came, wanted)
            return
        found = json.loads(came)
        if self.refused:
            self.test.assertEqual(found["error"]["code"], 503)
            self.test.assertEqual(found["error"]["status"], "UNAVAILABLE")
            self.test.assertEqual(set(found["error"]), {"code", "message", "status"})
        else:
            self.test.assertEqual(len(found), 1)
            self.test.assertIn(next(iter(found)), ("places", "error"))
