"""Tests herdctl as an operator uses it: wrong usage, and completion in a real bash."""

import os
import pathlib
import subprocess
import tempfile

import settings
from case import HerdTest
from processes import NODES

HERDCTL = settings.BIN / "herdctl"

# Completes COMP_LINE as bash does, and prints the candidates.
COMPLETE = r"""
shopt -s progcomp
compopt() { :; }
source <("$HERDCTL" completion bash)
complete -p herdctl >/dev/null || exit 1
# Bash breaks words at '=', too.
eval "COMP_WORDS=(${1//=/ = })"
[[ $1 == *' ' || $1 == *= ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
[[ $1 == *= ]] && unset "COMP_WORDS[COMP_CWORD]" && COMP_CWORD=$((COMP_CWORD - 1))
_herdctl
printf '%s\n' "${COMPREPLY[@]}"
"""


def herdctl(*words, **environment):
    return subprocess.run([HERDCTL, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False, timeout=60,
                          env={**os.environ, **environment})


class UsageTest(HerdTest):
    def refused(self, code, text, *words):
        done = herdctl(*words)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertIn(text, done.stderr)

    def test_wrong_usage_is_told_on_stderr_with_its_exit_code(self):
        self.refused(2, "a command is required")
        self.refused(2, "did you mean 'nodes'?", "node")
        self.refused(2, "did you mean '--json'?", "nodes", "--jsno")
        self.refused(1, "did you mean '--addr'?", "health", "--adr=x:1")

    def test_a_herd_file_that_is_none(self):
        with tempfile.TemporaryDirectory() as folder:
            wrong = pathlib.Path(folder) / "wrong.conf"
            wrong.write_text("herd seed\nnode Clark\nlink Clark Nobody\n", encoding="ascii")
            for command in (("status",), ("nodes",), ("find-node", "+1+1"), ("notice", "words"),
                            ("client", "Clark")):
                self.refused(2, "wrong.conf:2: ", *command, f"--herd={wrong}")
                self.refused(2, f"{folder}/absent.conf", *command,
                             f"--herd={folder}/absent.conf")
                self.refused(2, folder, *command, f"--herd={folder}")

    def test_a_node_that_is_none(self):
        herd = self.make_herd()
        for command in (("client", "Clrk"), ("nodes", "--node=Clrk"),
                        ("find-node", "+1+1", "--node=Clrk"), ("notice", "words", "--node=Clrk")):
            done = herd.herdctl(*command)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("no node called 'Clrk' in ", done.stderr)
            self.assertIn("did you mean 'Clark'?", done.stderr)

    def test_health_has_the_codes_of_grpc_health_probe(self):
        herd = self.running_herd(nodes=("Bona", "Clark"), links=(("Bona", "Clark"),))
        address = f"--addr=127.0.0.1:{herd.members['Clark'].grpc}"
        for code, words in ((0, (address,)),
                            (0, (address, "--service=proxyherd.peer.v1.PeerService")),
                            (1, ()),
                            (3, (address, "--service=no.such.Service"))):
            self.assertEqual(herdctl("health", *words).returncode, code, words)
        by_environment = herdctl("health", HERDCTL_ADDR=address.removeprefix("--addr="))
        self.assertEqual((by_environment.returncode, by_environment.stdout),
                         (0, "status: SERVING\n"))
        herd.kill("Clark")
        self.assertEqual(herdctl("health", address).returncode, 2)


class CompletionTest(HerdTest):
    def offered(self, line, folder="."):
        done = subprocess.run(["bash", "-c", COMPLETE, "bash", line], cwd=folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=60, env={**os.environ, "HERDCTL": str(HERDCTL)})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_commands(self):
        self.assertEqual(self.offered("herdctl st"), ["status"])
        self.assertIn("find-node", self.offered("herdctl "))
        self.assertEqual(self.offered("herdctl --v"), ["--version"])

    def test_options_of_the_command(self):
        self.assertEqual(sorted(self.offered("herdctl nodes --")),
                         ["--help", "--herd=", "--json", "--node="])
        self.assertEqual(self.offered("herdctl status --w"), ["--wait="])
        self.assertEqual(self.offered("herdctl frobnicate --"), [])

    def test_nodes_of_the_herd_file(self):
        herd = self.make_herd()
        self.assertEqual(self.offered(f"herdctl client --herd={herd.file} "), list(NODES))
        self.assertEqual(self.offered(f"herdctl client --herd {herd.file} Cl"), ["Clark"])
        self.assertEqual(self.offered(f"herdctl nodes --herd={herd.file} --node="), list(NODES))
        self.assertEqual(self.offered(f"herdctl nodes --herd={herd.file} --node=B"),
                         ["Bailey", "Bona"])
        # Without the option, the file that herdctl reads by default.
        (herd.folder / "deploy").mkdir()
        herd.file.rename(herd.folder / "deploy" / "herd.conf")
        self.assertEqual(self.offered("herdctl client J", herd.folder), ["Jaquez"])
        self.assertEqual(self.offered("herdctl client J", "/"), [])

    def test_files_and_choices(self):
        herd = self.make_herd()
        self.assertEqual(self.offered("herdctl status --herd=her", herd.folder), ["herd.conf"])
        self.assertEqual(self.offered("herdctl completion "), ["bash"])
        self.assertEqual(self.offered("herdctl status --wait="), [])
