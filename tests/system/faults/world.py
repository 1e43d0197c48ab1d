"""Network namespaces: one for each node, a cable for each link, and a management network through
which clients reach every node and which no fault touches.

All of it lives inside namespaces of this process alone (see enter), so that the kernel removes it,
and ends every process in it, however this process ends.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys

INSIDE = "HERD_FAULTS_INSIDE"

PR_SET_PDEATHSIG = 1  # of linux/prctl.h

# The addresses are arbitrary, because these networks have no other users.
HERD_NET = "10.83.0"
MANAGEMENT_NET = "10.84.0"

# Packets of the delaying proxies carry this mark, which exempts them from diversion.
PROXY_MARK = 0x66


def unable():
    """Returns why this machine cannot play the faults; empty if it can."""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    missing = [tool for tool in ("unshare", "ip", "nft", "mount") if not shutil.which(tool)]
    if missing:
        return f"these programs are missing: {' '.join(missing)}"
    probe = subprocess.run(["unshare", *NAMESPACES, "sh", "-c",
                            "mount -t tmpfs tmpfs /run && nft add table ip probe"],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return f"no namespaces here: {probe.stdout.strip()[-200:]}" if probe.returncode else ""


NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def enter():
    """Runs this command again inside new namespaces, and ends with its exit code; returns at once
    if this process is already inside."""
    if os.environ.get(INSIDE):
        return
    inner = subprocess.Popen(["unshare", *NAMESPACES, sys.executable, *sys.argv],
                             env={**os.environ, INSIDE: "1"}, preexec_fn=_die_with_parent)
    # unshare itself waits, and ignores Ctrl-C and SIGTERM. If it is killed, the kernel ends
    # everything inside.
    signal.signal(signal.SIGTERM, lambda *_: inner.kill())
    while True:
        try:
            sys.exit(inner.wait())
        except KeyboardInterrupt:
            # The process inside has received it too, and sums up; a second one kills it.
            signal.signal(signal.SIGINT, lambda *_: inner.kill())


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run(*command, text=None):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout.strip()}\n{text or ''}")


def cable_end(here, there):
    """Returns the name of `here`'s interface to `there`; the kernel allows 15 letters."""
    return f"{here[:6]}-{there[:6]}".lower()


class World:
    """Namespaces have the names of their nodes."""

    # File systems of this process: names of namespaces, and what SIGKILLed processes leave behind.
    PRIVATE, SHARED_MEMORY = "/run", "/dev/shm"

    def __init__(self, nodes, links):
        self.nodes = nodes
        self.links = links
        for place in (self.PRIVATE, self.SHARED_MEMORY):
            run("mount", "-t", "tmpfs", "tmpfs", place)
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "name", "management", "type", "bridge")
        run("ip", "addr", "add", f"{MANAGEMENT_NET}.254/24", "dev", "management")
        run("ip", "link", "set", "management", "up")
        for node in nodes:
            self._add_node(node)
        for a, b in links:
            self._add_cable(a, b)
        for node in nodes:
            self.set_rules(node, [], [], [])

    def address(self, node):
        """Returns the address at which neighbours reach the node."""
        return f"{HERD_NET}.{self.nodes.index(node) + 1}"

    def management_address(self, node):
        """Returns the address at which clients reach the node."""
        return f"{MANAGEMENT_NET}.{self.nodes.index(node) + 1}"

    def neighbours(self, node):
        return [b if a == node else a for a, b in self.links if node in (a, b)]

    @staticmethod
    def command(node, *command):
        """Returns a command that runs in the node's namespace and keeps the process id."""
        return ["ip", "netns", "exec", node, *command]

    def _add_node(self, node):
        run("ip", "netns", "add", node)
        self.ip(node, "link", "set", "lo", "up")
        self.ip(node, "addr", "add", f"{self.address(node)}/32", "dev", "lo")
        end = f"m-{node[:9]}".lower()
        run("ip", "link", "add", "name", end, "type", "veth", "peer", "name", "clients",
            "netns", node)
        run("ip", "link", "set", end, "master", "management", "up")
        self.ip(node, "addr", "add", f"{self.management_address(node)}/24", "dev", "clients")
        self.ip(node, "link", "set", "clients", "up")

    def _add_cable(self, a, b):
        run("ip", "-netns", a, "link", "add", "name", cable_end(a, b), "type", "veth", "peer",
            "name", cable_end(b, a), "netns", b)
        # A neighbour has one address, which is reached through the direct cable or not at all.
        for here, there in ((a, b), (b, a)):
            self.ip(here, "link", "set", cable_end(here, there), "up")
            self.ip(here, "route", "add", f"{self.address(there)}/32", "dev",
                    cable_end(here, there), "src", self.address(here))

    @staticmethod
    def ip(node, *arguments):
        run("ip", "-netns", node, *arguments)

    def set_rules(self, node, incoming, outgoing, diverted):
        """Replaces all of a node's rules at once: nft statements for incoming packets, for outgoing
        packets, and for where the connections that it opens are diverted."""
        text = """table ip faults
            delete table ip faults
            table ip faults {
              chain in { type filter hook input priority 0; %s; }
              chain out { type filter hook output priority 0; %s; }
              chain divert { type nat hook output priority -100; %s; }
            }""" % tuple("; ".join(rules) for rules in (incoming, outgoing, diverted))
        run("ip", "netns", "exec", node, "nft", "-f", "-", text=text)
