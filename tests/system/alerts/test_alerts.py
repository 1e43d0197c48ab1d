"""Tests that the alerts are right, tested, and explained."""

import re
import shutil
import subprocess
import unittest

import rule_files
from rule_files import ROOT, RULE_FILES, TEST_FILES

OURS = ROOT / "build" / "tools" / "bin" / "promtool"
PROMTOOL = str(OURS) if OURS.exists() else shutil.which("promtool")

ANNOTATIONS = {"summary", "description", "runbook_url"}
SEVERITIES = {"critical", "warning"}
PARTS = ["What it means", "What users feel", "Look first", "What to do"]
LOOKS = 3
RECORD = re.compile(r"[a-z_]+:[a-z_]+:[a-z0-9_]+")


class PromtoolTest(unittest.TestCase):
    def promtool(self, *arguments):
        self.assertIsNotNone(PROMTOOL, "there is no promtool here; ./herd test fetches it")
        done = subprocess.run([PROMTOOL, *arguments], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_rules_are_rules(self):
        self.promtool("check", "rules", "--lint=all", "--lint-fatal", *RULE_FILES)

    def test_the_configuration_finds_them(self):
        # docker-compose.yml mounts the same file beside the same folder.
        self.promtool("check", "config", ROOT / "deploy" / "prometheus.yml")
        compose = rule_files.load(ROOT / "docker-compose.yml")
        mounts = compose["services"]["prometheus"]["volumes"]
        self.assertIn("./deploy/prometheus.yml:/etc/prometheus/prometheus.yml:ro", mounts)
        self.assertIn("./deploy/rules:/etc/prometheus/rules:ro", mounts)

    def test_the_alerts_fire_when_they_should(self):
        self.assertTrue(TEST_FILES)
        self.promtool("test", "rules", *TEST_FILES)


class AlertsTest(unittest.TestCase):
    def test_each_says_what_a_person_needs(self):
        self.assertTrue(rule_files.alerts())
        for name, rule in rule_files.alerts().items():
            with self.subTest(alert=name):
                self.assertRegex(name, r"^Proxyherd([A-Z][a-z]+)+$")
                self.assertIn(rule["labels"]["severity"], SEVERITIES)
                self.assertIn("for", rule)
                self.assertEqual(set(rule["annotations"]), ANNOTATIONS)
                self.assertEqual(rule["annotations"]["runbook_url"],
                                 f"docs/runbook.md#{name.lower()}")

    def test_each_has_a_reason_above_it(self):
        text = "".join(path.read_text(encoding="utf-8") for path in RULE_FILES)
        for name in rule_files.alerts():
            self.assertRegex(text, rf"\n      # .+\n      - alert: {name}\n")

    def test_each_is_tested_silent_firing_and_silent_again(self):
        self.assertEqual(set(rule_files.alerts()), rule_files.tested_alerts())

    def test_recordings_are_named_by_level_metric_and_operations(self):
        for rule in rule_files.recordings():
            self.assertRegex(rule["record"], RECORD)
            self.assertNotIn("_total:", rule["record"])


class RunbookTest(unittest.TestCase):
    def setUp(self):
        text = rule_files.RUNBOOK.read_text(encoding="utf-8")
        self.sections = rule_files.runbook_sections(text)

    def test_it_has_a_paragraph_for_each_alert_in_their_order(self):
        self.assertEqual(list(self.sections), list(rule_files.alerts()))

    def test_each_paragraph_has_its_parts_and_commands(self):
        for name, section in self.sections.items():
            with self.subTest(alert=name):
                parts, looks = rule_files.parts_of(section)
                self.assertEqual(parts, PARTS)
                self.assertEqual(len(looks), LOOKS)


class ReadingTest(unittest.TestCase):
    """Tests that the checks above can fail."""

    def test_families_and_labels_are_found(self):
        found = rule_files.selectors('rate(proxyherd_a_total{x="1", y=~"2|3", job="j"}[5m]) '
                                     '/ process_b == instance:proxyherd_c:ratio{x="4"} '
                                     'and instance:proxyherd_d:ratio{node="e"} > up')
        self.assertEqual(list(found), [("proxyherd_a_total", False, {"x": ["1"], "y": ["2", "3"]}),
                                       ("process_b", False, {}),
                                       ("proxyherd_c", True, {"x": ["4"]})])

    def test_a_test_without_an_end_is_none(self):
        silent, firing = [], [{"exp_labels": {}}]
        for states, whole in (([silent, firing, silent], True), ([silent, firing], False),
                              ([firing, silent], False), ([silent, silent], False)):
            cases = [{"alertname": "A", "eval_time": f"{minute}m30s", "exp_alerts": state}
                     for minute, state in enumerate(states, 9)]
            with self.subTest(states=states):
                self.assertEqual(rule_files.shows_all(cases, "A"), whole)
                self.assertFalse(rule_files.shows_all(cases, "B"))

    def test_parts_and_looks_are_counted(self):
        parts, looks = rule_files.parts_of(
            "**One.** text\n\n**Two.**\n1. `a`\n2. b:\n\n        c\n3. d\n\n**Three.** text\n")
        self.assertEqual(parts, ["One", "Two", "Three"])
        self.assertEqual(len(looks), 2)


if __name__ == "__main__":
    unittest.main()
