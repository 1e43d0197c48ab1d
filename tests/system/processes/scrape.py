"""The HTTP pages of a process, and the numbers on /metrics."""

import re
import urllib.error
import urllib.request

import settings

SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def page(port, path, host="127.0.0.1"):
    """Returns (status, body); (0, reason) without an answer."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}{path}",
                                    timeout=10 * settings.PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


class Metrics:
    """A snapshot of a process's numbers."""

    def __init__(self, port, host="127.0.0.1"):
        status, self.text = page(port, "/metrics", host)
        if status != 200:
            raise AssertionError(f"/metrics of port {port}: {status} {self.text}")
        self.samples = []
        for line in self.text.splitlines():
            if match := SAMPLE.match(line):
                name, labels, value = match.groups()
                self.samples.append((name, dict(LABEL.findall(labels or "")), float(value)))

    def sum(self, name, **labels):
        """Returns the sum of all samples with these labels; fails if there are none."""
        values = [value for sample, has, value in self.samples
                  if sample == name and labels.items() <= has.items()]
        if not values:
            raise AssertionError(f"no metric {name} with {labels}")
        return sum(values)

    def families(self):
        return set(re.findall(r"^# TYPE (\S+) ", self.text, re.MULTILINE))
