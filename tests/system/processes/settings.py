"""Where the programs are, how much load the tests make, and how long they wait. Set by run.py."""

import os
import pathlib
import resource
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[3]
BIN = ROOT / os.environ.get("HERD_BIN", "build/release/bin")

# Programs under a sanitizer use several times the time and memory, so bounds on memory are not
# checked there, and waits are longer.
SANITIZED = b"__asan_init" in (BIN / "herd-node").read_bytes()
PATIENCE = 4 if SANITIZED else 1
# The share of the load that the tests make; 1 is all of it.
SCALE = float(os.environ.get("HERD_SCALE", "0.25" if SANITIZED else "1"))

# Thousands of connections need as many descriptors, here and in the nodes, which inherit the limit.
_, HARD = resource.getrlimit(resource.RLIMIT_NOFILE)
MAX_FILES = min(HARD, 20_000)
resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_FILES, HARD))

# Measurements made by tests, as (name, text); run.py shows them at the end.
MEASURED = []


def scaled(count, least=1):
    """Returns a number of clients, lines or connections, smaller where programs are slow."""
    return max(least, int(count * SCALE))


def measured(what, text):
    MEASURED.append((what, text))


def tool(name):
    """Returns a program that ./herd keeps in build/tools, or one of the machine; else None."""
    ours = ROOT / "build" / "tools" / "bin" / name
    return str(ours) if ours.exists() else shutil.which(name)
