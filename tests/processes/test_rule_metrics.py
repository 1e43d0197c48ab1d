"""Alerts and runbook speak of metrics that the programs have."""

import re
import sys

import settings
from case import HerdTest
from herd import Herd

sys.path.insert(0, str(settings.ROOT / "tests" / "alerts"))
import rule_files  # noqa: E402: found by the line above

# What commands of the runbook name that are networks of docker-compose.yml.
NETWORK = re.compile(r"docker network \w+ \S+")


class RuleMetricsTest(HerdTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        herd = cls.herd_with_google()
        cls.samples = {}
        for member in herd.members:
            for name, labels, _ in herd.metrics(member).samples:
                cls.samples.setdefault(name, []).append(labels)

    @classmethod
    def herd_with_google(cls):
        """Two nodes, and herd-places with all its guards; Google itself is never asked."""
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
            for family, wanted in rule_files.selectors(rule["expr"]):
                seen += 1
                with self.subTest(rule=rule.get("alert") or rule["record"], family=family):
                    self.assertIn(family, self.samples)
                    for label, values in wanted.items():
                        there = {labels.get(label) for labels in self.samples[family]}
                        self.assertLessEqual(set(values), there)
        self.assertGreater(seen, len(rule_files.recordings()))

    def test_the_runbook_names_what_is_there(self):
        text = NETWORK.sub("", rule_files.RUNBOOK.read_text(encoding="utf-8"))
        # A command may look for the beginnings of names.
        names = set(re.findall(r"\b(?:proxyherd|process)_\w+", text))
        self.assertTrue(names)
        unknown = [name for name in sorted(names)
                   if not any(sample.startswith(name) for sample in self.samples)]
        self.assertEqual(unknown, [])
