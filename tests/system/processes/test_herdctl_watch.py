"""Tests herdctl watch: follows clients at real nodes that are killed and stopped meanwhile."""

import json
import subprocess
import threading

import settings
from case import HerdTest
from waiting import eventually

THREE = {"nodes": ("Bona", "Clark", "Jaquez"),
         "links": (("Bona", "Clark"), ("Clark", "Jaquez"), ("Bona", "Jaquez"))}


class Watch:
    """A running watch, and the events that it has printed."""

    def __init__(self, herd, *words):
        self.process = subprocess.Popen(
            [settings.BIN / "herdctl", "watch", "--json", f"--herd={herd.file}", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.told = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def _read(self):
        for line in self.process.stdout:
            self.told.append(json.loads(line))

    def events(self, kind):
        return [one for one in self.told if one["event"] == kind]

    def clients(self):
        return [one["client_id"] for one in self.events("location")]

    def wait_events(self, kind, count=1):
        return eventually(f"{count} events {kind}",
                          lambda: len(found := self.events(kind)) >= count and found)


class WatchTest(HerdTest):
    def test_the_present_then_every_change_at_any_node(self):
        herd = self.running_herd(**THREE)
        herd.known_at("Jaquez", "kiwi", herd.iamat("Bona", "kiwi", "+1+2", "1000.5"))
        with Watch(herd, "--node=Jaquez") as watch:
            caught_up = watch.wait_events("caught_up")[0]
            self.assertEqual((caught_up["node"], caught_up["clients"]), ("Jaquez", 1))
            kiwi = watch.events("location")[0]
            self.assertEqual((kiwi["client_id"], kiwi["location"], kiwi["time"], kiwi["server"]),
                             ("kiwi", "+1+2", "1000.5", "Bona"))
            self.assertEqual((kiwi["latitude"], kiwi["longitude"]), (1, 2))
            herd.iamat("Clark", "pear")
            watch.wait_events("location", 2)
            self.assertEqual(watch.clients(), ["kiwi", "pear"])

    def test_only_some_clients_or_those_of_an_area(self):
        herd = self.running_herd(**THREE)
        with Watch(herd, "--client=kiwi", "--client", "fig") as named, \
                Watch(herd, "--area=+10+20,50km") as area:
            named.wait_events("caught_up")
            area.wait_events("caught_up")
            herd.iamat("Clark", "pear", "+50+50")
            herd.iamat("Clark", "kiwi", "+10.1+20.1")
            herd.iamat("Clark", "fig", "+50+50")
            named.wait_events("location", 2)
            self.assertEqual(set(named.clients()), {"kiwi", "fig"})
            area.wait_events("location")
            # A client that leaves is reported once more.
            herd.iamat("Clark", "kiwi", "+11+21")
            left = area.wait_events("location", 2)[1]
            self.assertEqual((left["client_id"], left["location"]), ("kiwi", "+11+21"))
            self.assertEqual(area.clients(), ["kiwi", "kiwi"])

    def test_it_goes_on_at_another_node_and_tells_nothing_twice(self):
        herd = self.running_herd(**THREE)
        herd.iamat("Bona", "kiwi")
        herd.wait_agree(records=1)
        with Watch(herd) as watch:
            watch.wait_events("caught_up")
            self.assertEqual(watch.events("connected")[0]["node"], "Bona")
            herd.kill("Bona")
            watch.wait_events("lost")
            watch.wait_events("caught_up", 2)
            self.assertEqual(watch.events("connected")[1]["node"], "Clark")
            herd.iamat("Jaquez", "pear")
            watch.wait_events("location", 2)
            # A node that hangs is also left.
            with herd.stopped("Clark"):
                watch.wait_events("caught_up", 3)
                self.assertEqual(watch.events("connected")[2]["node"], "Jaquez")
                herd.iamat("Jaquez", "fig")
                watch.wait_events("location", 3)
            self.assertEqual(watch.clients(), ["kiwi", "pear", "fig"])

    def test_it_waits_for_a_herd_that_has_gone(self):
        herd = self.running_herd(**THREE)
        with Watch(herd, "--node=Clark") as watch:
            watch.wait_events("caught_up")
            self.assertEqual(herd.stop("Clark"), 0)
            watch.wait_events("nobody_answers")
            herd.up("Clark")
            watch.wait_events("caught_up", 2)
            self.assertEqual(len(watch.events("nobody_answers")), 1)

    def test_once_tells_the_present_and_ends(self):
        herd = self.running_herd(**THREE)
        herd.iamat("Clark", b"\xffki\\wi", "+1+2", "1000")
        done = herd.herdctl("watch", "--once", "--node=Clark")
        self.assertEqual((done.returncode, done.stderr),
                         (0, "(Clark knows 1 client)\n"))
        self.assertIn("  \\xffki\\\\wi ", done.stdout)
        self.assertIn("  +1+2  Clark +", done.stdout)

    def test_what_cannot_be_watched(self):
        herd = self.make_herd(**THREE)
        done = herd.herdctl("watch")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        for node in THREE["nodes"]:
            self.assertIn(f"{node}: ", done.stderr)
        self.assertEqual(herd.herdctl("watch", "--client=a", "--area=+1+1,1km").returncode, 2)
        self.assertEqual(herd.herdctl("watch", "--area=here").returncode, 2)
        herd.up("Clark")
        done = herd.herdctl("watch", "--node=Clark", "--client=two words")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("client_id: must not contain white space", done.stderr)
