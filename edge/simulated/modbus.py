"""A Modbus server with holding registers, which the node's poller asks."""

import asyncio
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field
from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from broker.settings import Settings as Base
from edge.simulation.thing import Saying, ThingSettings, Value

WORDS: Final[Mapping[str, Mapping[str, Value]]] = {}
_WRITE: Final = 16  # the function that writes several holding registers
_READY_S: Final = 10.0


class Register(Base):
    """Where a field stands, and how many steps of the register are one of it."""

    address: Annotated[int, Field(ge=0, le=65535)]
    steps: Annotated[float, Field(gt=0)] = 1.0


class Settings(ThingSettings):
    """registers: where each field stands, as an unsigned number of 16 bits. It speaks to no way in."""

    single: ClassVar[bool] = True

    kind: Literal["modbus"]
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)]
    unit: Annotated[int, Field(ge=0, le=255)] = 1
    registers: dict[str, Register]


def build(settings: Settings) -> "Modbus":
    """The server. Nothing listens before `start`."""
    return Modbus(settings)


class Modbus:
    """Says nothing by itself; what it would say, it answers with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._server: Any = None
        self._thread = threading.Thread(target=self._run, name=f"modbus-{settings.id}", daemon=True)

    def check(self, fields: Mapping[str, Value]) -> None:
        """Nothing listens yet, so nothing is written."""
        self.say(fields, 0.0)

    def start(self) -> None:
        """Raises OSError where its port is taken."""
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        if not self._ready.wait(_READY_S) or self._server is None:
            raise OSError(f"thing {self._settings.id}: nothing can listen at port {self._settings.port}")

    def stop(self) -> None:
        """End."""
        if self._loop is None:
            return
        if self._server is not None:
            asyncio.run_coroutine_threadsafe(self._server.shutdown(), self._loop).result(_READY_S)
        self._thread.join(_READY_S)
        self._loop.close()

    def say(self, fields: Mapping[str, Value], utc: float) -> list[Saying]:  # noqa: ARG002 - it is asked
        """Write its registers. Raises ValueError for a field without one, or that does not fit."""
        for name, value in fields.items():
            register = self._settings.registers.get(name)
            if register is None or isinstance(value, str):
                known = ", ".join(self._settings.registers)
                raise ValueError(f"{self._settings.id} has no register for {name!r}; it has {known}")
            number = round(value * register.steps)
            if not 0 <= number <= 0xFFFF:
                raise ValueError(f"{name} of {self._settings.id} cannot be {value}")
            self._write(register.address, number)
        return []

    def _write(self, address: int, number: int) -> None:
        if self._server is not None and self._loop is not None:
            written = self._server.async_setValues(self._settings.unit, _WRITE, address, [number])
            asyncio.run_coroutine_threadsafe(written, self._loop).result(_READY_S)

    def _run(self) -> None:
        assert self._loop is not None  # noqa: S101 - made before the thread
        try:
            with suppress(OSError, RuntimeError):  # its port is taken; `start` says so
                self._loop.run_until_complete(self._serve())
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        settings = self._settings
        most = max((each.address for each in settings.registers.values()), default=0) + 1
        empty = SimData(0, values=[0] * most, datatype=DataType.REGISTERS)
        bits = SimData(0, values=[False] * 16, datatype=DataType.BITS)
        device = SimDevice(id=settings.unit, simdata=([bits], [bits], [empty], [empty]))
        server = ModbusTcpServer(device, framer=FramerType.SOCKET, address=(settings.host, settings.port))
        await server.serve_forever(background=True)
        self._server = server
        self._ready.set()
        await server.serving
