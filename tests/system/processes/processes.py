"""The processes of a herd: their ports and files, how they start, and how they end.

Each process is ended by its id. If one ends in a way that the test did not request, or a sanitizer
complains about it, the test fails at close().
"""

import atexit
import pathlib
import signal
import subprocess
import tempfile

import settings
from ports import LINK_PORTS, free_ports
from scrape import Metrics, page
from waiting import eventually
from wire import Wire

NODES = ("Bailey", "Bona", "Campbell", "Clark", "Jaquez")
LINKS = (("Bailey", "Bona"), ("Bailey", "Campbell"), ("Bona", "Campbell"),
         ("Bona", "Clark"), ("Campbell", "Jaquez"), ("Clark", "Jaquez"))
PLACES = "places"

STOP_SECONDS = 20

# Log texts of a program that indicate an unplanned error.
COMPLAINTS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:",
              "WARNING: ThreadSanitizer", "terminate called", "Assertion")

RUNNING = set()  # processes that must not outlive this one


@atexit.register
def _end_all():
    for process in RUNNING:
        process.kill()


class Member:
    """A node or herd-places: its ports, and its process if it runs."""

    def __init__(self, name, ports, folder):
        self.name = name
        self.text, self.grpc, self.http, self.link = ports  # link: 0 if it has none
        self.log = folder / f"{name}.log"
        self.options = []  # more of the command line
        self.stderr = None  # a descriptor in place of the log
        self.before = None  # called in the new process before the program
        self.process = None
        self.paused = False

    @property
    def dialled(self):
        """Returns the port at which neighbours dial the node."""
        return self.link or self.grpc

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None


