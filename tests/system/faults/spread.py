"""Derives from the faults alone which nodes surely hold the reports acknowledged by a given time.

A node holds the reports that it has acknowledged. A neighbour also holds them once the link
between the two has been sound for LINK_SECONDS (by then it is surely up again), and then for
HOP_SECONDS more while the first node held the report. A link is sound while no fault affects it and
both of its nodes run. A killed node holds nothing any more. So a report may be lost if all its sure
holders were killed, and is counted apart; no other report may be lost. Reports are tracked by the
second of their acknowledgement.
"""

import threading

LINK_SECONDS = 5.0
HOP_SECONDS = 1.0
SLOT_SECONDS = 1.0


class Batch:
    """The acknowledgements of one process of a node within one second: the greatest report of each
    client as (rank, AT line)."""

    def __init__(self, node, held_from):
        self.holders = {node: held_from}  # node: since when, at the latest
        self.best = {}
        self.count = 0

    def add(self, client, report):
        self.count += 1
        if client not in self.best or self.best[client] < report:
            self.best[client] = report

    def take_in(self, other):
        self.count += other.count
        for client, report in other.best.items():
            if client not in self.best or self.best[client] < report:
                self.best[client] = report


class Spread:
    """Thread-safe. Times are monotonic, in seconds."""

    def __init__(self, nodes, links, now, patience=1):
        self.lock = threading.Lock()
        self.nodes = nodes
        self.link_seconds = LINK_SECONDS * patience
        self.hop_seconds = HOP_SECONDS * patience
        self.links = [frozenset(link) for link in links]
        self.faults = {link: 0 for link in self.links}
        self.sound_since = {link: now for link in self.links}
        self.batches = {}  # (node, life, slot): Batch, spreading
        self.everywhere = None  # reports that have been at all nodes
        self.apart = Batch("", 0)  # reports that only killed nodes surely held

    def spoil(self, link, now):
        """A fault begins on a link."""
        with self.lock:
            self._advance(now)
            self.faults[frozenset(link)] += 1

    def mend(self, link, now):
        with self.lock:
            self._advance(now)
            self.faults[frozenset(link)] -= 1
            self.sound_since[frozenset(link)] = now

    def acknowledged(self, node, life, lives, client, report, now):
        """`lives` returns the node's present life."""
        with self.lock:
            if lives(node) != life:
                self.apart.add(client, report)
                return
            slot = int(now / SLOT_SECONDS)
            batch = self.batches.get((node, life, slot))
            if batch is None:
                batch = Batch(node, (slot + 1) * SLOT_SECONDS)
                self.batches[node, life, slot] = batch
            batch.add(client, report)

    def advance(self, now):
        with self.lock:
            self._advance(now)

    def killed(self, node, now):
        """Must be called once `lives` returns the node's new life."""
        with self.lock:
            self._advance(now)
            pools = list(self.batches.items())
            if self.everywhere:
                pools.append((None, self.everywhere))
            for key, batch in pools:
                batch.holders.pop(node, None)
                if not batch.holders:
                    self.apart.take_in(batch)
                    if key is None:
                        self.everywhere = None
                    else:
                        del self.batches[key]

    def connected(self, a, b, now):
        """Returns true if sound links that are surely up lead from a to b."""
        with self.lock:
            part, grown = {a}, True
            while grown and b not in part:
                grown = False
                for link in self.links:
                    if len(link & part) == 1 and self._up_from(link) <= now:
                        part |= link
                        grown = True
            return b in part

    def promised(self):
        """Returns the greatest report of each client that may not be lost."""
        with self.lock:
            all_of_it = Batch("", 0)
            for batch in (*self.batches.values(), self.everywhere):
                if batch is not None:
                    all_of_it.take_in(batch)
            return all_of_it.best

    def take_apart(self):
        """Returns the reports counted apart since the last call, as a Batch."""
        with self.lock:
            taken, self.apart = self.apart, Batch("", 0)
            return taken

    def _up_from(self, link):
        """Returns the time from which the link is surely up, if nothing happens."""
        if self.faults[link]:
            return float("inf")
        return self.sound_since[link] + self.link_seconds

    def _advance(self, now):
        for batch in (*self.batches.values(), *([self.everywhere] if self.everywhere else [])):
            # As many times as the longest path has links.
            for _ in self.nodes:
                if len(batch.holders) == len(self.nodes) or not self._hop(batch.holders, now):
                    break
        for key, batch in list(self.batches.items()):
            if len(batch.holders) < len(self.nodes):
                continue
            if self.everywhere is None:
                self.everywhere = batch
            elif len(self.everywhere.holders) == len(self.nodes):
                self.everywhere.take_in(batch)
            else:
                continue
            del self.batches[key]

    def _hop(self, holders, now):
        grown = False
        for link in self.links:
            if len(holders.keys() & link) != 1:
                continue
            (giver,), (taker,) = link & holders.keys(), link - holders.keys()
            arrives = max(holders[giver], self._up_from(link)) + self.hop_seconds
            if arrives <= now:
                holders[taker] = arrives
                grown = True
        return grown
