#!/usr/bin/env python3
"""Walks docs/tour.md on a real engine: runs the reader's commands, and compares their output.

    tour.py             runs every command and compares
    tour.py --record    runs every command and writes what it printed into the page

A command follows `$ ` in a block of `console`; the lines up to the next command are its output,
without errors and progress. Numbers and the widths of columns may differ. A comment in front of a
block modifies it:

    <!-- until: REGEX -->   its commands are repeated until the output matches
    <!-- silent -->         its output is neither shown nor compared
"""

import argparse
import contextlib
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "tour.md"
HERD_FILE = ROOT / "deploy" / "herd.compose.conf"
EVERYTHING = ["-f", "docker-compose.yml", "-f", "deploy/compose.sixth.yml"]

BLOCK = re.compile(r"(?P<open>(?:<!-- (?P<mark>[^>]*) -->\n)?```console\n)"
                   r"(?P<body>.*?)(?P<close>^```)", re.DOTALL | re.MULTILINE)
# Parts that may differ: digests, numbers with their signs, times of day.
NUMBER = re.compile(r"\b[0-9a-f]{16}\b|[+-]?\d+(?:[.,:]\d+)*")
# The maximum duration of a command, and how long one is repeated.
COMMAND_SECONDS = 1800
UNTIL_SECONDS = 90
PAUSE_SECONDS = 0.5


class Step:
    """A command of the page, and the output shown there."""

    def __init__(self, command, printed, until, silent):
        self.command = command
        self.printed = printed
        self.until = re.compile(until) if until else None
        self.silent = silent

    def run(self, environment):
        """Runs the commands and returns their output."""
        deadline = time.monotonic() + UNTIL_SECONDS
        while True:
            done = subprocess.run(["bash", "-c", self.command], cwd=ROOT, env=environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  timeout=COMMAND_SECONDS, check=False)
            if self.until is None or self.until.search(done.stdout):
                break
            if time.monotonic() > deadline:
                raise AssertionError(f"$ {self.command}\nnever printed {self.until.pattern}, "
                                     f"at last:\n{done.stdout}{done.stderr}")
            time.sleep(PAUSE_SECONDS)
        if self.silent and done.returncode != 0:
            raise AssertionError(f"$ {self.command}\nended with {done.returncode}:\n"
                                 f"{done.stdout}{done.stderr}")
        return done.stdout


def steps_of(block):
    """Returns the steps of a block that BLOCK has matched."""
    mark = block["mark"] or ""
    until = mark.removeprefix("until: ") if mark.startswith("until: ") else None
    steps = []
    for line in block["body"].splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:], [], until, mark == "silent"))
        elif steps:
            steps[-1].printed.append(line)
    return steps


def shape(lines):
    """Returns the parts that must be the same each time."""
    return [re.sub(r"\s+", " ", NUMBER.sub("0", line)).strip() for line in lines]


@contextlib.contextmanager
def left_as_found(environment):
    """A block that leaves neither containers nor changes of the herd file behind."""
    herd_file = HERD_FILE.read_bytes()
    try:
        yield
    finally:
        HERD_FILE.write_bytes(herd_file)
        subprocess.run(["docker-compose", *EVERYTHING, "down", "--volumes"], cwd=ROOT,
                       env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=False)


def walk(environment, say):
    """Runs the tour; raises AssertionError at the first output that differs from the page."""
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        for step in steps_of(block):
            began = time.monotonic()
            printed = step.run(environment).splitlines()
            if not step.silent and shape(printed) != shape(step.printed):
                difference = difflib.unified_diff(shape(step.printed), shape(printed), "the page",
                                                  "this run", lineterm="")
                raise AssertionError(f"$ {step.command}\n" + "\n".join(difference))
            say(f"ok    $ {step.command.splitlines()[0][:80]} ({time.monotonic() - began:.0f} s)")


def record(environment, say):
    """Runs the tour, and rewrites the page."""
    def rewritten(block):
        lines = []
        for step in steps_of(block):
            say(f"$ {step.command}")
            printed = step.run(environment)
            lines.append(f"$ {step.command}\n" + ("" if step.silent else printed))
        return block["open"] + "".join(lines) + block["close"]
    PAGE.write_text(BLOCK.sub(rewritten, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def environment_of(engine, compose_path, project, folder):
    """Returns an environment in which `docker` and `docker-compose` are those of the engine."""
    folder = pathlib.Path(folder)
    for name, path in (("docker", [engine.docker_path]), ("docker-compose", compose_path)):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {" ".join(path)} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return {**engine.environment, "PATH": f"{folder}:{os.environ['PATH']}",
            "COMPOSE_PROJECT_NAME": project, "NO_COLOR": "1"}


def main():
    import run as proof  # the engine, and its images
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    proof.need_free_ports()
    with tempfile.TemporaryDirectory() as folder, \
            proof.Engine([proof.BASE_IMAGE, proof.prometheus_image()]) as engine:
        environment = environment_of(engine, proof.Proof(engine).compose_path, proof.PROJECT,
                                     folder)
        with left_as_found(environment):
            (record if options.record else walk)(environment, proof.say)


if __name__ == "__main__":
    sys.exit(main())
