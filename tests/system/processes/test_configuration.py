"""Tests wrong configurations: all errors at once, exit code 2, before any port is opened."""

import socket
import subprocess

import settings
from case import HerdTest
from ports import LINK_PORTS, free_ports

NODE = settings.BIN / "herd-node"
PLACES = settings.BIN / "herd-places"
WORKS = """herd seed
node Ann host=127.0.0.1 text={0} grpc={1} http={2} {8} at=+1+1
node Bob host=127.0.0.1 text={3} grpc={4} http={5} at=+1+1
link Ann Bob
places host=127.0.0.1 grpc={6} http={7}
"""


def run(*command):
    """Returns (exit code, stdout, stderr) of a program that ends by itself."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=20 * settings.PATIENCE, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class ConfigurationTest(HerdTest):
    def setUp(self):
        *self.ports, self.link = free_ports(9)
        link = f"link={self.link}" if LINK_PORTS else ""
        self.works = self.write(WORKS.format(*self.ports, link))

    def write(self, text):
        path = self.folder / f"{self.id().rsplit('.', 1)[1]}.conf"
        path.write_text(text, encoding="utf-8")
        return path

    def refused(self, *command):
        """Runs it and returns its errors. The test holds its text port, which must not be among the
        errors: it does not get as far as listening."""
        with socket.create_server(("127.0.0.1", self.ports[0])):
            code, out, err = run(*command)
        self.assertEqual((code, out), (2, ""), err)
        self.assertIn("--help", err)
        self.assertNotIn("cannot listen", err)
        return err

    def test_every_error_of_a_herd_file_at_once_with_its_line(self):
        wrong = {
            1: ("herd seed", None),
            2: ("node Ann host=h text=1 grpc=2 http=3 at=+1+1", None),
            3: ("node Ann host=h text=4 grpc=5 http=6 at=+1+1", "line 2"),
            4: ("node Bob host=h text=1 grpc=8 http=9 at=+1+1", "port 1 "),
            5: ("node Cid host=h text=0 grpc=70000 http=x at=north", "is not a port"),
            6: ("node Dot host=h text=11 grpc=12", "http= is missing"),
            7: ("node Eve host=h colour=red text=13 grpc=14 http=15 at=+1+1", "colour=red"),
            8: ("link Ann Ann", "itself"),
            9: ("link Ann Bob", None),
            10: ("link Bob Ann", "line 9"),
            11: ("link Ann Nobody", "unknown node Nobody"),
            12: ("link Ann", "expected `link NAME NAME`"),
            13: ("nodes Fay", "unknown fact"),
            14: ("herd other", "already has a name"),
            15: ("node a/b host=h text=21 grpc=22 http=23 at=+1+1", "expected `node NAME"),
            16: ("node Fay host=h text=31 grpc=32 http=33 link=32 at=+1+1", "port 32 "),
            17: ("node Gus host=h text=41 grpc=42 http=43 link=0 at=+1+1", "is not a port"),
            18: ("places host=h grpc=51 http=52 link=53", "unknown setting `link=53`"),
        }
        path = self.write("\n".join(line for line, _ in wrong.values()) + "\n")
        err = self.refused(NODE, f"--herd={path}", "--name=Ann")
        for number, (_, word) in wrong.items():
            said = [line for line in err.splitlines() if line.startswith(f"{path}:{number}: ")]
            if word is None:
                self.assertEqual(said, [])
            else:
                self.assertTrue(any(word in line for line in said), f"{number}: {said}\n{err}")
        # herd-places reads the same file.
        self.assertIn(f"{path}:8: ", self.refused(PLACES, f"--herd={path}"))

    def test_an_empty_file_and_a_missing_one(self):
        self.assertIn("no `herd NAME` line", self.refused(NODE, f"--herd={self.write('')}",
                                                          "--name=Ann"))
        self.assertIn("cannot be read", self.refused(NODE, "--herd=/nowhere.conf", "--name=Ann"))

    def test_errors_of_the_command_line_at_once(self):
        err = self.refused(NODE, "--colour=red", "--max_line_bytes=1", "--max_clients=many",
                           "--log_format=xml", "stray", f"--herd={self.works}", "--name=Zoe",
                           "--listen=0.0.0.0", "--log_file=/nowhere/log")
        for word in ("--colour=red", "--max_line_bytes=1", "--max_clients=many", "--log_format=xml",
                     "stray", "--name=Zoe", "Ann, Bob", "--insecure_peers",
                     "--log_file=/nowhere/log: cannot be opened: No such file or directory"):
            self.assertIn(word, err)

    def test_what_is_missing_is_named(self):
        err = self.refused(NODE)
        self.assertIn("--herd=FILE is missing", err)
        self.assertIn("--name=NAME is missing", err)
        without = self.write(WORKS.format(*self.ports, "").rsplit("places", 1)[0])
        self.assertIn("places host=HOST", self.refused(PLACES, f"--herd={without}"))

    def test_plaintext_beyond_this_machine_has_to_be_asked_for(self):
        for program in ((NODE, "--name=Ann"), (PLACES,)):
            err = self.refused(*program, f"--herd={self.works}", "--listen=0.0.0.0")
            self.assertIn("--insecure_peers", err)

    def test_help_teaches_and_succeeds(self):
        for program, words in ((NODE, ("--herd", "--name", "--listen", "--insecure_peers",
                                        "--log_file", "SIGQUIT", "SIGUSR1", "SIGUSR2")),
                               (PLACES, ("--herd", "--places", "--places_api_key_file",
                                         "SIGQUIT", "SIGUSR1"))):
            code, out, err = run(program, "--help")
            self.assertEqual((code, err), (0, ""))
            for word in words:
                self.assertIn(word, out)
            code, out, _ = run(program, "--version")
            self.assertEqual(code, 0)
            self.assertIn(program.name, out)

    def test_a_port_in_use_is_named(self):
        of_ann = [*self.ports[0:3], *([self.link] if LINK_PORTS else [])]
        both = (((NODE, "--name=Ann"), of_ann), ((PLACES,), self.ports[6:8]))
        for program, held in both:
            for port in held:
                with self.subTest(program=program[0].name, port=port), \
                        socket.create_server(("127.0.0.1", port)):
                    code, _, err = run(*program, f"--herd={self.works}")
                    self.assertEqual(code, 1, err)
                    self.assertIn(str(port), err)
                    self.assertNotIn("Sanitizer", err)

    def test_a_second_node_on_the_same_ports_is_refused(self):
        herd = self.running_herd()
        code, _, err = run(NODE, f"--herd={herd.file}", "--name=Clark")
        self.assertEqual(code, 1, err)
        self.assertIn(str(herd.members["Clark"].text), err)
        self.assertTrue(herd.iamat("Clark", "still-there"))

    def test_a_key_that_is_missing(self):
        code, _, err = run(PLACES, f"--herd={self.works}", "--places=google",
                           "--places_api_key_file=/nowhere.key")
        self.assertIn(code, (1, 2))
        self.assertIn("/nowhere.key", err)
