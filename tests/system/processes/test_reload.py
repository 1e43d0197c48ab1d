"""Tests that SIGHUP reloads the whole configuration, or nothing."""

import contextlib
import signal

from case import HerdTest
from waiting import eventually
from wire import Wire

READ = "configuration reloaded"
KEPT = "configuration not reloaded"
SUCCESSFUL = "proxyherd_config_last_reload_successful"
SUCCESS_TIME = "proxyherd_config_last_reload_success_timestamp_seconds"


class ReloadTest(HerdTest):
    def setUp(self):
        self.herd = self.make_herd(nodes=("Bona", "Clark"), links=(("Bona", "Clark"),))
        self.config = self.herd.folder / "options.conf"
        self.config.write_text("max_clients = 3\n", encoding="utf-8")
        self.herd.members["Clark"].options = [f"--config={self.config}"]
        self.herd.up()

    def hang_up(self, name, answer=READ):
        """Sends SIGHUP; returns the log's lines up to the answer."""
        before = len(self.herd.log(name))
        self.herd.members[name].process.send_signal(signal.SIGHUP)
        eventually(f"{name} says: {answer}", lambda: answer in self.herd.log(name)[before:])
        return self.herd.log(name)[before:]

    def configure(self, text):
        self.config.write_text(text, encoding="utf-8")

    def test_options_change_while_clients_stay_connected(self):
        herd = self.herd
        with herd.talk("Clark") as talk:
            for number in range(4):
                talk.send(f"IAMAT client{number} +1+1 1")
            answers = [talk.line()[:2] for _ in range(4)]
            self.assertEqual(answers, [b"AT", b"AT", b"AT", b"? "])
            self.configure("max_clients = 10\nlog_lines_per_second = 0\nmax_connections = 77\n"
                           "loops = 7\n")
            said = self.hang_up("Clark")
            self.assertIn("reloaded: max_clients is 10 (was 3)", said)
            self.assertIn("not reloaded: loops stays 0; 7 needs a restart", said)
            self.assertIn("3 changes, 1 waits for a restart", said)
            self.assertEqual(herd.metric("Clark", "proxyherd_table_max_records"), 10)
            self.assertEqual(herd.metric("Clark", "proxyherd_gateway_max_connections"), 77)
            self.assertEqual(herd.metric("Clark", "proxyherd_config_settings_waiting"), 1)
            talk.send("IAMAT client4 +1+1 1")
            self.assertTrue(talk.line().startswith(b"AT Clark "))
        self.configure("max_clients = 10\nidle_timeout_s = 1\n")
        self.hang_up("Clark")
        with herd.talk("Clark") as talk:
            talk.send("IAMAT client0 +1+1 2")
            self.assertTrue(talk.line().startswith(b"AT Clark "))
            self.assertEqual(talk.rest(), b"", "closed after a second of silence")

    def test_errors_are_all_told_and_nothing_changes(self):
        herd = self.herd
        before = herd.metric("Clark", SUCCESS_TIME)
        self.assertEqual(herd.metric("Clark", SUCCESSFUL), 1)
        self.configure("max_clients = 9\nloops = many\n")
        text = herd.file.read_text(encoding="utf-8")
        herd.file.write_text(text + "link Bona Zoe\n", encoding="utf-8")
        said = self.hang_up("Clark", KEPT)
        self.assertIn(f"not reloaded: {self.config}:2: loops=many: expected a whole number", said)
        self.assertIn(f"not reloaded: {herd.file}:{len(text.splitlines()) + 1}: "
                      "link with an unknown node Zoe", said)
        self.assertEqual(herd.metric("Clark", SUCCESSFUL), 0)
        self.assertEqual(herd.metric("Clark", SUCCESS_TIME), before)
        self.assertEqual(herd.metric("Clark", "proxyherd_table_max_records"), 3)
        # herd-places reads the same herd file.
        self.hang_up("places", KEPT)
        self.assertEqual(herd.metric("places", SUCCESSFUL), 0)
        herd.file.write_text(text, encoding="utf-8")
        self.configure("max_clients = 9\n")
        self.hang_up("Clark")
        self.hang_up("places")
        for member in ("Clark", "places"):
            self.assertEqual(herd.metric(member, SUCCESSFUL), 1)
        self.assertGreater(herd.metric("Clark", SUCCESS_TIME), before)
        self.assertEqual(herd.metric("Clark", "proxyherd_table_max_records"), 9)

    def test_a_herd_file_that_is_still_being_written_cuts_no_link(self):
        herd = self.herd
        text = herd.file.read_text(encoding="utf-8")
        link = text.index("link")
        for end in (0, 7, link, link + 6, len(text) - 1):
            with self.subTest(end=end):
                herd.file.write_text(text[:end], encoding="utf-8")
                self.hang_up("Clark", KEPT)
                self.assertEqual(herd.metric("Clark", "proxyherd_link_up", peer="Bona"), 2)
        herd.file.write_text(text, encoding="utf-8")
        self.assertIn("0 changes, 0 wait", self.hang_up("Clark"))
        self.assertEqual(herd.metric("Clark", "proxyherd_link_handshakes_total", peer="Bona"), 1)

    def test_the_log_is_as_loud_as_the_configuration_says(self):
        herd = self.herd
        self.configure("log_level = warning\n")
        self.hang_up("Clark")
        herd.iamat("Clark", "quiet")
        herd.kill("Bona")
        eventually("a warning", lambda: "warning Clark: link to Bona is down" in herd.log("Clark"))
        self.assertNotIn("IAMAT quiet", herd.log("Clark"))
        self.configure("log_level = debug\n")
        self.hang_up("Clark")
        eventually("each attempt is told",
                   lambda: herd.log("Clark").count("link to Bona is still down") > 1)
        herd.iamat("Clark", "loud")
        eventually("traffic is told", lambda: "IAMAT loud" in herd.log("Clark"))

    def test_own_ports_and_the_places_wait_for_a_restart(self):
        herd = self.herd
        clark, places = herd.members["Clark"], herd.members["places"]
        link = clark.link or "none"
        clark.link = 3
        text = herd.file_text()
        herd.file.write_text(text.replace(f"text={clark.text}", "text=1")
                             .replace(f"grpc={places.grpc}", "grpc=2"), encoding="utf-8")
        said = self.hang_up("Clark")
        self.assertIn(
            f"in this node's line of the herd file, text stays {clark.text}; 1 needs", said)
        self.assertIn(f"line of the herd file, link stays {link}; 3 needs a restart", said)
        self.assertIn(f"the address of places stays 127.0.0.1:{places.grpc}; 127.0.0.1:2", said)
        self.assertIn("in the herd file, places stays", self.hang_up("places"))
        self.assertTrue(herd.iamat("Clark", "kiwi"))

    def test_a_neighbour_that_gets_a_link_port_is_dialled_there(self):
        herd, bona = self.herd, self.herd.members["Bona"]
        before = bona.dialled
        with contextlib.closing(Wire(before)) as wire:
            bona.link = wire.port
            herd.write_file()
            self.assertIn(f"Bona is dialled at 127.0.0.1:{wire.port} (was 127.0.0.1:{before})",
                          self.hang_up("Clark"))
            eventually("the link goes through this port", lambda: wire.open)
            herd.wait_linked()
            herd.known_at("Bona", "kiwi", herd.iamat("Clark", "kiwi"))
            wire.cut()
            eventually("the link is cut with it", lambda: herd.metric(
                "Clark", "proxyherd_link_up", peer="Bona", direction="outgoing") == 0)
