"""The servers that speak the herd's protocol: how each is made ready, and how a node starts."""

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
    """The programs that are not on this machine, as text; empty when all are."""
    return " and ".join(program for program in NEEDS[server] if shutil.which(program) is None)


def prepare(server):
    """Compiles the servers that need it."""
    if server == "java":
        CLASSES.mkdir(parents=True, exist_ok=True)
        subprocess.run(["javac", "-Xlint:all", "-Werror", "-d", CLASSES,
                        *sorted(FOLDER.glob("*.java"))], check=True)


def program(server, name):
    """The command line of a node, as the release of each language is run; `--herd=FILE` is to be
    added. All but the name of the node is left to the defaults of the runtime."""
    return {
        "asyncio": ["python3", FOLDER / "asyncio_herd.py"],
        "java": ["java", "-cp", CLASSES, "ThreadsHerd"],
        "node": ["node", FOLDER / "node_herd.js"],
    }[server] + [f"--name={name}"]


def version(server):
    """The runtime's name and version, in one line."""
    said = subprocess.run([NEEDS[server][-1], "--version"], stdout=subprocess.PIPE, check=True,
                          text=True).stdout
    return said.splitlines()[0]
