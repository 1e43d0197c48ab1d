"""Pages without a browser: requests by hand, and WebSockets that only read."""

import contextlib
import socket

UPGRADE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")


def request(port, line, *headers, body=b""):
    """Returns the status, the headers in lower case, and the body of one request, byte for byte."""
    head = "\r\n".join([line, f"Host: 127.0.0.1:{port}", "Connection: close",
                        f"Content-Length: {len(body)}", *headers, "", ""])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(head.encode("latin-1") + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, rest = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), fields, rest


def view(stack, port):
    """Opens a viewer that stays until the stack ends; returns the socket."""
    viewer = stack.enter_context(
        contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=20)))
    viewer.sendall("\r\n".join([f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}", *UPGRADE, "",
                                ""]).encode())
    assert viewer.recv(12) == b"HTTP/1.1 101"
    return viewer
