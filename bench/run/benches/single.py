"""Parts that several benches share: single servers, asked the same in different protocols."""

import contextlib

import loader
from herds import lone
from programs import Echo, Redis

# (contestant, work of herd-bench) by server.
ECHO = "bare echo"
REDIS_WORKS = {"Redis SET": "set", "Redis GEOADD": "geoadd", "Redis HSET": "hset"}


def add_asked(contest, load, contestant, server, work, **flags):
    """Adds a contestant whose server asks no other: its CPU time is that of the measured part."""
    pids = ",".join(map(str, server.pids))
    contest.add(contestant, lambda: loader.figures(
        load.run(work, server.ports, pids=pids, **flags)))


class LoneNode:
    """A lone node with the members of the other servers: `ports` and `pids`."""

    def __init__(self, herd):
        self.herd = herd
        self.ports = herd.text_ports()
        self.pids = herd.process_ids()


@contextlib.contextmanager
def others(contest, load, folder, redis=tuple(REDIS_WORKS), **flags):
    """Adds the bare echo and these works of Redis, which run for the length of the block."""
    with contextlib.ExitStack() as stack:
        add_asked(contest, load, ECHO, stack.enter_context(Echo(folder)), "echo", **flags)
        if why := Redis.missing():
            for name in redis:
                contest.skip(name, why)
        else:
            server = stack.enter_context(Redis(folder))
            for name in redis:
                add_asked(contest, load, name, server, REDIS_WORKS[name], **flags)
        yield stack


@contextlib.contextmanager
def lone_node(folder):
    with lone(folder) as herd:
        yield LoneNode(herd)
