#!/usr/bin/env python3
"""A node of the herd in Python's asyncio: a baseline for measurements of proxyherd.

    asyncio_herd.py --herd=FILE --name=NAME

Speaks the herd's text protocol on NAME's text port. Neighbours listen on the port that the herd
file calls grpc, and are sent lines there: `HELLO NAME` once, then the AT lines of reports that are
new. An AT line is the reply to the client, the flooded message and the stored record: its receive
time is its delta plus its client time, exactly.

Protocols rather than streams, because a stream costs a task switch for every read; one regular
expression for a command, because that work then happens in C. It has no places, limits or log.
"""

import argparse
import asyncio
import re
import signal
import time

NANOSECONDS = 10**9
GREATEST_TIME_NS = 2**63 - 1
MAX_LINE_BYTES = 4096
TOO_LONG_ECHO_BYTES = 64
RECONNECT_SECONDS = 0.2
LINK_BUFFER_BYTES = 2**20  # unsent, before a neighbour counts as behind
CATCH_UP_LINES = 1000  # of the table in one write to a neighbour that is behind

# In bytes patterns, \s matches exactly the protocol's six bytes of white space.
IAMAT = re.compile(rb"""\s*IAMAT\s+(\S+)\s+
    ([+-]0*(?:[0-8]?\d(?:\.\d+)?|90(?:\.0+)?)
     [+-]0*(?:(?:1[0-7]\d|\d?\d)(?:\.\d+)?|180(?:\.0+)?))\s+
    (0*(\d{1,10})(?:\.(\d+))?)\s*""", re.VERBOSE)
WHATSAT = re.compile(rb"\s*WHATSAT\s+(\S+)\s+(0*(?:[0-4]?\d(?:\.\d+)?|50(?:\.0+)?))\s+"
                     rb"(0*(?:1?\d|20))\s*")
NO_PLACES = b"{}\n\n"
NO_PROVIDER = (b'{"error": {"code": 503, "message": "this server has no places", '
               b'"status": "UNAVAILABLE"}}\n\n')


def to_ns(whole, fraction):
    """Converts seconds, given as two strings of digits; digits past the ninth are ignored."""
    if fraction is None:
        return int(whole) * NANOSECONDS
    return int(whole + (fraction if len(fraction) == 9 else fraction[:9].ljust(9, b"0")))


def decimal_ns(text):
    whole, _, fraction = text.partition(b".")
    return to_ns(whole, fraction or None)


def rank(at_line):
    """Returns the order of reports of equal client time: the greater rank wins."""
    _, server, delta, _, location, stamp = at_line.split()
    received_ns = decimal_ns(stamp) + decimal_ns(delta[1:]) * (-1 if delta[:1] == b"-" else 1)
    return -received_ns, server, location, stamp


class Node:
    """The table, and the links on which its changes leave."""

    def __init__(self, name):
        self.name = name
        self.table = {}  # client -> (client time in ns, AT line)
        self.links = []

    def merge(self, client, time_ns, at_line):
        """Merges a report; returns true if it is news."""
        known = self.table.get(client)
        if known is not None and time_ns <= known[0] and (
                time_ns < known[0] or at_line == known[1] or rank(at_line) <= rank(known[1])):
            return False  # usually the same report by another link
        self.table[client] = (time_ns, at_line)
        return True

    def flood(self, clients, at_lines, source=None):
        """Sends news to all neighbours except the one from which it came."""
        chunk = b"".join(at_lines)
        for link in self.links:
            if link.neighbour != source:
                link.send(clients, chunk)


class Link(asyncio.Protocol):
    """The sending half of a link: dials until it has a connection, and again when it has lost it.

    A neighbour that does not keep up, or was away, is not sent every report: `behind` names the
    clients that it lacks, and it is sent the newest report of each. So its cost is bounded.
    """

    def __init__(self, node, neighbour, address):
        self.node = node
        self.neighbour = neighbour
        self.address = address
        self.dialling = None
        self.transport = None
        self.writable = False
        self.pending = []  # leaves at the end of this turn of the loop
        self.behind = set()

    def start(self):
        self.dialling = asyncio.ensure_future(self.dial())  # kept: the loop itself does not

    async def dial(self):
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.create_connection(lambda: self, *self.address)
                return
            except OSError:
                await asyncio.sleep(RECONNECT_SECONDS)

    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(LINK_BUFFER_BYTES)
        transport.write(b"HELLO %b\n" % self.node.name)
        self.behind.update(self.node.table)
        self.resume_writing()

    def connection_lost(self, exc):
        self.transport = None
        self.writable = False
        self.pending.clear()
        self.behind.clear()  # it is sent the whole table when it returns
        self.start()

    def pause_writing(self):
        self.writable = False

    def resume_writing(self):
        self.writable = True
        if self.behind:
            self.catch_up()

    def catch_up(self):
        while self.behind and self.writable:
            some = [self.behind.pop() for _ in range(min(CATCH_UP_LINES, len(self.behind)))]
            self.transport.write(b"".join([self.node.table[client][1] for client in some]))

    def send(self, clients, chunk):
        if not self.writable:
            if self.transport is not None:
                self.behind.update(clients)
            return
        if not self.pending:
            asyncio.get_running_loop().call_soon(self.flush)
        self.pending.append(chunk)

    def flush(self):
        if self.transport is not None:
            self.transport.write(b"".join(self.pending))
        self.pending.clear()


