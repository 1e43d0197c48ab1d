"""gRPC by hand: frames of HTTP/2, so that a test can send frames that no library would send.

    with Http2(port) as peer:
        stream = peer.call("/proxyherd.peer.v1.PeerService/Link")
        stream.send(hello(...), batch(...))

Messages of the other end are read only to keep the windows of flow control; their results show in
the metrics of the server. The fields of its answers are kept. `deaf=True` reads nothing any more
once a call has begun.
"""

import contextlib
import re
import socket
import struct
import threading

from hpack import Inflater

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
INITIAL_WINDOW = 65_535
MOST_IN_A_FRAME = 16_384
INITIAL_WINDOW_SIZE = 4  # a setting


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """Returns a header that is in no table."""
    return b"\0" + b"".join(
        (bytes([len(text)]) if len(text) < 127 else b"\x7f" + varint(len(text) - 127)) + text
        for text in (name.encode(), value.encode()))


class Http2:
    """One connection. Sending waits for the flow-control window of the other end."""

    def __init__(self, port, deaf=False):
        self.port = port
        self.deaf = deaf
        self.changed = threading.Condition()
        self.window = INITIAL_WINDOW
        self.first_window = INITIAL_WINDOW
        self.streams = {}
        self.gone = False
        self.goaway = None  # the error of the other end's GOAWAY
        self.pings = 0  # that were answered
        self.inflater = Inflater()
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.send_frame(SETTINGS, 0, 0, before=PREFACE)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.reader.join()
        self.socket.close()

    def send_frame(self, kind, flags, stream, payload=b"", before=b""):
        self.socket.sendall(before + frame(kind, flags, stream, payload))

    def ping(self):
        """Returns once the other end has answered, and so has read everything that was sent."""
        wanted = self.pings + 1
        self.send_frame(PING, 0, 0, b"12345678")
        with self.changed:
            self.changed.wait_for(lambda: self.gone or self.pings >= wanted, 30)

    def call(self, path, **headers):
        """Opens a new stream and sends its request headers. `headers`: others than the usual ones,
        with _ for - and, at the beginning, for :; None leaves one out."""
        stream = Stream(self, 2 * len(self.streams) + 1)
        self.streams[stream.number] = stream
        usual = {"_method": "POST", "_scheme": "http", "_path": path,
                 "_authority": f"127.0.0.1:{self.port}", "te": "trailers",
                 "content_type": "application/grpc"}
        self.send_frame(HEADERS, END_HEADERS, stream.number, b"".join(
            literal(re.sub("^_", ":", name).replace("_", "-"), value)
            for name, value in {**usual, **headers}.items() if value is not None))
        return stream

    def _read(self):
        with contextlib.suppress(OSError, EOFError):
            while True:
                head = self._exactly(9)
                size = int.from_bytes(head[:3], "big")
                kind, flags, number = struct.unpack(">BBI", head[3:])
                self._take(kind, flags, number, self._exactly(size))
        with self.changed:
            self.gone = True
            self.changed.notify_all()

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def _take(self, kind, flags, number, payload):
        stream = self.streams.get(number)
        with self.changed:
            if kind == SETTINGS and not flags & ACK:
                self._take_settings(payload)
            elif kind == WINDOW_UPDATE:
                by = int.from_bytes(payload, "big")
                if number == 0:
                    self.window += by
                elif stream is not None:
                    stream.window += by
            elif kind == PING and flags & ACK:
                self.pings += 1
            elif kind == GOAWAY:
                self.goaway = int.from_bytes(payload[4:8], "big")
            elif kind == HEADERS and flags & END_HEADERS:
                fields = self.inflater.read(payload)
                if stream is not None:
                    stream.blocks.append(fields)
            if stream is not None and (kind == RST_STREAM or (
                    kind in (HEADERS, DATA) and flags & END_STREAM)):
                stream.ended = True
            self.changed.notify_all()
        if kind == SETTINGS and not flags & ACK:
            self.send_frame(SETTINGS, ACK, 0)
        elif kind == PING and not flags & ACK:
            self.send_frame(PING, ACK, 0, payload)
        elif kind == DATA and payload and not self.deaf:
            for of in (0, number):
                self.send_frame(WINDOW_UPDATE, 0, of, struct.pack(">I", len(payload)))

    def _take_settings(self, payload):
        for at in range(0, len(payload), 6):
            name, value = struct.unpack(">HI", payload[at:at + 6])
            if name == INITIAL_WINDOW_SIZE:
                for stream in self.streams.values():
                    stream.window += value - self.first_window
                self.first_window = value


class Stream:
    """One call. `ended`: the other end has ended it. `blocks`: the other end's fields: those of its
    answer and then its trailers, or only the latter."""

    def __init__(self, connection, number):
        self.connection = connection
        self.number = number
        self.window = connection.first_window
        self.ended = False
        self.blocks = []

    def over(self):
        return self.ended or self.connection.gone

    def send(self, *messages):
        """Sends messages, already encoded; fewer if the call ends meanwhile."""
        self.send_data(b"".join(b"\0" + struct.pack(">I", len(message)) + message
                                for message in messages))

    def send_data(self, data):
        while data and not self.over():
            with self.connection.changed:
                self.connection.changed.wait_for(
                    lambda: self.over() or min(self.window, self.connection.window) > 0, 30)
                size = min(len(data), self.window, self.connection.window, MOST_IN_A_FRAME)
                if size <= 0 or self.over():
                    return
                self.window -= size
                self.connection.window -= size
            with contextlib.suppress(OSError):
                self.connection.send_frame(DATA, 0, self.number, data[:size])
            data = data[size:]

    def half_close(self):
        self.connection.send_frame(DATA, END_STREAM, self.number)


# Protobuf messages.


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    """Encodes a number, bytes, or a string."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def fixed64(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def double(number, value):
    return varint(number << 3 | 1) + struct.pack("<d", value)
