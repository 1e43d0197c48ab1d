"""Peers at a neighbour's gRPC port, each broken in one way."""

import contextlib
import socket
import ssl
import threading

from wire import abort

# Kinds that listen.
KINDS = ("silent", "closing", "resetting", "http1", "tls")

BAD_REQUEST = (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
MOST_KEPT = 100  # connections that a silent peer holds


class BrokenPeer:
    """Listens on a port, and treats each connection as its kind, one of KINDS, which may change
    meanwhile. `certificate` and `key` are for TLS."""

    def __init__(self, port, kind, certificate=None, key=None):
        self.kind = kind
        self.kept = []
        self.context = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.kept:
            connection.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(1)
            with contextlib.suppress(OSError):
                getattr(self, f"_{self.kind}")(connection)

    def _silent(self, connection):
        self.kept = [*self.kept[-MOST_KEPT:], connection]

    def _closing(self, connection):
        connection.close()

    def _resetting(self, connection):
        abort(connection)

    def _http1(self, connection):
        with connection:
            connection.recv(1000)
            connection.sendall(BAD_REQUEST)

    def _tls(self, connection):
        with contextlib.closing(self.context.wrap_socket(connection, server_side=True)):
            pass
