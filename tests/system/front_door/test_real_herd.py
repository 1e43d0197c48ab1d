"""Tests ./herd with the real programs: a herd of two, from the first command to the last."""

import json
import subprocess

from scratch import LINK_PORTS, ROOT, ScratchTest

PROGRAMS = ROOT / "build" / "release" / "bin"


class RealHerdTest(ScratchTest):
    programs = PROGRAMS
    link_port = LINK_PORTS

    def talk(self, node, lines):
        done = subprocess.run([self.folder / "herd", "client", node], input=lines, text=True,
                              env=self.environment, stdout=subprocess.PIPE, timeout=30, check=True)
        return done.stdout

    def status(self, expect=0):
        done = subprocess.run([PROGRAMS / "herdctl", "status", "--json",
                               f"--herd={self.folder}/deploy/herd.conf"],
                              stdout=subprocess.PIPE, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, expect, done.stdout)
        return json.loads(done.stdout)

    def test_a_day_in_the_life(self):
        text = self.herd("up")
        self.assertIn("2 of 2 nodes serve, 1 of 1 links are up, both agree on 0 clients.", text)
        receipt = self.talk("Ann", "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.5\n")
        self.assertRegex(receipt, r"^AT Ann \+\d+\.\d{9} kiwi\.cs\.ucla\.edu \+34\.0\S+ 16\S+\n$")

        self.herd("kill", "Bob")
        status = self.status(expect=1)
        self.assertEqual([node["state"] for node in status["nodes"]], ["serving", "down"])
        self.assertIn("Bob is down: nothing listens at", self.herd("status", expect=1))

        self.herd("start", "Bob")
        answer = self.talk("Bob", "WHATSAT kiwi.cs.ucla.edu 10 3\n")
        self.assertTrue(answer.startswith(receipt), answer)
        self.assertEqual(len(json.loads(answer[len(receipt):])["places"]), 3)

        pids = self.pids()
        text = self.herd("up")
        self.assertIn("The herd is already running.", text)
        # The stand-in for ninja has written the programs again.
        self.assertIn("Of an older build: Ann Bob places.", text)
        self.assertEqual(self.pids(), pids)

        text = self.herd("rolling-restart")
        self.assertRegex(text, r"Ann ended after \S+ s; the herd was whole again after \S+ s\n")
        self.assertIn("2 nodes have been restarted in ", text)
        self.assertEqual([self.pid(name) == pids[name] for name in ("Ann", "Bob", "places")],
                         [False, False, True])
        self.assertTrue(self.talk("Ann", "WHATSAT kiwi.cs.ucla.edu 10 0\n").startswith(receipt))

        self.assertIn("Stopped Ann Bob places.", self.herd("down"))
        self.assertIn("0 of 2 nodes serve", self.herd("status", expect=1))

    def test_a_herd_file_that_is_wrong_is_told_with_its_lines(self):
        herd_file = self.folder / "deploy" / "herd.conf"
        with open(herd_file, "a", encoding="utf-8") as text:
            text.write("link Ann Nobody\nlink Ann Ann\n")
        text = self.herd("up", expect=1)
        self.assertIn("herd.conf:6:", text)
        self.assertIn("herd.conf:7:", text)
