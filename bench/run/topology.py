"""Graphs to flood over: rings, houses, and random ones in which each node has four neighbours."""

import random


def names(count):
    """Returns names of nodes, in alphabetical order."""
    return [f"N{number:02}" for number in range(count)]


def _links(nodes, pairs):
    """Returns each link once, the lesser name first."""
    return sorted({tuple(sorted((nodes[a], nodes[b]))) for a, b in pairs})


def ring(nodes):
    """Returns a ring; two nodes have one link."""
    count = len(nodes)
    return _links(nodes, [(i, (i + 1) % count) for i in range(count)])


def house(nodes):
    """The five-node herd, grown: one node is the roof over a ladder, and every rung is a storey.
    The two nodes of a storey are linked with each other and with those above. If a node is left
    over, it is the cellar: linked with the lowest storey as the roof is with the highest."""
    count = len(nodes)
    storeys = [(1 + 2 * i, 2 + 2 * i) for i in range((count - 1) // 2)]
    pairs = list(storeys)
    for above, below in zip(storeys, storeys[1:], strict=False):
        pairs += zip(above, below, strict=True)
    if storeys:
        pairs += [(0, wall) for wall in storeys[0]]
    if count % 2 == 0:
        pairs += [(count - 1, wall) for wall in (storeys[-1] if storeys else (0,))]
    return _links(nodes, pairs)


def regular(nodes, degree=4, seed=1):
    """Returns a random connected graph in which each node has `degree` neighbours; if there are too
    few nodes, all are linked with all. The same seed gives the same graph."""
    count = len(nodes)
    if count <= degree + 1:
        return _links(nodes, [(a, b) for a in range(count) for b in range(a)])
    if count * degree % 2:
        raise ValueError(f"{count} nodes cannot have {degree} neighbours each")
    dice = random.Random(f"{count} {degree} {seed}")
    while True:
        ends = [node for node in range(count) for _ in range(degree)]
        dice.shuffle(ends)
        pairs = list(zip(ends[::2], ends[1::2], strict=True))
        links = _links(nodes, [(a, b) for a, b in pairs if a != b])
        # Ends drawn at random may form loops and double links; then new ones are drawn.
        if len(links) == len(pairs) and connected(nodes, links):
            return links


def connected(nodes, links):
    seen, waiting = {nodes[0]}, [nodes[0]]
    while waiting:
        node = waiting.pop()
        for link in links:
            if node in link:
                fresh = set(link) - seen
                seen |= fresh
                waiting += fresh
    return len(seen) == len(nodes)


def sends(nodes, links):
    """Returns how many times a flood sends an update if each node passes it on once, to all but its
    source, and nothing crosses on the way."""
    return 2 * len(links) - len(nodes) + 1


SHAPES = {"ring": ring, "house": house, "random 4-regular": regular}
