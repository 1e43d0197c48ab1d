#!/usr/bin/env python3
"""Proves docker-compose.yml on a real engine: `./herd test compose`.

Builds and starts the herd in containers, and uses it as a client would: an IAMAT at one port, a
WHATSAT at another, Prometheus and a query, a node killed and started, a link cut and healed; then
walks docs/tour.md. Exit code 77, with the reason in the last line, if no engine can run here.
"""

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import tour
from engine import BASE_IMAGE, ROOT, CannotRun, Engine, say

SKIPPED = 77
HERDCTL = ROOT / "build" / "release" / "bin" / "herdctl"
PROJECT = "proxyherd-proof"
IMAGE = "proxyherd:local"

TEXT_PORTS = {"Bailey": 10000, "Bona": 10001, "Campbell": 10002, "Clark": 10003, "Jaquez": 10004}
PORTS = [base + i for base in (10000, 11000, 12000) for i in range(5)] + [11010, 12010, 9090]
SERVICES = [name.lower() for name in TEXT_PORTS] + ["places", "prometheus"]

HEALTHY_SECONDS = 120
SCRAPE_SECONDS = 40
LINK_SECONDS = 20
REPLY_SECONDS = 20


def check(condition, text):
    """States a fact; if it is false, the proof ends."""
    if not condition:
        raise AssertionError(text)


def wait_for(what, seconds, look):
    """Calls `look` until it returns something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        check(time.monotonic() < deadline, f"not within {seconds} s: {what}")
        time.sleep(0.25)


def ask(node, line):
    """Sends one line to a node's text port; returns all that comes back, "" without a node."""
    try:
        with socket.create_connection(("127.0.0.1", TEXT_PORTS[node]), REPLY_SECONDS) as talk:
            talk.sendall(line.encode() + b"\n")
            talk.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: talk.recv(65536), b"")).decode()
    except OSError:
        return ""


def at_line(node, client):
    return ask(node, f"WHATSAT {client} 10 3").split("\n")[0]


def links_down():
    """Returns the links that are not up, as herdctl sees them through the published ports."""
    done = subprocess.run([HERDCTL, "status", "--json", f"--herd={ROOT}/deploy/herd.conf"],
                          stdout=subprocess.PIPE, check=False)
    return sorted("-".join(link["nodes"]) for link in json.loads(done.stdout)["links"]
                  if not link["up"])


def prometheus(path, **query):
    url = f"http://127.0.0.1:9090/api/v1/{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]


