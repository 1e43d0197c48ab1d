"""A herd of real processes, and the language in which the tests play with it.

    with Herd(folder) as herd:
        herd.up()
        at = herd.iamat("Clark", "kiwi")
        herd.kill("Clark")
        herd.known_at("Bailey", "kiwi", at)

Every process is ended by its id. A process that ends as the test did not ask for, or that a
sanitizer complains about, fails the test at close().
"""

import atexit
import contextlib
import json
import pathlib
import signal
import subprocess
import tempfile

import settings
from ports import free_ports
from scrape import Metrics, page
from talk import Talk, iamat_line, to_bytes, whatsat_line
from waiting import eventually
from wire import Wire

NODES = ("Bailey", "Bona", "Campbell", "Clark", "Jaquez")
LINKS = (("Bailey", "Bona"), ("Bailey", "Campbell"), ("Bona", "Campbell"),
         ("Bona", "Clark"), ("Campbell", "Jaquez"), ("Clark", "Jaquez"))
PLACES = "places"

STOP_SECONDS = 20
PIPELINED = 500  # commands in flight when many are sent: their replies fit what a node keeps unsent
COMPLAINTS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:",
              "WARNING: ThreadSanitizer", "terminate called", "Assertion")

RUNNING = set()  # processes that must not outlive this one


@atexit.register
def _end_all():
    for process in RUNNING:
        process.kill()


class Member:
    """A node or herd-places: its ports, and its process when it has one."""

    def __init__(self, name, ports, folder):
        self.name = name
        self.text, self.grpc, self.http = ports
        self.log = folder / f"{name}.log"
        self.options = []  # more of the command line
        self.process = None
        self.paused = False

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None


