"""A herd at ordinary load, beside the same herd in other languages: the cost of a report when there
are too few for large batches, and of a herd that has nothing to do."""

import contextlib
import functools
import time

import loader
import loads
import machine
import probe
import settled
import table
from contest import Contest
from herds import BASELINES, STAGGER_S, BaselineHerd, BenchHerd, StaggeredHerd, missing
from report import Report
from stage import Stage

OURS, STAGGERED, YARDSTICK = "proxyherd", "proxyherd, staggered", "asyncio"
# By their names on the command line.
HERDS = {"proxyherd": OURS, "staggered": STAGGERED,
         **{server: name for name, server in BASELINES.items()}}
RATES = (0, 100, 1000, 5000, 10_000)

# These are two links apart. All reports arrive at the first of them, or at all five nodes.
HERE, THERE = "Clark", "Bailey"
CONNECTIONS = 10  # two for each node

# A herd rests after its start before it is measured idle, and is warmed up before it gets reports.
REST_WARM_SECONDS, QUICK_REST_WARM_SECONDS = (3, 5), (1, 1)
PROBE_SHARE = 0.5  # of the time of a measured run

AGES = [("age_p50_us", "two hops p50 us", 0), ("age_p99_us", "its p99 us", 0)]
IDLE_COLUMNS = [("cpu_ms", "CPU ms/s", 2), ("switches", "switches/s", 0),
                ("messages", "messages/s", 1), ("threads", "threads/node", 1), *AGES]
COLUMNS = [("cpu_us", "CPU us/report", 1), ("switches", "switches/report", 2),
           ("messages", "messages/report", 2), *AGES, ("p50_us", "reply p50 us", 0),
           ("p99_us", "its p99 us", 0), ("rate", "reports/s", 0)]


def ages(load, herd, beside):
    """Measures ages with probes under a load; they cost CPU time, so none is measured."""
    with beside:
        time.sleep(load.warmup)
        found = probe.ages(herd, HERE, THERE, load.seconds * PROBE_SHARE)
    herd.wait_spread()
    settled.wait_quiet(herd)
    return found


def cost(herd, work):
    """Returns the cost of `work` for the herd, {counter: gain}, and the result of `work`."""
    messages = herd.link_messages()
    switches, cpu = herd.thread_switches(), herd.cpu_seconds()
    done = work()
    cpu, switches = herd.cpu_seconds() - cpu, herd.thread_switches() - switches
    sent = None if messages is None else herd.link_messages() - messages
    return {"cpu_s": cpu, "switches": switches, "messages": sent}, done


def idle(stage, load, rest, name):
    """Measures a herd that has taken no report since its start: after a heavy load, nodes publish
    for half a minute how the load falls."""
    herd = stage.herd(name, warm=False)
    time.sleep(rest)
    began = time.monotonic()
    used, _ = cost(herd, lambda: time.sleep(load.seconds))
    figures = loads.each(used, time.monotonic() - began)
    return {**figures, "cpu_ms": figures["cpu_s"] * 1e3, "threads": herd.threads(),
            **ages(load, herd, contextlib.nullcontext())}


def loaded(stage, load, under, name):
    """Counters are read before the first report and after the last flood."""
    herd = stage.herd(name)
    flags = {"ports": herd.text_ports([under.at] if under.at else None), "rate": under.rate,
             "connections": CONNECTIONS}
    found = ages(load, herd, load.beside("iamat", seconds=load.seconds * PROBE_SHARE, **flags))

    def reports():
        done = load.run("iamat", warmup=0, **flags)
        settled.wait_quiet(herd)
        return done
    used, done = cost(herd, reports)
    figures = loads.each(used, done["requests"])
    return {**loader.figures(done), **figures, "cpu_us": figures["cpu_s"] * 1e6, **found}


def add_herds(contest, stage, folder, words):
    """Adds the herds that can run here; returns their names."""
    makers = {OURS: BenchHerd, STAGGERED: StaggeredHerd,
              **{name: functools.partial(BaselineHerd, server=server)
                 for name, server in BASELINES.items()}}
    for name in (HERDS[word] for word in words):
        if name == STAGGERED and not machine.can_shift_clocks():
            contest.skip(name, "clocks cannot be shifted: no Linux 6.1, or not root")
        elif why := name in BASELINES and missing(name):
            contest.skip(name, why)
        else:
            stage.add(name, functools.partial(makers[name], folder))
    return list(stage.makers)


def show(report, names, all_loads):
    rounds = report.contest.rounds
    for one in all_loads:
        report.tables.append(table.figures(
            loads.under(rounds, names, one), COLUMNS if one.rate else IDLE_COLUMNS, names=names,
            first=str(one), ratio=YARDSTICK if one.rate and YARDSTICK in names else None))
    if late := loads.late(rounds, names, all_loads):
        report.note("Fewer reports were taken in than were due, so the herd did not keep up: "
                    f"{'; '.join(late)}.")
    report.note("CPU time is of all five nodes, heartbeats included; a report is taken in at one "
                "node and passed on to four. All five share one core: a node often wakes while "
                "another has it, so its reports wait and gather, and the core sleeps less often. "
                "On five machines each node wakes by itself, and the figures differ.")
    report.note(f"Two hops: from sending a report at {HERE} to its being known at {THERE}, by "
                "clients of both, of which the second asks again and again; under the load, but "
                "not while CPU time is taken. Idle: the probes are the only reports.")
    report.note("Messages are all that nodes sent each other by gRPC, heartbeats, acknowledgements "
                "and answers included; other herds do not count theirs. Switches are voluntary and "
                "involuntary ones of all threads.")
    if STAGGERED in names:
        report.note(f"Staggered: the nodes' monotonic clocks are {STAGGER_S * 1e3:.0f} ms apart, "
                    "so their heartbeats are, too. Otherwise all five, which have one clock, send "
                    "them at the same moments.")


def run(options, load, folder):
    words = options.only or list(HERDS)
    if unknown := set(words) - set(HERDS):
        raise SystemExit(f"light: no herd '{min(unknown)}'; there are: {' '.join(HERDS)}")
    all_loads = loads.open_loads(options.rates or RATES, HERE)
    # Each round begins with another herd, not with another load.
    contest = Contest("light", options.rounds, stride=len(all_loads))
    report = Report("light", "the cost of a report when there are few, open loop", contest)
    rest, warm = QUICK_REST_WARM_SECONDS if options.quick else REST_WARM_SECONDS
    with Stage(lambda herd: settled.warm_up(load, herd, warm)) as stage:
        names = add_herds(contest, stage, folder, words)
        for name in names:
            for one in all_loads:
                measure = (functools.partial(loaded, stage, load, one) if one.rate else
                           functools.partial(idle, stage, load, rest))
                contest.add(loads.named(name, one), functools.partial(measure, name))
        if names:
            contest.run()
            show(report, names, all_loads)
    return report
