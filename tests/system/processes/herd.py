"""A herd of real processes, and the language in which the tests play with it.

    herd = self.running_herd()
    at_line = herd.iamat("Clark", "kiwi")
    herd.kill("Clark")
    herd.known_at("Bailey", "kiwi", at_line)
"""

import contextlib
import json
import subprocess

import settings
from processes import Processes
from talk import Talk, iamat_line, to_bytes, whatsat_line
from waiting import eventually

PIPELINED = 500  # commands in flight when many are sent: their replies fit into one output


class Herd(Processes):
    """All processes of a herd. See Processes for its arguments."""

    def up(self, *names):
        """Starts these nodes, or all. Returns when they serve and all links between running nodes
        are up."""
        self.start(*(names or self.members))
        self.wait_serving(*(names or self.members))
        self.wait_linked()
        self.check_wires()

    # Links.

    def check_wires(self):
        """Fails if a link goes past its wires: a test that cuts them would cut nothing."""
        running = set(self.running())
        past = [ends for ends, wire in self.wires.items() if set(ends) <= running and not wire.open]
        assert not past, f"not through their wires: {past}"

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

    @contextlib.contextmanager
    def stopped(self, name):
        """For the length of a block, a process exists but does nothing."""
        self.pause(name)
        try:
            yield
        finally:
            self.go_on(name)

    # The herd's view of itself.

    def herdctl(self, command, *rest, given="", seconds=60):
        """Returns the finished process of `herdctl COMMAND` with the herd's file."""
        herdctl = settings.BIN / "herdctl"
        if not herdctl.exists():
            herdctl = settings.ROOT / "build" / "release" / "bin" / "herdctl"
        return subprocess.run([herdctl, command, *rest, f"--herd={self.file}"], input=given,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False, timeout=seconds)

    def status(self):
        """Returns, by node, the status of nodes that answer; see `herdctl status --json`."""
        said = json.loads(self.herdctl("status", "--json").stdout)
        return {node["name"]: node for node in said["nodes"] if "links" in node}

    def told(self, name):
        """Returns a node's view of all nodes; see `herdctl nodes --json`."""
        return json.loads(self.herdctl("nodes", "--json", f"--node={name}").stdout)

    def states(self, name):
        """Returns the state of each node as `name` knows it."""
        return {node["name"]: node["state"] for node in self.told(name)["nodes"]}

    def wait_state(self, name, state, seconds=10):
        """Returns when all running nodes know that a node is in a state."""
        for reader in self.running():
            eventually(f"{reader} knows that {name} is {state}",
                       lambda reader=reader: self.states(reader)[name] == state, seconds)

    def links_up(self, links):
        """Returns true if both streams of these links are up, as both ends see them."""
        status = self.status()
        ups = {(node, link["neighbour"]) for node, said in status.items() for link in said["links"]
               if link["outgoing_up"] and link["incoming_up"]}
        return all((a, b) in ups and (b, a) in ups for a, b in links)

    def wait_linked(self, seconds=10):
        running = set(self.running())
        links = [link for link in self.links if set(link) <= running]
        eventually(f"links {links} are up", lambda: self.links_up(links), seconds, every=0.05)

    def wait_agree(self, names=None, records=None, seconds=15):
        """Returns when the tables of these nodes, or of all running ones, are equal."""
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
        """Sends lines as the classic client does; returns everything that comes back."""
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
        """Returns a node's AT line of a client; None if it has none."""
        reply = self.ask(name, whatsat_line(client)).split(b"\n")[0]
        return reply if reply.startswith(b"AT ") else None

    def known_at(self, name, client, at_line, seconds=5):
        """Returns when the node answers with exactly this line for the client."""
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
                    assert replies[client].startswith(b"AT "), replies[client]
            return replies

    def at_lines(self, name, clients):
        """Returns a node's answers about many clients: AT lines, or refusals."""
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
    """Kills nodes with SIGKILL for the length of a block."""
    herd.kill(*names)
    yield
    herd.up(*names)