class Herd:
    """`wires=True` puts a Wire into each direction of each link. `name` is the herd's."""

    def __init__(self, folder, nodes=NODES, links=LINKS, name="seed", wires=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="herd-", dir=folder))
        self.name = name
        self.nodes = nodes
        self.links = links
        ports = iter(free_ports(3 * (len(nodes) + 1)))
        self.members = {member: Member(member, (next(ports), next(ports), next(ports)), self.folder)
                        for member in (*nodes, PLACES)}
        self.wires = {}
        if wires:
            for a, b in [*links, *(reversed(link) for link in links)]:
                self.wires[a, b] = Wire(self.members[b].grpc)
        self.file = self.folder / "herd.conf"
        self.file.write_text(self.file_text(), encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close(check=kind is None)

    # The herd file.

    def file_text(self, seen_by=None, name=None):
        """The herd file; as one node sees it, its neighbours are behind wires."""
        lines = [f"herd {name or self.name}"]
        for node in self.nodes:
            member = self.members[node]
            wire = self.wires.get((seen_by, node))
            lines.append(f"node {node} host=127.0.0.1 text={member.text} "
                         f"grpc={wire.port if wire else member.grpc} http={member.http} at=+34-118")
        lines += [f"link {a} {b}" for a, b in self.links]
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

    def start(self, *names):
        """Starts processes; does not wait for anything."""
        for name in names:
            member = self.members[name]
            assert not member.running, f"{name} is running"
            command = [settings.BIN / "herd-places"] if name == PLACES else [
                settings.BIN / "herd-node", f"--name={name}"]
            with open(member.log, "ab") as log:
                member.process = subprocess.Popen(
                    [*command, f"--herd={self.file_of(name)}", *member.options],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            RUNNING.add(member.process)

    def up(self, *names):
        """Starts these, or all; returns when they serve and all links between running nodes are
        up."""
        self.start(*(names or self.members))
        self.wait_serving(*(names or self.members))
        self.wait_linked()

    def kill(self, *names):
        for name in names:
            self.members[name].process.kill()
        for name in names:
            self.members[name].process.wait()

    def stop(self, name):
        """SIGTERM; returns the exit code."""
        self.members[name].process.terminate()
        return self.members[name].process.wait(STOP_SECONDS * settings.PATIENCE)

    def pause(self, name):
        """SIGSTOP: the process is there and does nothing."""
        self.members[name].paused = True
        self.members[name].process.send_signal(signal.SIGSTOP)

    def go_on(self, name):
        self.members[name].process.send_signal(signal.SIGCONT)
        self.members[name].paused = False

    def running(self):
        return [name for name in self.nodes if self.members[name].running]

    def close(self, check=True):
        """Stops everything in order. With `check`, what goes wrong in that fails the test."""
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
            if code not in (0, -signal.SIGKILL):
                problems.append(f"{member.name} ended with {code}")
            log = self.log(member.name)
            problems += [f"{member.name} says:\n{log[log.index(word):][:3000]}"
                         for word in COMPLAINTS if word in log]
        for wire in self.wires.values():
            wire.close()
        if check and problems:
            raise AssertionError("; ".join(problems) + "\n" + self.log_tails())

    def log_tails(self, lines=12):
        """The ends of all logs, for whoever looks into a failure."""
        text = ""
        for member in self.members.values():
            if member.log.exists():
                log = member.log.read_text(encoding="utf-8", errors="replace").splitlines()
                wrong = [line for line in log if "Sanitizer" in line or "runtime error" in line]
                text += f"--- {member.log}\n" + "\n".join(wrong[:20] + log[-lines:]) + "\n"
        return text

    def log(self, name):
        return self.members[name].log.read_text(encoding="utf-8", errors="replace")

    # Links.

    def both_ways(self, a, b):
        return (self.wires[a, b], self.wires[b, a])

    def cut(self, a, b):
        for wire in self.both_ways(a, b):
            wire.cut()

    def hold_still(self, a, b):
        for wire in self.both_ways(a, b):
            wire.hold_still()

    def heal(self, a, b):
        for wire in self.both_ways(a, b):
            wire.heal()

    # What the herd says of itself.

    def status(self):
        """By node, what GetStatus tells of the nodes that answer; see `herdctl status --json`."""
        herdctl = settings.BIN / "herdctl"
        if not herdctl.exists():
            herdctl = settings.ROOT / "build" / "release" / "bin" / "herdctl"
        done = subprocess.run([herdctl, "status", "--json", f"--herd={self.file}"],
                              stdout=subprocess.PIPE, check=False, timeout=60)
        return {node["name"]: node for node in json.loads(done.stdout)["nodes"] if "links" in node}

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

    def links_up(self, links):
        """Whether both streams of these links are up, as both ends see them."""
        status = self.status()
        ups = {(node, link["neighbour"]) for node, said in status.items() for link in said["links"]
               if link["outgoing_up"] and link["incoming_up"]}
        return all((a, b) in ups and (b, a) in ups for a, b in links)

    def wait_linked(self, seconds=10):
        running = set(self.running())
        links = [link for link in self.links if set(link) <= running]
        eventually(f"links {links} are up", lambda: self.links_up(links), seconds, every=0.05)

    def wait_agree(self, names=None, records=None, seconds=15):
        """Returns when the tables of these nodes, or of all that run, are equal."""
        names = set(names or self.running())

        def look():
            said = {name: node for name, node in self.status().items() if name in names}
            tables = {(node["records"], node["digest"]) for node in said.values()}
            return (set(said) == names and len(tables) == 1
                    and records in (None, next(iter(tables))[0]))
        eventually(f"{sorted(names)} agree on {records or 'their'} records", look, seconds, 0.1)

    # Clients.

    def talk(self, name, **options):
        return Talk(self.members[name].text, **options)

    def ask(self, name, *lines):
        """Sends lines as the classic client does; all that comes back."""
        with self.talk(name) as talk:
            talk.send(*lines)
            talk.half_close()
            return talk.rest()

    def iamat(self, name, client, *location_and_time):
        """Reports a client; returns its AT line."""
        line = iamat_line(client, *location_and_time)
        reply = self.ask(name, line)
        assert reply.startswith(b"AT %s " % to_bytes(name)), reply
        assert reply.endswith(line[len(b"IAMAT"):] + b"\n"), reply
        return reply[:-1]

    def at_line(self, name, client):
        """What a node knows of a client; None when nothing."""
        reply = self.ask(name, whatsat_line(client)).split(b"\n")[0]
        return reply if reply.startswith(b"AT ") else None

    def known_at(self, name, client, at_line, seconds=5):
        """Returns when the node says just this of the client."""
        eventually(f"{name} knows {client} by {at_line}",
                   lambda: self.at_line(name, client) == at_line, seconds)

    def report_many(self, name, clients, *location_and_time):
        """Reports many clients over one connection; returns their AT lines by client."""
        with self.talk(name) as talk:
            replies = {}
            for begin in range(0, len(clients), PIPELINED):
                some = clients[begin:begin + PIPELINED]
                talk.send(*(iamat_line(client, *location_and_time) for client in some))
                for client in some:
                    replies[client] = talk.line()
            return replies

    def at_lines(self, name, clients):
        """What a node knows of many clients: AT lines, or refusals."""
        with self.talk(name) as talk:
            found = {}
            for begin in range(0, len(clients), PIPELINED):
                some = clients[begin:begin + PIPELINED]
                talk.send(*(whatsat_line(client) for client in some))
                for client in some:
                    found[client] = talk.line()
                    if found[client].startswith(b"AT "):
                        talk.places()
            return found


def clients(prefix, count):
    return [f"{prefix}{number}" for number in range(count)]


@contextlib.contextmanager
def killed(herd, *names):
    """Nodes that are away for the length of a block, by SIGKILL."""
    herd.kill(*names)
    yield
    herd.up(*names)
