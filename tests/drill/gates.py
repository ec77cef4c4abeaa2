"""A TCP proxy that misbehaves as a bad network does: it cuts, hangs, delays, and breaks off in a packet."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

HOST = "127.0.0.1"
CHUNK = 65_536
Way = Literal["up", "down"]  # to the broker, from the broker
WAYS: tuple[Way, ...] = ("up", "down")


@dataclass
class Gate:
    """One party's way to the broker. The attributes are read anew for every chunk."""

    name: str
    to: int
    port: int = 0
    hold: threading.RLock = field(default_factory=threading.RLock)
    refuses: bool = False
    stalled: frozenset[Way] = frozenset()
    delay_s: float = 0.0
    breaks: int = 0  # so many chunks will be sent by half, and their connection ended
    open: set[asyncio.WriteTransport] = field(default_factory=set)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first to its last byte."""
        if self.refuses:
            writer.transport.abort()
            return
        try:
            back, forth = await asyncio.open_connection(HOST, self.to)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer.transport, forth.transport}
        self.open |= pair
        pumps = [
            asyncio.create_task(self._pump(*ends)) for ends in ((reader, forth, "up"), (back, writer, "down"))
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in pumps:
                each.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self.open -= pair
            for transport in pair:
                transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                while way in self.stalled:
                    await self.moved.wait()
                if self.breaks:
                    self.breaks -= 1
                    writer.write(data[: len(data) // 2])
                    await asyncio.sleep(0.02)
                    return
                writer.write(data)
                await writer.drain()


class Gates:
    """All gates on a thread of their own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gates", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._thread.start()

    def gate(self, name: str, to: int) -> Gate:
        """A new gate to a port, at a free port of its own."""
        gate = Gate(name, to)
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(gate.serve, HOST, 0), self._loop
        ).result()
        self._servers.append(server)
        gate.port = server.sockets[0].getsockname()[1]
        return gate

    def cut(self, gate: Gate) -> None:
        """End every connection and refuse new ones, until `mend`."""
        gate.refuses = True
        self._do(lambda: _abort(gate))

    def stall(self, gate: Gate, ways: tuple[Way, ...]) -> None:
        """Hold back all bytes of these ways, until `mend`."""
        gate.stalled = frozenset(ways)

    def mend(self, gate: Gate) -> None:
        """All is well again."""
        gate.refuses, gate.stalled, gate.delay_s, gate.breaks = False, frozenset(), 0.0, 0
        self._do(lambda: self._moved(gate))

    def _moved(self, gate: Gate) -> None:
        gate.moved.set()
        gate.moved = asyncio.Event()

    def _do(self, what: Callable[[], object]) -> None:
        self._loop.call_soon_threadsafe(what)

    def close(self) -> None:
        """End everything."""

        async def end() -> None:
            for server in self._servers:
                server.close()
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _abort(gate: Gate) -> None:
    for transport in list(gate.open):
        transport.abort()
