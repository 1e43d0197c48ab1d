"""Graphs to flood over: rings, houses, and random ones in which each node has four neighbours."""

import random


def names(count):
    """Of nodes, in alphabetical order."""
    return [f"N{number:02}" for number in range(count)]


def _links(nodes, pairs):
    """Each link once, the lesser name first."""
    return sorted({tuple(sorted((nodes[a], nodes[b]))) for a, b in pairs})


def ring(nodes):
    """Two nodes are one link."""
    count = len(nodes)
    return _links(nodes, [(i, (i + 1) % count) for i in range(count)])


def house(nodes):
    """The five-node herd, grown: one node is the roof over a ladder, whose every rung is a storey;
    each storey's two nodes are linked with each other and with those above. When a node is left
    over it is the cellar: to the lowest storey what the roof is to the highest."""
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
    """A random connected graph in which each node has `degree` neighbours; with too few nodes for
    that, all are linked with all. The same seed gives the same graph."""
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
        # Ends drawn at random may give loops and double links; then others are drawn.
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
    """How often a flood sends an update when each node passes it on once to all but the one it came
    from, and nothing crosses on the way."""
    return 2 * len(links) - len(nodes) + 1


SHAPES = {"ring": ring, "house": house, "random 4-regular": regular}
