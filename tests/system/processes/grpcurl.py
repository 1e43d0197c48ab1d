"""Calls through grpcurl, a common tool for gRPC servers that is independent of our programs."""

import json
import os
import re
import shutil
import subprocess
import threading

import settings
from waiting import eventually

# A Go module; Go's own proxy and checksums protect it.
MODULE = "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3"
FETCH_SECONDS = 600

PEER = "proxyherd.peer.v1.PeerService"
PLACES = "proxyherd.places.v1.PlacesService"
HEALTH = "grpc.health.v1.Health"

PROTOS = ("-import-path", str(settings.ROOT / "proto"), "-proto", "proxyherd/peer/v1/peer.proto")

# grpcurl exits with 64 and the gRPC code.
CODES = {0: "OK", 1: "CANCELLED", 3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED", 5: "NOT_FOUND",
         7: "PERMISSION_DENIED", 8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION", 10: "ABORTED",
         12: "UNIMPLEMENTED", 13: "INTERNAL", 14: "UNAVAILABLE"}


def find():
    """Returns the program, built by Go into build/tools if missing, or why there is none."""
    if path := settings.tool("grpcurl"):
        return path, ""
    if not (go := shutil.which("go")):
        return None, "there is neither grpcurl nor go here"
    folder = settings.ROOT / "build" / "tools" / "bin"
    try:
        done = subprocess.run([go, "install", MODULE], env={**os.environ, "GOBIN": str(folder)},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=FETCH_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None, "go could not build grpcurl in time"
    if done.returncode != 0:
        return None, f"go could not build grpcurl: {done.stdout[-200:]}"
    return str(folder / "grpcurl"), ""


PROGRAM, REASON = find()


def _command(port, *rest, options=()):
    return [PROGRAM, "-plaintext", "-emit-defaults", "-max-time", str(30 * settings.PATIENCE),
            *options, f"127.0.0.1:{port}", *rest]


def ask(port, *rest):
    """Runs `list` or `describe`; returns the output."""
    done = subprocess.run(_command(port, *rest), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60 * settings.PATIENCE, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def call(port, method, *requests, protos=False):
    """Returns (code's name, answer or error text) of a call; for a stream the last answer.
    `protos`: by our .proto files; else by the server's reflection."""
    data = "\n".join(json.dumps(request) for request in requests or ({},))
    options = ("-d", "@", *(PROTOS if protos else ()))
    done = subprocess.run(_command(port, method, options=options), input=data, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60 * settings.PATIENCE, check=False)
    if done.returncode == 0:
        return "OK", read_messages(done.stdout)[-1]
    return CODES.get(done.returncode - 64, f"exit {done.returncode}"), done.stderr


def _snake_case(found):
    """Converts fields to the names in the .proto files; whether grpcurl uses these depends on the
    server's reflection."""
    return {re.sub("[A-Z]", lambda big: "_" + big[0].lower(), key): value
            for key, value in found.items()}


def read_messages(text):
    """Returns all complete JSON messages at the beginning of a text."""
    messages, decoder = [], json.JSONDecoder(object_hook=_snake_case)
    text = text.lstrip()
    while text:
        try:
            message, end = decoder.raw_decode(text)
        except ValueError:
            break
        messages.append(message)
        text = text[end:].lstrip()
    return messages


class Stream:
    """A call whose answers arrive one by one."""

    def __init__(self, port, method, request):
        self.process = subprocess.Popen(
            _command(port, method, options=("-d", json.dumps(request))), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.text = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def _read(self):
        for line in self.process.stdout:
            self.text += line

    def messages(self):
        return read_messages(self.text)

    def wait_for(self, what, holds):
        """Waits for a message for which `holds` is true, and returns it."""
        return eventually(what, lambda: next(filter(holds, self.messages()), None))
