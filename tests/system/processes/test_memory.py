"""Tests the nodes' use of memory: the limit that they find, the reports that they refuse, and which
limit binds the others. Nodes that are really full are in tests/system/memory."""

import subprocess

import settings
from case import HerdTest
from herd import clients
from talk import iamat_line
from waiting import eventually

LIMITS = "proxyherd_gateway_limit_hits_total"
SMALLEST_TABLE = 8 << 20


class MemoryTest(HerdTest):
    def pair(self, *options_of_bona):
        herd = self.make_herd(nodes=("Bona", "Clark"), links=(("Bona", "Clark"),))
        herd.members["Bona"].options = list(options_of_bona)
        herd.up("Bona", "Clark")
        return herd

    def refuses(self, herd, node, client):
        line = iamat_line(client)
        return herd.ask(node, line) == b"? " + line + b"\n"

    def test_a_node_says_what_memory_it_found(self):
        herd = self.pair("--memory=536870912")
        self.assertIn("memory: 512 MiB (set by --memory); 160 MiB for the table", herd.log("Bona"))
        self.assertRegex(herd.log("Clark"),
                         r"memory: [\d.]+ [MG]iB \((the machine's|memory\.|RLIMIT)")

    def test_what_cannot_fit_is_an_error_before_anything_listens(self):
        herd = self.pair()
        done = subprocess.run(
            [settings.BIN / "herd-node", f"--herd={herd.file}", "--name=Clark",
             "--memory=536870912", "--max_clients=10000000", "--max_table_bytes=1000000000"],
            capture_output=True, text=True, check=False, timeout=20)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--max_clients=10000000: at most 1677721 fit", done.stderr)
        self.assertIn("--max_table_bytes=1000000000: at most 167772160 fit", done.stderr)

    def test_the_least_number_of_clients_binds_all_until_its_node_drains(self):
        herd = self.pair("--max_clients=5")
        eventually("Bona binds Clark", lambda: "Bona takes no more than 5 clients"
                   in herd.log("Clark"))
        self.assertIn("a node's limits bind the others: Bona takes no more than 5 clients",
                      herd.herdctl("status").stdout)
        self.assertEqual(herd.metric("Clark", "proxyherd_table_max_records"), 5)
        for client in clients("known-", 5):
            herd.iamat("Clark", client)
        self.assertTrue(self.refuses(herd, "Clark", "new"))
        self.assertEqual(herd.metric("Clark", LIMITS, limit="clients"), 1)
        for client in clients("known-", 5):
            herd.iamat("Clark", client)

        self.assertEqual(herd.herdctl("drain", "Bona").returncode, 0)
        eventually("Bona binds no more", lambda:
                   "this node is no longer bound by another node's limits" in herd.log("Clark"))
        herd.iamat("Clark", "new")

    def test_the_least_table_binds_all(self):
        herd = self.pair(f"--max_table_bytes={SMALLEST_TABLE}")
        eventually("Bona binds Clark", lambda: f"no more than {SMALLEST_TABLE} bytes of table"
                   in herd.log("Clark"))
        taken = []
        while not self.refuses(herd, "Clark", f"{len(taken)}-".ljust(3000, "x")):
            taken.append(f"{len(taken)}-".ljust(3000, "x"))
            self.assertLess(len(taken), 10_000)
        self.assertGreater(len(taken), 1000)
        self.assertGreater(herd.metric("Clark", LIMITS, limit="table_bytes"), 0)
        self.assertRegex(herd.herdctl("status").stdout, r"Clark is \d+ % full: ")
        # A known client is still accepted, unless its record grows a lot.
        herd.iamat("Clark", taken[0])
        grown = f"+1.{'3' * 900}-1"
        refused = 0
        for client in taken:
            reply = herd.ask("Clark", iamat_line(client, grown))
            refused += reply.startswith(b"? ")
        self.assertGreater(refused, len(taken) // 2)
        herd.iamat("Clark", taken[0])
        herd.wait_agree()
        self.assertLess(herd.metric("Bona", "proxyherd_table_footprint_bytes"),
                        SMALLEST_TABLE * 1.1)
