"""Memory control groups, version 1 or 2, which kill a process that takes too much."""

import contextlib
import os
import pathlib
import time

V1 = pathlib.Path("/sys/fs/cgroup/memory")
V2 = pathlib.Path("/sys/fs/cgroup")


class Unavailable(Exception):
    """The reason why no group can be made here."""


def _write(path, value):
    path.write_text(f"{value}\n", encoding="ascii")


class MemoryGroup:
    """A new group below the root, removed after use."""

    def __init__(self, name, limit_bytes):
        self.v1 = (V1 / "memory.limit_in_bytes").exists()
        if not self.v1:
            self._enable_v2()
        self.path = (V1 if self.v1 else V2) / f"proxyherd-test-{os.getpid()}-{name}"
        try:
            self.path.mkdir()
            _write(self.path / ("memory.limit_in_bytes" if self.v1 else "memory.max"), limit_bytes)
            if self.v1:  # counts the system's buffers of connections separately
                _write(self.path / "memory.kmem.tcp.limit_in_bytes", limit_bytes)
            with contextlib.suppress(OSError):  # where there is swap to be had
                _write(self.path / ("memory.memsw.limit_in_bytes" if self.v1
                                    else "memory.swap.max"), limit_bytes if self.v1 else 0)
        except OSError as error:
            raise Unavailable(f"no memory control group can be made: {error}") from error

    @staticmethod
    def _enable_v2():
        try:
            if "memory" not in (V2 / "cgroup.controllers").read_text(encoding="ascii").split():
                raise Unavailable("the system has no memory control groups")
            _write(V2 / "cgroup.subtree_control", "+memory")
        except OSError as error:
            raise Unavailable(f"no memory control groups: {error}") from error

    def command(self, words):
        """The command line that runs `words` in the group."""
        return ["sh", "-c", f'echo $$ >"{self.path}/cgroup.procs" && exec "$@"', "sh", *words]

    def kills(self):
        """Returns how many processes the system has killed here because memory was short."""
        file = self.path / ("memory.oom_control" if self.v1 else "memory.events")
        for line in file.read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
        return 0

    def peak_bytes(self):
        """Returns the maximum in use; for version 1 at least that, as the sum of two peaks."""
        files = (["memory.max_usage_in_bytes", "memory.kmem.tcp.max_usage_in_bytes"] if self.v1
                 else ["memory.peak"])
        return sum(int((self.path / file).read_text(encoding="ascii")) for file in files)

    def remove(self):
        for _ in range(100):  # the system forgets a process a little after it has ended
            with contextlib.suppress(OSError):
                self.path.rmdir()
                return
            time.sleep(0.05)
