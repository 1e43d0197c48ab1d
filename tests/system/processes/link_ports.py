"""The steps of docs/operations.md by which a running herd gets ports for links, or loses them."""

import signal

from ports import established, free_ports
from waiting import eventually


def neighbours(herd, name):
    return [b if a == name else a for a, b in herd.links if name in (a, b)]


def set_link_port(herd, name, port):
    """Restarts a node with `link=port` in its line, or without the key if `port` is 0. Returns when
    its neighbours dial it there, and no longer where it was dialled before."""
    member = herd.members[name]
    before = member.dialled
    assert herd.stop(name) == 0, herd.log_tails()
    member.link = port
    herd.write_file()
    said = f"reloaded: {name} is dialled at 127.0.0.1:{member.dialled} (was 127.0.0.1:{before})"
    for neighbour in neighbours(herd, name):
        seen = len(herd.log(neighbour))
        herd.members[neighbour].process.send_signal(signal.SIGHUP)
        eventually(f"{neighbour} says: {said}",
                   lambda neighbour=neighbour, seen=seen: said in herd.log(neighbour)[seen:])
    herd.up(name)
    check_dialled(herd, name)


def check_dialled(herd, name):
    """Checks that a node's neighbours, and they alone, hold connections to the port at which it is
    to be dialled. (At `grpc=` a herdctl may still have one, so it has to be over soon.)"""
    member = herd.members[name]
    count = len(neighbours(herd, name))
    eventually(f"{name} has {count} connections at {member.dialled}",
               lambda: established(member.dialled) == count)
    if member.link:
        eventually(f"nothing is left at {member.grpc}", lambda: established(member.grpc) == 0)


def give_link_ports(herd):
    for name in herd.nodes:
        set_link_port(herd, name, free_ports(1)[0])


def take_link_ports(herd):
    for name in herd.nodes:
        set_link_port(herd, name, 0)
