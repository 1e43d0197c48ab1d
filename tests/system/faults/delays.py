"""A TCP proxy that delays traffic, for a kernel that cannot.

    delays.py PORT HOST:PORT ...

It runs in a node's namespace and listens on 127.0.0.1, on PORT, PORT + 1 and so on, for one target
each. On stdin it reads lines `INDEX MILLISECONDS`: from now on, bytes to and from that target are
delayed by this time, plus or minus half of it; a negative number breaks the connections. It prints
a line once it listens, and ends when its stdin ends.
"""

import asyncio
import random
import socket
import subprocess
import sys

from world import PROXY_MARK

CHUNK = 64 * 1024
IN_FLIGHT = 64  # chunks waiting in one direction; at the limit the sender waits


class Target:
    """One neighbour behind the proxy."""

    def __init__(self, address):
        self.host, port = address.split(":")
        self.port = int(port)
        self.delay_s = 0.0
        self.writers = set()
        self.tasks = set()  # of connections; asyncio itself does not keep them from the collector

    def break_all(self):
        for writer in self.writers:
            writer.transport.abort()

    async def connected(self, reader, writer):
        """Passes one connection on."""
        task = asyncio.current_task()
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        far = socket.socket()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, PROXY_MARK)
        far.setblocking(False)
        writers = {writer}
        self.writers.add(writer)
        try:
            await asyncio.get_running_loop().sock_connect(far, (self.host, self.port))
            far_reader, far_writer = await asyncio.open_connection(sock=far)
            self.writers.add(far_writer)
            writers.add(far_writer)
            await asyncio.gather(self.pass_on(reader, far_writer), self.pass_on(far_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass  # an end of a connection like any other
        finally:
            far.close()
            for open_one in writers:
                open_one.transport.abort()
            self.writers -= writers

    async def pass_on(self, reader, writer):
        """Bytes that were read wait for their time; the order stays."""
        loop = asyncio.get_running_loop()
        waiting = asyncio.Queue(IN_FLIGHT)

        async def send():
            while (item := await waiting.get()) is not None:
                due, data = item
                await asyncio.sleep(due - loop.time())
                writer.write(data)
                await writer.drain()
            writer.transport.abort()

        sender = asyncio.create_task(send())
        try:
            while data := await reader.read(CHUNK):
                await waiting.put((loop.time() + self.delay_s * random.uniform(0.5, 1.5), data))
            await waiting.put(None)
            await sender
        finally:
            sender.cancel()


async def main(first_port, addresses):
    targets = [Target(address) for address in addresses]
    for port, target in enumerate(targets, first_port):
        await asyncio.start_server(target.connected, "127.0.0.1", port)
    print("listening", flush=True)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        index, milliseconds = map(int, line.split())
        if milliseconds < 0:
            targets[index].break_all()
        else:
            targets[index].delay_s = milliseconds / 1000


class Delayer:
    """The proxy of one node, as a process."""

    FIRST_PORT = 9000

    def __init__(self, world, node, dialled_port):
        self.neighbours = world.neighbours(node)
        addresses = [f"{world.address(neighbour)}:{dialled_port}" for neighbour in self.neighbours]
        self.process = subprocess.Popen(
            world.command(node, sys.executable, __file__, str(self.FIRST_PORT), *addresses),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "listening\n":
            raise RuntimeError(f"the proxy of {node} does not start")

    def port(self, neighbour):
        return self.FIRST_PORT + self.neighbours.index(neighbour)

    def delay(self, neighbour, milliseconds):
        self._tell(neighbour, milliseconds)

    def break_connections(self, neighbour):
        self._tell(neighbour, -1)

    def _tell(self, neighbour, number):
        self.process.stdin.write(f"{self.neighbours.index(neighbour)} {number}\n")
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))