class Proof:
    """The steps, in order. Each leaves the herd intact."""

    def __init__(self, engine):
        self.engine = engine
        self.compose_path = [shutil.which("docker-compose")]
        if self.compose_path == [None]:
            self.compose_path = [engine.docker_path, "compose"]

    def compose(self, *arguments):
        done = subprocess.run([*self.compose_path, "-p", PROJECT, *arguments], cwd=ROOT, text=True,
                              env=self.engine.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        check(done.returncode == 0, f"docker-compose {' '.join(arguments)}:\n{done.stdout[-4000:]}")
        return done.stdout

    def inspect(self, service, form):
        return self.engine.docker("inspect", "--format", form, f"proxyherd-{service}").strip()

    def wait_healthy(self, services):
        def unhealthy():
            return [s for s in services if self.inspect(s, "{{.State.Health.Status}}") != "healthy"]
        wait_for(f"{services} healthy", HEALTHY_SECONDS, lambda: not unhealthy())

    def build_and_start(self):
        self.compose("build")
        self.compose("up", "-d")
        self.wait_healthy(SERVICES)

    def runs_without_rights(self):
        user = self.engine.docker("exec", "proxyherd-clark", "id", "-u").strip()
        check(user == "65532", f"the node runs as user {user}")
        check(not self.engine.succeeds("exec", "--user=0", "proxyherd-clark", "touch", "/etc/x"),
              "the root file system can be written to")

    def publishes_all_ports_but_those_of_links(self):
        published = []
        for service in SERVICES:
            bindings = json.loads(self.inspect(service, "{{json .NetworkSettings.Ports}}"))
            published += [(host["HostIp"], int(host["HostPort"]))
                          for hosts in bindings.values() for host in hosts or []]
        expected = sorted(("127.0.0.1", port) for port in PORTS)
        check(sorted(published) == expected, f"published: {sorted(published)}")

    def floods_and_finds_places(self):
        wait_for("all links up", LINK_SECONDS, lambda: not links_down())
        stamp = f"{time.time():.9f}"
        receipt = ask("Clark", f"IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 {stamp}").strip()
        check(re.fullmatch(rf"AT Clark [+-]\d+\.\d{{9}} kiwi\.cs\.ucla\.edu "
                           rf"\+34\.068930-118\.445127 {re.escape(stamp)}", receipt), receipt)
        wait_for("Bailey knows kiwi", 5, lambda: at_line("Bailey", "kiwi.cs.ucla.edu") == receipt)
        answer = ask("Bailey", "WHATSAT kiwi.cs.ucla.edu 10 3").split("\n", 1)[1]
        places = json.loads(answer).get("places", [])
        check(len(places) == 3 and places[0]["displayName"]["text"], answer)
        say(f"      {receipt}\n      {', '.join(p['displayName']['text'] for p in places)}")

    def prometheus_answers(self):
        def up_targets():
            targets = prometheus("targets")["activeTargets"]
            return sorted(t["labels"].get("node", t["labels"]["job"])
                          for t in targets if t["health"] == "up")
        expected = sorted([*TEXT_PORTS, "places", "prometheus"])
        wait_for(f"targets {expected} up", SCRAPE_SECONDS, lambda: up_targets() == expected)

        def nodes_with_one_record():
            result = prometheus("query", query="proxyherd_table_records == 1")["result"]
            return sorted(sample["metric"]["node"] for sample in result)
        wait_for("every node has one record", SCRAPE_SECONDS,
                 lambda: nodes_with_one_record() == sorted(TEXT_PORTS))

    def prometheus_has_the_rules(self):
        self.engine.docker("exec", "proxyherd-prometheus", "promtool", "check", "config",
                           "/etc/prometheus/prometheus.yml")

        def states():
            groups = prometheus("rules")["groups"]
            return {(rule["health"], rule["type"]) for group in groups for rule in group["rules"]}
        # "unknown" until a rule has been evaluated for the first time.
        wait_for("all rules are evaluated", SCRAPE_SECONDS,
                 lambda: states() == {("ok", "recording"), ("ok", "alerting")})

    def killed_node_comes_back_knowing(self):
        self.compose("kill", "clark")
        wait_for("Clark is gone", 10, lambda: not ask("Clark", "WHATSAT x 1 1"))
        receipt = ask("Jaquez", f"IAMAT kiwi.cs.ucla.edu +48.137154+11.576124 {time.time():.9f}")
        check(receipt.startswith("AT Jaquez "), receipt)
        self.compose("start", "clark")
        self.wait_healthy(["clark"])
        # No waiting here: a ready node must have the herd's records.
        check(at_line("Clark", "kiwi.cs.ucla.edu") == receipt.strip(), "Clark forgot kiwi")

    def cutting_a_network_cuts_one_link(self):
        wait_for("all links up", LINK_SECONDS, lambda: not links_down())
        link = ("proxyherd_link_clark_jaquez", "proxyherd-clark")
        self.engine.docker("network", "disconnect", *link)
        wait_for("exactly one link is down", LINK_SECONDS,
                 lambda: links_down() == ["Clark-Jaquez"])
        receipt = ask("Clark", f"IAMAT plum +34.068930-118.445127 {time.time():.9f}").strip()
        wait_for("Jaquez hears of it the long way round", 5,
                 lambda: at_line("Jaquez", "plum") == receipt)
        check(links_down() == ["Clark-Jaquez"], f"down: {links_down()}")
        self.engine.docker("network", "connect", *link)
        wait_for("the link is healed", LINK_SECONDS, lambda: not links_down())

    def stops_in_order(self):
        self.compose("stop")
        for service in SERVICES:
            code = self.inspect(service, "{{.State.ExitCode}}")
            check(code == "0", f"{service} ended with {code}")

    def tour_is_as_its_page_says(self):
        self.compose("down", "--volumes")
        with tempfile.TemporaryDirectory() as folder:
            environment = tour.environment_of(self.engine, self.compose_path, PROJECT, folder)
            with tour.left_as_found(environment):
                tour.walk(environment, lambda line: say(f"      {line}"))

    def run(self):
        steps = [self.build_and_start, self.runs_without_rights,
                 self.publishes_all_ports_but_those_of_links, self.floods_and_finds_places,
                 self.prometheus_answers, self.prometheus_has_the_rules,
                 self.killed_node_comes_back_knowing, self.cutting_a_network_cuts_one_link,
                 self.stops_in_order, self.tour_is_as_its_page_says]
        for step in steps:
            start = time.monotonic()
            step()
            say(f"ok    {step.__name__} ({time.monotonic() - start:.0f} s)")

    def show_logs(self):
        with contextlib.suppress(AssertionError):
            say(self.compose("ps"))
            say(self.compose("logs", "--no-color", "--tail=15"))

    def remove(self, keep_image):
        with contextlib.suppress(AssertionError):
            self.compose("down", "--volumes", "--timeout=20")
        if not keep_image:
            self.engine.succeeds("rmi", IMAGE)


def prometheus_image():
    """Returns the image that docker-compose.yml names."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return re.search(r"image: (prom/prometheus:\S+)", text).group(1)


def need_free_ports():
    for port in PORTS:
        with socket.socket() as probe:
            check(probe.connect_ex(("127.0.0.1", port)) != 0,
                  f"port {port} is in use; if a herd is running: ./herd down")


def main():
    try:
        need_free_ports()
        with Engine([BASE_IMAGE, prometheus_image()]) as engine:
            had_image = engine.has_image(IMAGE)
            proof = Proof(engine)
            try:
                proof.run()
            except BaseException:
                proof.show_logs()
                raise
            finally:
                proof.remove(keep_image=had_image)
    except CannotRun as reason:
        say(str(reason))
        return SKIPPED
    except AssertionError as reason:
        say(f"FAIL  {reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
