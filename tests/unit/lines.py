"""A Modbus line for the tests: the library's own server, with a meter on it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

HOLDING = [0x01F4, 0xFFF6, 0x0001, 0xE240, 0x41C8, 0x0000, 0x0005, 3]
METER = SimDevice(
    id=7,
    simdata=(
        [SimData(0, values=[True, False] * 8, datatype=DataType.BITS)],
        [SimData(0, values=[False, True] * 8, datatype=DataType.BITS)],
        [SimData(0, values=HOLDING, datatype=DataType.REGISTERS)],
        [SimData(100, values=[2305, 0x7FC0, 0x0000], datatype=DataType.REGISTERS)],
    ),
)


@contextmanager
def serving(port: int, framer: FramerType = FramerType.SOCKET) -> Iterator[None]:
    """The library's own server in a thread."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    kept: list[Any] = []

    async def serve() -> None:
        server = ModbusTcpServer(METER, framer=framer, address=("127.0.0.1", port))
        kept.append(server)
        await server.serve_forever(background=True)
        ready.set()
        await server.serving

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(kept[0].shutdown(), loop)
        thread.join(10)
        loop.close()
