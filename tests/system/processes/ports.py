"""The ports of a herd."""

import os
import pathlib
import random
import socket

LEAST = 15_000

ESTABLISHED = "01"  # in /proc/net/tcp

# Whether real nodes get `link=` in the herd files of tests.
LINK_PORTS = True

# This process's part of them, if several run side by side: "0/2" is the first half.
PART, PARTS = map(int, os.environ.get("HERD_PORTS", "0/1").split("/"))


def _most():
    """Returns a bound below the range from which the system gives ports to outgoing connections, so
    that none of these takes the port of a node that is down."""
    text = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii")
    return max(int(text.split()[0]), LEAST + 1000)


def _free(port):
    with socket.socket() as probe:
        # Like the nodes: ignores connections of an earlier process.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count):
    """Returns neighbouring ports that are free now."""
    size = (_most() - LEAST) // PARTS
    least = LEAST + PART * size
    for _ in range(1000):
        first = random.randrange(least, least + size - count)
        block = range(first, first + count)
        if all(_free(port) for port in block):
            return list(block)
    raise RuntimeError("no free ports")


def established(port):
    """Returns how many connections a listener at this port has accepted and not closed yet."""
    count = 0
    for table in ("tcp", "tcp6"):
        path = pathlib.Path("/proc/net") / table
        if not path.exists():  # tcp6 of a machine without IPv6
            continue
        for line in path.read_text(encoding="ascii").splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            count += state == ESTABLISHED and int(local.rpartition(":")[2], 16) == port
    return count
