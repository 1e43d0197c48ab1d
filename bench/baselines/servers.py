"""The servers that speak the herd's protocol: how each is prepared, and how a node starts."""

import pathlib
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
CLASSES = ROOT / "build" / "baselines"

# Server -> the programs that it needs, by their names on the PATH.
NEEDS = {
    "asyncio": ("python3",),
    "java": ("javac", "java"),
    "node": ("node",),
}


def missing(server):
    """Returns the programs missing on this machine, as text; empty if all are present."""
    return " and ".join(program for program in NEEDS[server] if shutil.which(program) is None)


def prepare(server):
    """Compiles the servers that need it."""
    if server == "java":
        CLASSES.mkdir(parents=True, exist_ok=True)
        subprocess.run(["javac", "-Xlint:all", "-Werror", "-d", CLASSES,
                        *sorted(FOLDER.glob("*.java"))], check=True)


def program(server, name):
    """Returns the command line of a node, with each language's runtime as it is released;
    `--herd=FILE` must be added. Everything but the node's name has the runtime's default."""
    return {
        "asyncio": ["python3", FOLDER / "asyncio_herd.py"],
        "java": ["java", "-cp", CLASSES, "ThreadsHerd"],
        "node": ["node", FOLDER / "node_herd.js"],
    }[server] + [f"--name={name}"]


def version(server):
    """Returns the runtime's name and version, in one line."""
    said = subprocess.run([NEEDS[server][-1], "--version"], stdout=subprocess.PIPE, check=True,
                          text=True).stdout
    return said.splitlines()[0]
