"""Reads the rules of deploy/rules, their tests, and the runbook."""

import pathlib
import re

import yaml

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[2]
RULE_FILES = sorted((ROOT / "deploy" / "rules").glob("*.yml"))
TEST_FILES = sorted(FOLDER.glob("*_test.yml"))
RUNBOOK = ROOT / "docs" / "runbook.md"

# A metric family of ours in an expression, possibly inside a recorded name, with the conditions on
# its labels.
SELECTOR = re.compile(r"(?<![\w:])([a-z_]+:)?((?:proxyherd|process|grpc)_\w+)(?::\w+)?(?![\w:])"
                      r"\s*(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
# Labels that Prometheus adds, not the programs.
TARGET_LABELS = {"job", "instance", "node"}

PART = re.compile(r"^\*\*([^*]+)\.\*\*", re.MULTILINE)
LOOK = re.compile(r"^\d\. .*?(?=^\d\. |^\*\*|\Z)", re.MULTILINE | re.DOTALL)
SECONDS = {"h": 3600, "m": 60, "s": 1}


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def all_rules():
    groups = [group for path in RULE_FILES for group in load(path)["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def alerts():
    """Returns the alerts by name."""
    return {rule["alert"]: rule for rule in all_rules() if "alert" in rule}


def recordings():
    return [rule for rule in all_rules() if "record" in rule]


def selectors(expression):
    """Returns (family, is_recorded, {label: values}) for each family that an expression reads.
    Alternatives of a regular expression are separate values.

    Of recorded names only those with labels are returned: promtool's tests know whether names
    exist, but not whether the programs have such labels. Their families lack `_total` and
    `_bucket`."""
    for level, family, matchers in SELECTOR.findall(expression):
        labels = {label: values.split("|") for label, values in MATCHER.findall(matchers)
                  if label not in TARGET_LABELS}
        if labels or not level:
            yield family, bool(level), labels


def seconds(duration):
    """Returns the seconds of a duration as promtool's tests write it, e.g. 1h2m3s."""
    return sum(int(count) * SECONDS[unit] for count, unit in re.findall(r"(\d+)([hms])", duration))


def shows_all(cases, alert):
    """Returns true if these cases of one test show the alert silent, firing, and silent again."""
    states = [bool(case.get("exp_alerts"))
              for case in sorted(cases, key=lambda case: seconds(case["eval_time"]))
              if case["alertname"] == alert]
    return True in states and not states[0] and not states[-1]


def tested_alerts():
    """Returns the alerts for which some test shows all three states."""
    tests = [test["alert_rule_test"] for path in TEST_FILES for test in load(path)["tests"]]
    return {case["alertname"] for cases in tests for case in cases
            if shows_all(cases, case["alertname"])}


def runbook_sections(text):
    """Returns the runbook's sections by their headings."""
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def parts_of(section):
    """Returns the names of a section's parts, and its numbered steps that show a command."""
    looks = [look for look in LOOK.findall(section) if "`" in look or "\n        " in look]
    return PART.findall(section), looks
