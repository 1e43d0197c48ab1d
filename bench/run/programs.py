"""The single programs that are measured beside a herd: the bare echo, and Redis."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

import machine
import settings
from ports import free_ports
from waiting import eventually

START_SECONDS = 20
STOP_SECONDS = 20


class Program:
    """A server of one process on the servers' core, running for the length of its `with` block."""

    def __init__(self, folder):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="program-", dir=folder))
        self.port, = free_ports(1)
        self.process = None

    def command(self):
        """Returns (program's file, words of the command line)."""
        raise NotImplementedError

    def __enter__(self):
        program, words = self.command()
        with machine.on_core(machine.cores()[0]), open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(words, executable=program, cwd=self.folder,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            eventually(f"{words[0]} listens", self._listens, START_SECONDS)
        except AssertionError:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _listens(self):
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "log").read_text(errors="replace")[-2000:])
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def ports(self):
        return [self.port]

    @property
    def pids(self):
        return [self.process.pid]

    def resident_bytes(self):
        return machine.resident_bytes(self.process.pid)


class Echo(Program):
    """The lower bound: sends back the lines that it reads."""

    def command(self):
        return settings.BIN / "line-echo", ["line-echo", str(self.port)]


class Redis(Program):
    """Redis, without persistence."""

    @staticmethod
    def missing():
        """Returns why it cannot run here; None if it can."""
        return None if Redis.program() else "Redis is not installed"

    @staticmethod
    def program():
        # The distribution has the same program under two names. The package with only the second
        # name starts no service beside the measured programs.
        return shutil.which("redis-server") or shutil.which("redis-check-rdb")

    def command(self):
        return self.program(), [
            "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--dir", os.fspath(self.folder), "--maxclients", "19000"]
