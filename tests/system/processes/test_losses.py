"""Tests the ten ways to lose two nodes of five."""

import itertools

from case import HerdTest
from herd import killed
from processes import LINKS, NODES

SPLITS = [{"Bona", "Campbell"}, {"Bona", "Jaquez"}, {"Campbell", "Clark"}]


def parts(survivors):
    """Returns the survivors in groups that can still reach each other."""
    found = []
    rest = set(survivors)
    while rest:
        part, grown = set(), {min(rest)}
        while part != grown:
            part = grown
            grown = part | {b for link in LINKS for a, b in (link, link[::-1])
                            if a in part and b in rest}
        found.append(part)
        rest -= part
    return found


class LossesTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.herd = cls.class_herd()

    def test_each_pair_of_nodes_can_be_lost(self):
        splits = 0
        for pair in itertools.combinations(NODES, 2):
            with self.subTest(lost=pair):
                survivors = set(NODES) - set(pair)
                islands = parts(survivors)
                self.assertEqual(len(islands) > 1, set(pair) in SPLITS)
                splits += len(islands) > 1
                with killed(self.herd, *pair):
                    reports = self.report_at(survivors, "-".join(pair))
                    self.known_in_islands(reports, islands)
                self.herd.wait_agree()
                for client, at_line in reports.values():
                    for node in NODES:
                        self.assertEqual(self.herd.at_line(node, client), at_line)
        self.assertEqual(splits, len(SPLITS))

    def report_at(self, nodes, suffix):
        return {node: (client := f"{node}-without-{suffix}", self.herd.iamat(node, client))
                for node in nodes}

    def known_in_islands(self, reports, islands):
        """Checks that each part knows its own reports, and none of another part."""
        for island in islands:
            for node in island:
                for reporter, (client, at_line) in reports.items():
                    if reporter in island:
                        self.herd.known_at(node, client, at_line)
                    else:
                        self.assertIsNone(self.herd.at_line(node, client))
