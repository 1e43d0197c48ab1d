"""Tests the graphs on which herds are measured, and that the front door knows every bench."""

import pathlib
import re
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FOLDER))

import main
import topology

COUNTS = (2, 3, 4, 5, 6, 7, 8, 16, 32, 64)


def degrees(nodes, links):
    return [sum(node in link for link in links) for node in nodes]


class TopologyTest(unittest.TestCase):
    def test_graphs_are_connected_and_name_each_link_once(self):
        for shape, make in topology.SHAPES.items():
            for count in COUNTS:
                with self.subTest(shape=shape, count=count):
                    nodes = topology.names(count)
                    links = make(nodes)
                    self.assertTrue(topology.connected(nodes, links))
                    self.assertEqual(len(links), len({frozenset(link) for link in links}))
                    self.assertTrue(all(a < b for a, b in links), links)

    def test_in_a_ring_all_have_two_neighbours(self):
        nodes = topology.names(8)
        self.assertEqual(degrees(nodes, topology.ring(nodes)), [2] * 8)

    def test_two_nodes_are_one_link(self):
        nodes = topology.names(2)
        for make in topology.SHAPES.values():
            self.assertEqual(make(nodes), [("N00", "N01")])

    def test_a_house_of_five_is_the_herd(self):
        roof, left, right, low_left, low_right = nodes = topology.names(5)
        self.assertEqual(topology.house(nodes), sorted([
            (roof, left), (roof, right), (left, right), (left, low_left), (right, low_right),
            (low_left, low_right)]))

    def test_houses_grow_by_storeys(self):
        for count in (7, 9, 63):
            nodes = topology.names(count)
            self.assertEqual(len(topology.house(nodes)), 3 * (count - 1) // 2, count)

    def test_a_node_left_over_is_the_cellar(self):
        nodes = topology.names(8)
        links = topology.house(nodes)
        self.assertEqual([link for link in links if nodes[-1] in link],
                         [(nodes[5], nodes[7]), (nodes[6], nodes[7])])

    def test_random_graphs_give_each_node_four_neighbours(self):
        for count in (6, 8, 16, 32, 64):
            nodes = topology.names(count)
            self.assertEqual(degrees(nodes, topology.regular(nodes)), [4] * count)

    def test_a_seed_repeats_its_graph(self):
        nodes = topology.names(32)
        self.assertEqual(topology.regular(nodes, seed=3), topology.regular(nodes, seed=3))
        self.assertNotEqual(topology.regular(nodes, seed=3), topology.regular(nodes, seed=4))

    def test_four_nodes_cannot_have_four_neighbours(self):
        nodes = topology.names(4)
        self.assertEqual(len(topology.regular(nodes)), 6)

    def test_odd_counts_have_no_graph_of_odd_degree(self):
        with self.assertRaises(ValueError):
            topology.regular(topology.names(7), degree=3)

    def test_a_graph_in_two_parts_is_not_connected(self):
        nodes = topology.names(4)
        self.assertFalse(topology.connected(nodes, [("N00", "N01"), ("N02", "N03")]))

    def test_a_flood_sends_to_all_neighbours_but_the_one_it_came_from(self):
        nodes = topology.names(5)
        self.assertEqual(topology.sends(nodes, topology.house(nodes)), 8)
        self.assertEqual(topology.sends(nodes, topology.ring(nodes)), 6)


class BenchesTest(unittest.TestCase):
    def test_the_front_door_knows_every_bench(self):
        script = (FOLDER.parents[1] / "tools" / "herd.d" / "bench.sh").read_text(encoding="utf-8")
        table = re.search(r"^BENCHES='\n(.*?)'$", script, re.DOTALL | re.MULTILINE).group(1)
        self.assertEqual([line.split()[0] for line in table.splitlines()], list(main.BENCHES))

    def test_every_bench_is_a_file(self):
        for name in main.BENCHES:
            self.assertTrue((FOLDER / "benches" / f"{name}.py").exists(), name)


if __name__ == "__main__":
    unittest.main()
