"""Restarts nodes that have ended, as a container engine with `restart: unless-stopped` does."""

from load import Background


class Supervisor(Background):
    """`may_start(name)`: whether a node that has ended should be started now. `ends` has the exit
    codes of the ends by name."""

    def __init__(self, herd, may_start=lambda name: True):
        super().__init__()
        self.herd = herd
        self.may_start = may_start
        self.ends = {name: [] for name in herd.nodes}
        self.seen = {name: herd.members[name].process for name in herd.nodes}

    def step(self, turn):
        for name, ends in self.ends.items():
            member = self.herd.members[name]
            if member.running:
                continue
            if self.seen[name] is member.process:
                self.seen[name] = None
                ends.append(member.process.returncode)
            if self.may_start(name):
                self.herd.start(name)
                self.seen[name] = member.process
        self.ending.wait(0.02)