class Processes:
    """`wires=True` puts a Wire into each direction of each link. `name` is the herd's. With
    `link_ports`, nodes have ports for links of their own."""

    expected_ends = (0, -signal.SIGKILL)  # exit codes

    def __init__(self, folder, nodes=NODES, links=LINKS, name="seed", wires=False,
                 link_ports=LINK_PORTS):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="herd-", dir=folder))
        self.name = name
        self.nodes = nodes
        self.links = links
        self.link_ports = link_ports
        names = (*nodes, PLACES)
        free = free_ports(4 * len(names))
        self.members = {member: Member(member, self._ports_of(member, free[4 * i:4 * i + 4]),
                                       self.folder)
                        for i, member in enumerate(names)}
        self.wires = {}
        if wires:
            for a, b in [*links, *(reversed(link) for link in links)]:
                self.wires[a, b] = Wire(self.members[b].dialled)
        self.file = self.folder / "herd.conf"
        self.write_file()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close(check=kind is None)

    # The herd file.

    def write_file(self, nodes=None, links=None):
        """Writes the herd file, with only some of the nodes or other links."""
        self.file.write_text(self.file_text(nodes=nodes, links=links), encoding="utf-8")

    def give_new_ports(self, name):
        """Gives new ports to a process that does not run; write the herd file again afterwards."""
        member = self.members[name]
        assert not member.running
        member.text, member.grpc, member.http, member.link = self._ports_of(name, free_ports(4))

    def _ports_of(self, name, free):
        return (*free[:3], free[3] if self.link_ports and name != PLACES else 0)

    def lead_to(self, name, member):
        """Writes a herd file by which neighbours of `name` dial a member of another herd."""
        self.members[name].grpc, self.members[name].link = member.grpc, member.link
        self.write_file()

    def file_text(self, seen_by=None, nodes=None, links=None):
        """Returns the herd file; as `seen_by` one node, its neighbours are behind wires."""
        lines = [f"herd {self.name}"]
        for number, node in enumerate(nodes or self.nodes):
            member = self.members[node]
            wire = self.wires.get((seen_by, node))
            ports = {"text": member.text, "grpc": member.grpc, "http": member.http}
            ports["link" if member.link else "grpc"] = wire.port if wire else member.dialled
            lines.append(f"node {node} host=127.0.0.1 "
                         + " ".join(f"{key}={port}" for key, port in ports.items())
                         + f" at=+{number % 90}-118")
        lines += [f"link {a} {b}" for a, b in links or self.links]
        places = self.members[PLACES]
        lines.append(f"places host=127.0.0.1 grpc={places.grpc} http={places.http}")
        return "\n".join(lines) + "\n"

    def file_of(self, name):
        if not self.wires:
            return self.file
        path = self.folder / f"{name}.conf"
        path.write_text(self.file_text(seen_by=name), encoding="utf-8")
        return path

    # Processes.

    def program(self, name):
        """Returns a process's program and name option; compared servers override it."""
        if name == PLACES:
            return [settings.BIN / "herd-places"]
        return [settings.BIN / "herd-node", f"--name={name}"]

    def start(self, *names):
        """Starts processes; does not wait for them."""
        for name in names:
            member = self.members[name]
            assert not member.running, f"{name} is running"
            assert member.process is None or member.process.returncode in self.expected_ends, name
            with open(member.log, "ab") as log:
                member.process = subprocess.Popen(
                    [*self.program(name), f"--herd={self.file_of(name)}", *member.options],
                    stdin=subprocess.DEVNULL, stdout=log, preexec_fn=member.before,
                    stderr=log if member.stderr is None else member.stderr)
            RUNNING.add(member.process)

    def kill(self, *names):
        """Sends SIGKILL, as in a crash."""
        for name in names:
            assert self.members[name].running, f"{name} has ended by itself"
            self.members[name].process.kill()
        for name in names:
            self.members[name].process.wait()

    def stop(self, name):
        """Sends SIGTERM; returns the exit code."""
        self.members[name].process.terminate()
        return self.members[name].process.wait(STOP_SECONDS * settings.PATIENCE)

    def pause(self, name):
        """Sends SIGSTOP: the process exists and does nothing. Returns once all threads stand."""
        self.members[name].paused = True
        process = self.members[name].process
        process.send_signal(signal.SIGSTOP)
        tasks = pathlib.Path("/proc") / str(process.pid) / "task"

        def stand():
            return all(") T " in (task / "stat").read_text(encoding="ascii")
                       for task in tasks.iterdir())
        eventually(f"{name} stands still", stand)

    def go_on(self, name):
        self.members[name].process.send_signal(signal.SIGCONT)
        self.members[name].paused = False

    def running(self):
        return [name for name in self.nodes if self.members[name].running]

    def close(self, check=True):
        """Stops everything in order. With `check`, an error in that fails the test."""
        members = [member for member in self.members.values() if member.process is not None]
        for member in members:
            if member.running and member.paused:
                self.go_on(member.name)
            if member.running:
                member.process.terminate()
        problems = []
        for member in members:
            RUNNING.discard(member.process)
            try:
                code = member.process.wait(STOP_SECONDS * settings.PATIENCE)
            except subprocess.TimeoutExpired:
                member.process.kill()
                code = f"{member.process.wait()}, since it did not stop"
            if code not in self.expected_ends:
                problems.append(f"{member.name} ended with {code}")
            log = self.log(member.name)
            problems += [f"{member.name} says:\n{log[log.index(word):][:3000]}"
                         for word in COMPLAINTS if word in log]
        for wire in self.wires.values():
            wire.close()
        if check and problems:
            raise AssertionError("; ".join(problems) + "\n" + self.log_tails())

    def log_tails(self, lines=12):
        """Returns the ends of all logs, for investigating a failure."""
        text = ""
        for member in self.members.values():
            if member.log.exists():
                log = member.log.read_text(encoding="utf-8", errors="replace").splitlines()
                wrong = [line for line in log if "Sanitizer" in line or "runtime error" in line]
                text += f"--- {member.log}\n" + "\n".join(wrong[:20] + log[-lines:]) + "\n"
        return text

    def log(self, name):
        return self.members[name].log.read_text(encoding="utf-8", errors="replace")

    # The processes' views of themselves.

    def metrics(self, name):
        return Metrics(self.members[name].http)

    def metric(self, member, family, **labels):
        return self.metrics(member).sum(family, **labels)

    def http(self, name, path):
        return page(self.members[name].http, path)

    def ready(self, name):
        return self.http(name, "/readyz")[0] == 200

    def wait_serving(self, *names, seconds=15):
        for name in names:
            eventually(f"{name} serves", lambda name=name: self.ready(name), seconds)
