"""Checks the herd's promises against its answers. Written from the protocol alone: it knows AT
lines, and shares no code with the nodes.
"""

import array
import collections
import threading
import zlib

from talk import Talk, whatsat_line

# A node's unsent output can hold the answers to this many.
PIPELINED = 200

# How many reports of a client are remembered to find the age of an answer.
REMEMBERED = 64


def nanoseconds(text):
    """Returns an exact time: decimal seconds with at most nine significant fraction digits."""
    whole, _, fraction = text.partition(b".")
    return int(whole) * 10**9 + int(fraction[:9].ljust(9, b"0"))


def rank_of(at_line):
    """Returns (client, sort key of its reports): the later client time wins, then the earlier
    receive time, the greater server, the greater location and the greater time text."""
    verb, server, delta, client, location, time = at_line.split(b" ")
    if verb != b"AT" or delta[:1] not in (b"+", b"-"):
        raise ValueError(f"no AT line: {at_line!r}")
    stamp = nanoseconds(time)
    late_by = nanoseconds(delta[1:])
    received = stamp + late_by if delta[:1] == b"+" else stamp - late_by
    return client, (stamp, -received, server, location, time)


def location_for(client, time, variant):
    """Clients' locations follow from their reports, so that a node cannot make one up."""
    number = zlib.crc32(b"%s %s %d" % (client, time, variant))
    return b"%+03d.%04d%+04d.%04d" % (number % 90, number // 90 % 10000,
                                      -(number // 7 % 180), number // 11 % 10000)


VARIANTS = 3


class Ledger:
    """Holds acknowledged reports in their order, and the age of answers to polls. Thread-safe."""

    def __init__(self, spread):
        self.spread = spread
        self.lock = threading.Lock()
        self.newest = collections.defaultdict(lambda: collections.deque(maxlen=REMEMBERED))
        self.acknowledged = 0
        self.polls = 0
        self.regressed = []
        self.wrong = []
        self.stale = {True: array.array("d"), False: array.array("d")}  # by: connected
        self.fresh = {True: 0, False: 0}

    def note(self, node, life, lives, sent, at_line, now):
        """Records a reply to (client, location, time)."""
        try:
            client, rank = rank_of(at_line)
            right = (client, rank[3], rank[4]) == sent and rank[2] == node.encode()
        except ValueError:
            right = False
        if not right:
            self.wrong.append(f"{node} answered {sent} with {at_line!r}")
            return
        self.spread.acknowledged(node, life, lives, client, (rank, at_line), now)
        with self.lock:
            self.acknowledged += 1
            told = self.newest[client]
            if not told or told[-1][1] < rank:
                told.append((now, rank, node))

    def polled(self, node, seen, client, answer, asked_at):
        """A node has answered a poll. `seen` has its process's earlier answers, by client."""
        rank = None
        if not answer.startswith(b"? "):
            answered, rank = rank_of(answer)
            if answered != client or not genuine(client, rank):
                self.wrong.append(f"{node} made up {answer!r} for {client!r}")
        before = seen.get(client)
        if before is not None and (rank is None or rank < before):
            self.regressed.append(f"{node} answered {before}, then {answer!r}")
        if rank is not None:
            seen[client] = rank
        outdated = [told for told in list(self.newest[client])
                    if told[0] <= asked_at and (rank is None or told[1] > rank)]
        # If a newer report is at a node that it is connected with, there is no excuse.
        excused = not all(self.spread.connected(node, told[2], asked_at) for told in outdated)
        with self.lock:
            self.polls += 1
            if outdated:
                self.stale[not excused].append(asked_at - outdated[0][0])
            else:
                self.fresh[True] += 1

    def clients(self):
        return sorted(self.newest)


def genuine(client, rank):
    return rank[3] in [location_for(client, rank[4], variant) for variant in range(VARIANTS)]


def read_table(host, port, clients):
    """Returns a node's answers about all clients: AT lines by client, without unknown clients."""
    found = {}
    with Talk(port, host=host) as talk:
        for begin in range(0, len(clients), PIPELINED):
            some = clients[begin:begin + PIPELINED]
            talk.send(*(whatsat_line(client) for client in some))
            for client in some:
                answer = talk.line()
                if answer.startswith(b"AT "):
                    found[client] = answer
                    talk.places()
    return found


class Verdict:
    """Compares the final tables of all nodes with the promises."""

    def __init__(self, ledger, tables):
        self.lost = []
        self.diverged = []
        self.gone = 0  # clients of which a report counted apart is not there any more
        promised = ledger.spread.promised()
        apart = ledger.spread.take_apart()
        self.apart = apart.count
        for client in ledger.clients():
            answers = {node: table.get(client) for node, table in tables.items()}
            if len(set(answers.values())) > 1:
                self.diverged.append(f"{client!r}: {answers}")
            ranks = {node: rank_of(answer)[1] if answer else None
                     for node, answer in answers.items()}
            ledger.wrong += [f"{node} made up {answers[node]!r}" for node, rank in ranks.items()
                             if rank is not None and not genuine(client, rank)]
            self.lost += [f"{node} has {answers[node]!r}; acknowledged was {at_line!r}"
                          for node, at_line in self._misses(ranks, promised.get(client))]
            self.gone += bool(self._misses(ranks, apart.best.get(client)))

    @staticmethod
    def _misses(ranks, due):
        """Returns (node, the records due) of the nodes that have fewer."""
        if due is None:
            return []
        return [(node, due[1]) for node, rank in ranks.items() if rank is None or rank < due[0]]
