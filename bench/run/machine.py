"""The machine that measures: its hardware, its processes, and the work of each core."""

import contextlib
import ctypes
import functools
import os
import pathlib
import platform
import re
import shutil
import subprocess
import time

BUSY_LOAD = 0.5  # of other processes' work, above which figures are doubtful


@functools.cache
def cores():
    """Returns (the servers' core, the loader's core)."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise SystemExit("bench: it takes two cores, one for servers and one for load")
    return usable[0], usable[1]


@contextlib.contextmanager
def on_core(core):
    """Processes started in this block run on the core, as under taskset."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid):
    """Returns the CPU time of a process, of all its threads, in seconds, exact to a nanosecond."""
    # The clock's number, computed as clock_getcpuclockid does.
    return time.clock_gettime(~pid << 3 | 2)


def thread_switches(pid):
    """Returns how many times a process's threads have given up or lost the core in their lives."""
    return sum(switches_in(path.read_text(encoding="utf-8"))
               for path in pathlib.Path(f"/proc/{pid}/task").glob("*/status"))


def switches_in(status):
    """Returns the switches of one thread from the text of its /proc/PID/task/TID/status."""
    return sum(map(int, re.findall(r"^(?:non)?voluntary_ctxt_switches:\s*(\d+)$", status,
                                   re.MULTILINE)))


def threads(pid):
    return sum(1 for _ in pathlib.Path(f"/proc/{pid}/task").iterdir())


def resident_bytes(pid):
    pages = pathlib.Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def first_line(*command):
    """Returns the version that a program reports; None without the program."""
    if shutil.which(command[0]) is None:
        return None
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=20)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else None


def _cpu_model():
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    match = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    return match.group(1) if match else platform.machine()


def _system():
    with contextlib.suppress(OSError):
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return platform.system()


def describe(binaries):
    """Returns everything on which figures depend, apart from the project itself."""
    server, load = cores()
    packages = {name: first_line("dpkg-query", "-W", "-f", "${Version}", name)
                for name in ("libgrpc++1.51", "libgrpc++1.51t64", "libnghttp2-dev")}
    found = {
        "herd-node": first_line(str(binaries / "herd-node"), "--version"),
        "revision": first_line("git", "describe", "--always", "--dirty"),
        "redis": first_line("redis-cli", "--version"),
        "python": platform.python_version(),
        "java": first_line("java", "-version"),
        "node.js": first_line("node", "--version"),
        "c++": first_line("g++", "--version"),
        **{name: version for name, version in packages.items()
           if version and "no packages" not in version}}
    return {
        "machine": {"cpu": _cpu_model(), "cores": os.cpu_count(), "kernel": platform.release(),
                    "system": _system(), "servers_on_core": server, "load_on_core": load,
                    "memory_gib": round(os.sysconf("SC_PHYS_PAGES")
                                        * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)},
        "versions": {name: version for name, version in found.items() if version},
        "load_average": os.getloadavg()}


def lines(about):
    """Returns the same as lines for people."""
    on = about["machine"]
    load = about["load_average"]
    text = [f"{on['cpu']}, {on['cores']} cores, {on['memory_gib']} GiB, {on['system']}, kernel "
            f"{on['kernel']}; servers on core {on['servers_on_core']}, load on "
            f"{on['load_on_core']}",
            "; ".join(f"{name} {version}" for name, version in about["versions"].items()),
            f"load average at the start: {load[0]:.2f} {load[1]:.2f} {load[2]:.2f}"]
    if load[0] > BUSY_LOAD:
        text.append("Something else is running here: these figures are doubtful.")
    return text


CLONE_NEWTIME = 0x80


def shift_clock(by_s):
    """Moves the monotonic clock of this process forward from its next exec on; Linux 6.1 or later,
    as root."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWTIME) != 0:
        raise OSError(ctypes.get_errno(), "no time namespace of its own")
    pathlib.Path("/proc/self/timens_offsets").write_text(
        f"monotonic {int(by_s)} {round(by_s % 1 * 1e9)}\n", encoding="ascii")


def can_shift_clocks():
    """Whether shift_clock works here."""
    here = os.readlink("/proc/self/ns/time")
    try:
        done = subprocess.run(["readlink", "/proc/self/ns/time"], stdout=subprocess.PIPE, text=True,
                              check=False, preexec_fn=lambda: shift_clock(1))
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and done.stdout.strip() != here
