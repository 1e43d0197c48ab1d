"""Tests that alerts and runbook use existing metrics, and that the runbook's commands work."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import grpcurl
import settings
from case import HerdTest
from herd import Herd

sys.path.insert(0, str(settings.ROOT / "tests" / "system" / "alerts"))
import rule_files  # noqa: E402: found by the line above

# Networks of docker-compose.yml, as commands of the runbook name them.
NETWORK = re.compile(r"docker network \w+ \S+")
# Commands that ask a herd on this machine, and the ports of deploy/herd.conf in them.
COMMAND = re.compile(r"`((?:curl|grpcurl) [^`]*127\.0\.0\.1:\d+[^`]*)`")
PORT = re.compile(r"127\.0\.0\.1:(\d+)")
# Searches the log for events, which do not occur in a healthy herd.
HAPPENED = ".* [1-9]'"


class RuleMetricsTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        herd = cls.herd = cls.herd_with_google()
        herd.iamat("Clark", "kiwi")
        cls.samples = {}
        for member in herd.members:
            for name, labels, _ in herd.metrics(member).samples:
                cls.samples.setdefault(name, []).append(labels)

    @classmethod
    def herd_with_google(cls):
        """Starts two nodes, and herd-places with all its guards; Google itself is never asked."""
        key_file = cls.folder / "key.txt"
        key_file.write_text("AIzaSyNotARealKey\n", encoding="ascii")
        herd = Herd(cls.folder, nodes=("Bona", "Clark"), links=(("Bona", "Clark"),))
        herd.members["places"].options = [
            "--places=google,world", f"--places_api_key_file={key_file}",
            "--google_budget_per_day=100"]
        cls.herds.append(herd)
        cls.addClassCleanup(herd.close)
        herd.up()
        return herd

    def test_the_rules_read_what_is_there(self):
        seen = 0
        for rule in rule_files.all_rules():
            for family, is_recorded, wanted in rule_files.selectors(rule["expr"]):
                seen += 1
                with self.subTest(rule=rule.get("alert") or rule["record"], family=family):
                    names = [family + ending for ending in ("", "_total", "_bucket")
                             if is_recorded or not ending]
                    samples = [sample for name in names for sample in self.samples.get(name, [])]
                    self.assertTrue(samples)
                    for label, values in wanted.items():
                        there = {labels.get(label) for labels in samples}
                        self.assertLessEqual(set(values), there)
        self.assertGreater(seen, len(rule_files.recordings()))

    def test_the_runbook_names_what_is_there(self):
        text = NETWORK.sub("", rule_files.RUNBOOK.read_text(encoding="utf-8"))
        # A command may search for the beginnings of names.
        names = set(re.findall(r"\b(?:proxyherd|process)_\w+", text))
        self.assertTrue(names)
        unknown = [name for name in sorted(names)
                   if not any(sample.startswith(name) for sample in self.samples)]
        self.assertEqual(unknown, [])

    @unittest.skipIf(grpcurl.PROGRAM is None, grpcurl.REASON)
    @unittest.skipIf(shutil.which("curl") is None, "there is no curl here")
    def test_the_commands_of_the_runbook_answer(self):
        clark, places = self.herd.members["Clark"], self.herd.members["places"]
        ports = {"11003": clark.grpc, "12003": clark.http, "11010": places.grpc,
                 "12010": places.http}
        path = f"{pathlib.Path(grpcurl.PROGRAM).parent}:{os.environ['PATH']}"
        commands = set(COMMAND.findall(rule_files.RUNBOOK.read_text(encoding="utf-8")))
        self.assertGreater(len(commands), len(rule_files.alerts()))
        for command in sorted(commands):
            with self.subTest(command=command):
                ours = PORT.sub(lambda found: f"127.0.0.1:{ports[found.group(1)]}", command)
                done = subprocess.run(
                    ["bash", "-o", "pipefail", "-c", ours.replace(HAPPENED, "'")], text=True,
                    env={**os.environ, "PATH": path}, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, timeout=60 * settings.PATIENCE, check=False)
                self.assertEqual(done.returncode, 0, done.stdout)
                self.assertTrue(done.stdout)
