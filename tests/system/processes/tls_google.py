"""A server of HTTP/2 over TLS that answers every call with `{}`: Google as seen by a connection.

It reads no headers (tests/system/google checks them, over HTTP/1.1) and counts.
"""

import socket
import ssl
import struct
import subprocess
import threading

from http2 import (ACK, DATA, END_HEADERS, END_STREAM, HEADERS, PING, PREFACE, SETTINGS, frame,
                   literal)

STATUS_200 = b"\x88"  # the entry of HPACK's static table
BODY = b"{}\n"


def make_certificate(folder):
    """Makes (certificate, key) for 127.0.0.1, self-signed."""
    certificate, key = folder / "google.crt", folder / "google.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=stand-in",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key


class TlsGoogle:
    """`wait_for_calls`: no answer leaves before this many calls have come on one connection."""

    def __init__(self, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.set_alpn_protocols(["h2"])
        self.context = context
        self.changed = threading.Condition()
        self.connections = self.calls = 0
        self.wait_for_calls = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain):
        try:
            with self.context.wrap_socket(plain, server_side=True) as connection:
                with self.changed:
                    self.connections += 1
                self._play(connection, connection.makefile("rb"))
        except (OSError, ValueError, struct.error):
            pass  # the caller has gone

    def _play(self, connection, reader):
        if reader.read(len(PREFACE)) != PREFACE:
            return
        connection.sendall(frame(SETTINGS, 0, 0))
        waiting = []
        while header := reader.read(9):
            size, kind = struct.unpack(">I", b"\0" + header[:3])[0], header[3]
            flags, stream = header[4], struct.unpack(">I", header[5:])[0]
            payload = reader.read(size)
            if kind == SETTINGS and not flags & ACK:
                connection.sendall(frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                connection.sendall(frame(PING, ACK, 0, payload))
            elif kind in (HEADERS, DATA) and flags & END_STREAM:
                waiting.append(stream)
                with self.changed:
                    self.calls += 1
                    enough = self.calls >= self.wait_for_calls
                if enough:
                    connection.sendall(b"".join(self._answer(stream) for stream in waiting))
                    waiting = []

    @staticmethod
    def _answer(stream):
        return (frame(HEADERS, END_HEADERS, stream,
                      STATUS_200 + literal("content-type", "application/json"))
                + frame(DATA, END_STREAM, stream, BODY))