class Lines(asyncio.Protocol):
    """A connection on which lines arrive."""

    def __init__(self, node):
        self.node = node
        self.transport = None
        self.rest = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        lines = (self.rest + data if self.rest else data).split(b"\n")
        self.rest = lines.pop()
        if lines:
            self.handle(lines)

    def handle(self, lines):
        raise NotImplementedError


class Neighbour(Lines):
    """The receiving half of a link."""

    neighbour = None

    def handle(self, lines):
        if self.neighbour is None:
            self.neighbour = lines.pop(0).split()[1].decode()
        merge = self.node.merge
        clients, news = [], []
        for line in lines:
            _, _, _, client, _, stamp = line.split(b" ")
            line += b"\n"
            if merge(client, decimal_ns(stamp), line):
                clients.append(client)
                news.append(line)
        if news:
            self.node.flood(clients, news, self.neighbour)


class Client(Lines):
    """A client's connection: one write answers all lines of one read."""

    def data_received(self, data):
        super().data_received(data)
        if len(self.rest) > MAX_LINE_BYTES:
            self.transport.write(b"? %b\n" % self.rest[:TOO_LONG_ECHO_BYTES])
            self.transport.close()

    def eof_received(self):
        if self.rest:
            self.handle([self.rest])  # the last line needs no end; returning closes in order

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()

    def handle(self, lines):
        received_ns = time.time_ns()
        clients, news, replies = [], [], []
        for line in lines:
            if found := IAMAT.fullmatch(line):
                client, location, stamp, whole, fraction = found.groups()
                time_ns = to_ns(whole, fraction)
                if time_ns <= GREATEST_TIME_NS:
                    delta = received_ns - time_ns
                    at_line = b"AT %b %b%d.%09d %b %b %b\n" % (
                        self.node.name, b"+" if delta >= 0 else b"-",
                        *divmod(abs(delta), NANOSECONDS), client, location, stamp)
                    replies.append(at_line)
                    if self.node.merge(client, time_ns, at_line):
                        clients.append(client)
                        news.append(at_line)
                    continue
            elif (found := WHATSAT.fullmatch(line)) and (
                    known := self.node.table.get(found[1])):
                replies.append(known[1])
                nothing = not found[2].strip(b"0.") or not found[3].strip(b"0")
                replies.append(NO_PLACES if nothing else NO_PROVIDER)
                continue
            replies.append(b"? %b\n" % line.removesuffix(b"\r"))
        self.transport.write(b"".join(replies))
        if news:
            self.node.flood(clients, news)


def read_herd(path):
    """Returns {name: its fields as strings}, and the links as pairs of names."""
    nodes, links = {}, []
    with open(path, encoding="utf-8") as file:
        for line in file:
            word, *fields = line.split("#")[0].split() or [""]
            if word == "node":
                nodes[fields[0]] = dict(field.split("=", 1) for field in fields[1:])
            elif word == "link":
                links.append(fields)
    return nodes, links


async def serve(options):
    nodes, links = read_herd(options.herd)
    node = Node(options.name.encode())
    node.links = [Link(node, other, (nodes[other]["host"], int(nodes[other]["grpc"])))
                  for link in links if options.name in link
                  for other in link if other != options.name]
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    me = nodes[options.name]
    await loop.create_server(lambda: Neighbour(node), me["host"], int(me["grpc"]), backlog=1024)
    await loop.create_server(lambda: Client(node), me["host"], int(me["text"]), backlog=1024)
    for link in node.links:
        link.start()
    print(f"{options.name} serves", flush=True)
    await stopped.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--herd", required=True, metavar="FILE")
    parser.add_argument("--name", required=True)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
