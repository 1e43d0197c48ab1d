"""A wire between two nodes: a TCP proxy that a test can cut, at once or in the middle of a byte
stream, hold still, and heal."""

import contextlib
import socket
import struct
import threading

CHUNK = 64 * 1024


def abort(connection):
    """Closes with a reset, as happens after a crash or on a broken path."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Wakes the thread that reads from it.
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


class Wire:
    """Listens on a free port and passes everything on to `target`. Thread-safe."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.moving = threading.Event()  # clear while held still
        self.moving.set()
        self.whole = True
        self.fuse = None  # bytes that may still pass before it breaks; None: any number
        self.open = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Breaks open connections; new ones are refused until heal()."""
        with self.lock:
            self.whole = False
            self._break()
        self.moving.set()

    def cut_after(self, bytes_more):
        """Breaks open connections after `bytes_more` more bytes; then heals by itself."""
        with self.lock:
            self.fuse = bytes_more

    def hold_still(self):
        """Lets nothing pass, without either end noticing, like a pulled cable."""
        self.moving.clear()

    def heal(self):
        with self.lock:
            self.whole = True
        self.moving.set()

    def close(self):
        self.cut()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _break(self):
        for connection in self.open:
            abort(connection)
        self.open.clear()
        self.fuse = None

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near):
        try:
            far = socket.create_connection(("127.0.0.1", self.target), 1)
        except OSError:
            return abort(near)
        far.settimeout(None)
        with self.lock:
            if not self.whole:
                abort(near)
                return abort(far)
            self.open |= {near, far}
        for source, sink in ((near, far), (far, near)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()
        return None

    def _pass_on(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                self.moving.wait()
                data, broken = self._measure(data)
                sink.sendall(data)
                if broken:
                    with self.lock:
                        self._break()
                    return
        with self.lock:
            self.open -= {source, sink}
        abort(source)
        abort(sink)

    def _measure(self, data):
        """Returns the part of the data that still passes, and whether the wire breaks after it."""
        with self.lock:
            if self.fuse is not None and self.fuse <= len(data):
                data, broken = data[:self.fuse], True
            else:
                broken = False
                if self.fuse is not None:
                    self.fuse -= len(data)
            return data, broken
