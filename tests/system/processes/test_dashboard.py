"""Every query of Grafana's dashboard returns data from a Prometheus that scrapes a busy herd."""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request

import settings
from case import HerdTest
from herd import Herd
from ports import free_ports
from talk import iamat_line, whatsat_line
from waiting import eventually

GRAFANA = settings.ROOT / "deploy" / "grafana"
DASHBOARD = GRAFANA / "dashboards" / "proxyherd.json"
# Unpacked beside promtool; an installed Prometheus is also used.
UNPACKED = settings.ROOT / "build" / "tools" / "prometheus" / "usr" / "bin" / "prometheus"
PROMETHEUS = str(UNPACKED) if UNPACKED.exists() else shutil.which("prometheus")

# Grafana would put these in place of its variables.
VARIABLES = {"$__rate_interval": "10s", "$node": ".*"}

CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
{jobs}
"""
JOB = """  - job_name: {job}
    static_configs:
"""
TARGET = """      - {{targets: ['127.0.0.1:{port}'], labels: {{node: {node}}}}}
"""


def queries():
    """Returns (panel, query) of all panels."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [(panel["title"], target["expr"])
            for panel in panels for target in panel.get("targets", [])]


class Prometheus:
    """A Prometheus that scrapes a herd, like deploy/prometheus.yml in containers."""

    def __init__(self, folder, herd):
        self.port, = free_ports(1)
        folder = pathlib.Path(folder) / "prometheus"
        folder.mkdir()
        jobs = {"herd-node": herd.nodes, "herd-places": ["places"]}
        file = folder / "prometheus.yml"
        file.write_text(CONFIGURATION.format(jobs="".join(
            JOB.format(job=job) + "".join(
                TARGET.format(port=herd.members[name].http, node=name) for name in names)
            for job, names in jobs.items())), encoding="utf-8")
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [PROMETHEUS, f"--config.file={file}", f"--storage.tsdb.path={folder / 'data'}",
                 f"--web.listen-address=127.0.0.1:{self.port}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def close(self):
        self.process.kill()
        self.process.wait()

    def ask(self, query):
        """Returns the samples that a query finds now; none while Prometheus does not answer yet."""
        url = (f"http://127.0.0.1:{self.port}/api/v1/query?"
               + urllib.parse.urlencode({"query": query}))
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{query}: {error.read().decode()}") from None
        except OSError:
            return []


class DashboardTest(HerdTest):
    def test_the_file_is_what_the_script_writes(self):
        written = subprocess.run([sys.executable, GRAFANA / "make_dashboard.py"],
                                 stdout=subprocess.PIPE, check=True)
        self.assertEqual(written.stdout.decode(), DASHBOARD.read_text(encoding="utf-8"))

    def test_panels_neither_overlap_nor_leave_the_page(self):
        taken = set()
        for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
            place = panel["gridPos"]
            cells = {(place["x"] + x, place["y"] + y)
                     for x in range(place["w"]) for y in range(place["h"])}
            self.assertTrue(all(x < 24 for x, _ in cells), panel["title"])
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells

    @unittest.skipIf(PROMETHEUS is None, "there is no Prometheus here")
    def test_every_query_finds_data(self):
        herd = self.herd_with_all_guards()
        prometheus = Prometheus(self.folder, herd)
        self.addCleanup(prometheus.close)
        found = {}

        def missing():
            self.load(herd)
            for panel, query in queries():
                for name, value in VARIABLES.items():
                    query = query.replace(name, value)
                self.assertNotIn("$", query, panel)
                # 0/0 is not a number, and shows nothing.
                values = [float(sample["value"][1]) for sample in prometheus.ask(query)]
                found[panel, query] = found.get((panel, query)) or any(v == v for v in values)
            return [question for question, there in found.items() if not there]

        try:
            eventually("all queries find data", lambda: not missing(), seconds=40, every=0.5)
        except AssertionError as error:
            raise AssertionError(f"{error}; nothing for {missing()}") from None
        self.assertGreater(len(found), 30)

    def herd_with_all_guards(self):
        """Starts a herd that asks Google in vain, at a port without a server, so that the breaker
        opens and the next provider answers."""
        key_file = self.folder / "key.txt"
        key_file.write_text("AIzaSyNotARealKey\n", encoding="ascii")
        nobody, = free_ports(1)
        herd = Herd(self.folder)
        herd.members["places"].options = [
            "--places=google,world", f"--places_api_key_file={key_file}",
            f"--google_endpoint=http://127.0.0.1:{nobody}", "--google_budget_per_day=100"]
        self.herds.append(herd)
        self.addCleanup(herd.close)
        herd.up()
        return herd

    @staticmethod
    def load(herd):
        """Makes a little of every load: reports, queries, an unknown client, an invalid line."""
        for node in herd.nodes:
            herd.ask(node, iamat_line(f"kiwi-{node}"))
            herd.ask(node, "WHATSAT nobody 1 1", "nonsense")
            with herd.talk(node) as talk:
                talk.send(whatsat_line(f"kiwi-{node}", 10, 3))
                talk.line()
                talk.places()
