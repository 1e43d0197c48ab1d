"""The nodes as processes in namespaces: starts, kills and stops them, and sets clocks wrong."""

import json
import pathlib
import signal
import subprocess
import threading

import settings
from ports import LINK_PORTS
from scrape import Metrics
from waiting import eventually

TEXT, GRPC, HTTP, LINK = 10000, 11000, 12000, 13000
DIALLED = LINK if LINK_PORTS else GRPC  # by neighbours

FAKE_CLOCKS = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
REAL_TIMERS = settings.BIN / "libreal_timers.so"

STOP_SECONDS = 20

# A process with another exit code has ended by itself.
EXPECTED_ENDS = (None, 0, -signal.SIGKILL)


def clocks_can_lie():
    """Returns true if nodes can be given wrong clocks here."""
    # Both the library and a sanitizer's runtime must be loaded first.
    return bool(FAKE_CLOCKS) and REAL_TIMERS.exists() and not settings.SANITIZED


class Node:
    """`life` counts its starts and ends; it is odd while a process runs. Killed and stopped
    processes differ in the process itself."""

    def __init__(self, name):
        self.name = name
        self.process = None
        self.life = 0
        self.stopped = False

    @property
    def runs(self):
        return self.life % 2 == 1


class Status:
    """The status of all nodes from GetStatus, through herdctl."""

    def __init__(self, nodes):
        self.nodes = nodes

    def agree(self):
        """Returns true if all nodes serve and report that they hold the same."""
        return (all(node["state"] == "serving" for node in self.nodes)
                and len({(node["records"], node["digest"]) for node in self.nodes}) == 1)

    def missing_links(self):
        """Returns the streams that are not up, and why; and nodes that do not answer."""
        return [f"{node['name']} {what} {link['neighbour']} ({link['reason']})"
                for node in self.nodes for link in node.get("links", [])
                for what in ("outgoing", "incoming") if not link[what + "_up"]
                ] + [f"{node['name']} {node['state']}" for node in self.nodes
                     if node["state"] != "serving"]

    def __str__(self):
        return "; ".join([*(f"{node['name']} {node.get('records')} {node.get('digest')}"
                            for node in self.nodes), *self.missing_links()])


class Nodes:
    """All nodes. One thread starts and ends them; others may only look."""

    def __init__(self, world, folder, wrong_clocks):
        self.world = world
        self.wrong_clocks = wrong_clocks
        self.folder = folder
        self.nodes = {name: Node(name) for name in world.nodes}
        self.lock = threading.Lock()
        self.inner_file = folder / "herd.conf"
        self.inner_file.write_text(self._file(world.address), encoding="utf-8")
        self.outer_file = folder / "herd.clients.conf"
        self.outer_file.write_text(self._file(world.management_address), encoding="utf-8")
        for name in world.nodes:
            self.set_clock(name, 0)

    def _file(self, address):
        lines = ["herd faults"]
        link = f" link={LINK}" if LINK_PORTS else ""
        lines += [f"node {name} host={address(name)} text={TEXT} grpc={GRPC} http={HTTP}{link} "
                  "at=+34-118" for name in self.world.nodes]
        lines += [f"link {a} {b}" for a, b in self.world.links]
        return "\n".join(lines) + "\n"

    def text_address(self, name):
        return self.world.management_address(name), TEXT

    def life(self, name):
        return self.nodes[name].life

    def running(self):
        return [name for name, node in self.nodes.items() if node.runs and not node.stopped]

    def _clock_file(self, name):
        return self.folder / f"{name}.clock"

    def set_clock(self, name, seconds):
        """Sets how wrong the node's clock is from now on; it jumps within a second."""
        fresh = self.folder / f"{name}.clock.new"
        fresh.write_text(f"{seconds:+.3f}\n", encoding="utf-8")
        fresh.rename(self._clock_file(name))

    def start(self, name):
        node = self.nodes[name]
        command = []
        if self.wrong_clocks:
            # The monotonic clock does not jump when a machine's time is set.
            command = ["env", f"LD_PRELOAD={REAL_TIMERS}:{FAKE_CLOCKS[0]}",
                       f"FAKETIME_TIMESTAMP_FILE={self._clock_file(name)}",
                       "FAKETIME_CACHE_DURATION=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
                       "DONT_FAKE_MONOTONIC=1"]
        command += [settings.BIN / "herd-node", f"--herd={self.inner_file}", f"--name={name}",
                    "--listen=0.0.0.0", "--insecure_peers", "--places_address=embedded",
                    "--log_lines_per_second=0"]
        with open(self.log(name), "ab") as log:
            process = subprocess.Popen(self.world.command(name, *command),
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        with self.lock:
            node.process, node.stopped = process, False
            node.life += 1

    def kill(self, name):
        """Sends SIGKILL; returns once the process is gone."""
        node = self.nodes[name]
        with self.lock:
            node.life += 1
        node.process.kill()
        node.process.wait()

    def stop(self, name):
        self.nodes[name].stopped = True
        self.nodes[name].process.send_signal(signal.SIGSTOP)

    def go_on(self, name):
        self.nodes[name].process.send_signal(signal.SIGCONT)
        self.nodes[name].stopped = False

    def check_alive(self):
        """Fails if a process has ended without being killed."""
        for name, node in self.nodes.items():
            if node.runs and node.process.poll() is not None:
                raise AssertionError(f"{name} ended by itself with {node.process.returncode}:\n"
                                     + self.log(name).read_text(errors="replace")[-3000:])

    def log(self, name):
        return self.folder / f"{name}.log"

    def status(self):
        done = subprocess.run(
            [settings.BIN / "herdctl", "status", "--json", f"--herd={self.outer_file}"],
            stdout=subprocess.PIPE, check=False, timeout=60)
        return Status(json.loads(done.stdout)["nodes"])

    def round_trip_s(self, name, neighbour):
        """Returns how long the node's last heartbeat to a neighbour took, there and back."""
        metrics = Metrics(HTTP, host=self.world.management_address(name))
        return metrics.sum("proxyherd_link_round_trip_seconds", peer=neighbour)

    def up(self):
        for name in self.nodes:
            self.start(name)
        eventually("the herd is up", lambda: not self.status().missing_links(), 20, every=0.1)

    def close(self):
        """Stops all nodes in order; returns the errors of that."""
        problems = []
        for name, node in self.nodes.items():
            if node.runs and node.process.poll() is None:
                if node.stopped:
                    self.go_on(name)
                node.process.terminate()
        for name, node in self.nodes.items():
            if not node.process:
                continue
            try:
                node.process.wait(STOP_SECONDS * settings.PATIENCE)
            except subprocess.TimeoutExpired:
                node.process.kill()
                node.process.wait()
                problems.append(f"{name} did not stop within {STOP_SECONDS} s")
            if node.process.returncode not in EXPECTED_ENDS:
                problems.append(f"{name} ended with {node.process.returncode}")
        return problems
