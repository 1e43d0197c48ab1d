"""A herd of today's nodes and former ones, and the common parts of its tests."""

import pathlib

import former
import settings
from case import HerdTest
from herd import Herd
from ports import LINK_PORTS

PINNED = former.pinned(former.FILE.read_text(encoding="utf-8"))


def former_build(name):
    return former.Former(name, PINNED[name])


class MixedHerd(Herd):
    """`formers`: the build of each node whose herd-node is not today's. Nobody has a port for links
    if one of these nodes does not know the key. With `own_files`, it is left out only of the files
    of such nodes, and of their lines in the files of others."""

    def __init__(self, folder, formers, own_files=False, **options):
        self.knows = {build.name: former.knows_link_ports(build.sources)
                      for build in formers.values()}
        self.builds = dict(formers)
        self.own_files = own_files
        super().__init__(folder, link_ports=LINK_PORTS and (own_files or all(self.knows.values())),
                         **options)

    def knows_link_ports(self, name):
        build = self.builds.get(name)
        return build is None or self.knows[build.name]

    def program(self, name):
        program, *options = super().program(name)
        build = self.builds.get(name)
        return [(build.bin if build else settings.BIN) / program.name, *options]

    def file_of(self, name):
        """See Processes; own files are written from the common one, without some of its keys."""
        if not self.own_files:
            return super().file_of(name)
        lines = self.file.read_text(encoding="utf-8").splitlines()
        path = self.folder / f"{name}.conf"
        path.write_text("".join(f"{self._line_for(name, line)}\n" for line in lines),
                        encoding="utf-8")
        return path

    def _line_for(self, reader, line):
        kind, name, *settings_of_it = line.split()
        if kind != "node" or (self.knows_link_ports(reader) and self.knows_link_ports(name)):
            return line
        kept = (one for one in settings_of_it if not one.startswith("link="))
        return " ".join((kind, name, *kept))

    def runs(self, name):
        """Returns the program that a node runs."""
        return (pathlib.Path("/proc") / str(self.members[name].process.pid)
                / "exe").resolve()


class BesideOthers(HerdTest):
    """A test that makes mixed herds."""

    def make_mixed(self, formers, **options):
        herd = MixedHerd(self.folder, formers, **options)
        self.herds.append(herd)
        self.addCleanup(herd.close)
        return herd
