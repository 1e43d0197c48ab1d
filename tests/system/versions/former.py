"""Builds of former sources, each from a separate git worktree below build/versions."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
FILE = pathlib.Path(__file__).resolve().parent / "previous.txt"
FOLDER = ROOT / "build" / "versions"
# The headers with the version of the links' protocol and with the herd file: the present ones, and
# those of 0.1.0.
LINK_MESSAGES = ("peer/protocol/link_messages.h", "peer/link_messages.h")
HERD_FILES = ("config/herd_file.h", "node/herd_file.h")


class Missing(Exception):
    """The history is missing; the message gives the remedy."""


def pinned(text):
    """Returns the commits of a previous.txt by name."""
    commits = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, commit = line.split()
        assert re.fullmatch(r"[0-9a-f]{40}", commit), f"previous.txt: {line}"
        assert name not in commits, f"previous.txt: {name} twice"
        commits[name] = commit
    return commits


def header(sources, paths):
    """Returns the text of the one of these headers that the sources have."""
    return next(sources / path for path in paths
                if (sources / path).exists()).read_text(encoding="utf-8")


def link_protocol(sources):
    """Returns the version of the links' protocol that these sources use."""
    text = header(sources, LINK_MESSAGES)
    return int(re.search(r"kLinkProtocolVersion = (\d+);", text).group(1))


def knows_link_ports(sources):
    """Returns true if these sources read `link=` of the herd file; others refuse such a file."""
    return "link_port" in header(sources, HERD_FILES)


def git(*arguments, root=ROOT):
    return subprocess.run(["git", "-C", root, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def check_history(commits, root=ROOT):
    """Raises Missing if a commit is not in the repository."""
    for name, commit in commits.items():
        if git("cat-file", "-e", f"{commit}^{{commit}}", root=root).returncode == 0:
            continue
        shallow = git("rev-parse", "--is-shallow-repository", root=root)
        if shallow.returncode != 0:
            raise Missing("these sources are no git repository, so there are no former ones")
        hint = ("this clone is shallow: `git fetch --unshallow` brings them"
                if shallow.stdout.strip() == "true"
                else "`git fetch` may bring it; else choose another in "
                     "tests/system/versions/previous.txt")
        raise Missing(f"the commit of '{name}' ({commit[:12]}) is not here; {hint}")


class Former:
    """A former build: its sources, and the folder of its programs."""

    def __init__(self, name, commit):
        self.name = name
        self.commit = commit
        self.sources = FOLDER / f"{commit[:12]}-src"
        self.tree = FOLDER / commit[:12]
        self.bin = self.tree / "bin"

    def check_out(self):
        if (self.sources / "CMakeLists.txt").exists():
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        git("worktree", "prune")
        done = git("worktree", "add", "--force", "--detach", str(self.sources), self.commit)
        assert done.returncode == 0, done.stdout

    def build(self):
        """Builds its herd-node; the output of builds goes to stdout."""
        print(f"Building '{self.name}', {self.commit[:12]}.", flush=True)
        self.check_out()
        if not (self.tree / "build.ninja").exists():
            subprocess.run(["cmake", "-S", self.sources, "-B", self.tree, "-G", "Ninja",
                            "-DCMAKE_BUILD_TYPE=Release"], check=True)
        subprocess.run(["ninja", "-C", self.tree, "herd-node"], check=True)

    def link_protocol(self):
        return link_protocol(self.sources)
