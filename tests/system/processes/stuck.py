"""Descriptors that accept no more bytes, as a stuck reader or a terminal after Ctrl-S has."""

import contextlib
import os
import termios


def _fill(fd):
    os.set_blocking(fd, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(fd, b"." * 4096)
    os.set_blocking(fd, True)  # a write to it never returns


@contextlib.contextmanager
def pipe():
    """Returns the end of a full pipe without a reader."""
    reader, writer = os.pipe()
    _fill(writer)
    try:
        yield writer
    finally:
        os.close(reader)
        os.close(writer)


@contextlib.contextmanager
def terminal():
    """Returns a terminal whose output is stopped."""
    master, slave = os.openpty()
    termios.tcflow(slave, termios.TCOOFF)
    try:
        yield slave
    finally:
        os.close(master)
        os.close(slave)


KINDS = {"pipe": pipe, "terminal": terminal}
