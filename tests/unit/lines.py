"""A Modbus line for the tests: the library's own server, with a meter on it."""

import asyncio
import os
import select
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from pymodbus import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
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


def serving(port: int, framer: FramerType = FramerType.SOCKET) -> AbstractContextManager[None]:
    """The library's own server over TCP."""
    return _serving(lambda: ModbusTcpServer(METER, framer=framer, address=("127.0.0.1", port)))


@contextmanager
def on_a_line() -> Iterator[str]:
    """The same at the other end of a serial line: two terminals; each hears what is said at the other."""
    ends = [os.openpty() for _ in range(2)]
    masters = [master for master, _ in ends]
    here, there = (os.ttyname(slave) for _, slave in ends)
    for _, slave in ends:
        tty.setraw(slave)
    over = threading.Event()

    def carry() -> None:
        while not over.is_set():
            for ready in select.select(masters, [], [], 0.05)[0]:
                os.write(masters[1 - masters.index(ready)], os.read(ready, 4096))

    wire = threading.Thread(target=carry)
    wire.start()
    try:
        with _serving(lambda: ModbusSerialServer(METER, framer=FramerType.RTU, port=there, baudrate=19200)):
            yield here
    finally:
        over.set()
        wire.join()
        for handle in (handle for pair in ends for handle in pair):
            os.close(handle)


@contextmanager
def _serving(make: Callable[[], Any]) -> Iterator[None]:
    """In a thread."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    kept: list[Any] = []

    async def serve() -> None:
        server = make()
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
