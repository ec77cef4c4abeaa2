"""Modbus: registers and coils over TCP, on serial lines (RTU), and RTU frames over TCP as gateways have them.

Source: Modbus Application Protocol 1.1b3. Addresses count from 0; register 40001 of a manual is holding 0.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator
from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusException
from typing_extensions import Self

from broker.events import Reason
from broker.settings import Duration
from broker.settings import Settings as Base
from edge.decoding import Decoded
from edge.mapping import MappedReading
from edge.meanings import Meaning
from edge.payloads import device_of, once, reason
from edge.poller import Poller, PollerSettings, Unreachable
from edge.readings import Reading

Table = Literal["holding", "input", "coil", "discrete"]
MOST_AT_ONCE: Final = {"holding": 120, "input": 120, "coil": 1000, "discrete": 1000}
_TYPES: Final = ModbusTcpClient.DATATYPE
_WORDS: Final = {
    "int16": 1, "uint16": 1, "int32": 2, "uint32": 2, "int64": 4, "uint64": 4, "float32": 2, "float64": 4,
}  # fmt: skip
NumberType = Literal["int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]


class Register(MappedReading):
    """One reading. type: of registers. bit: of one register, 0 the lowest, for a flag. words: by number."""

    table: Table = "holding"
    address: Annotated[int, Field(ge=0, le=65535)]
    type: NumberType = "uint16"
    word_order: Literal["big", "little"] = "big"
    bit: Annotated[int, Field(ge=0, le=15)] | None = None

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if self.path is not None:
            raise ValueError("a register has an address and no path")
        if self.of_bits and (self.type != "uint16" or self.bit is not None):
            raise ValueError(f"a {self.table} is one bit and has neither type nor bit")
        if self.bit is not None and self.type != "uint16":
            raise ValueError("a bit is one of a uint16")
        if self.address + self.size > 65536:
            raise ValueError("reaches beyond the last address, 65535")
        return self

    @property
    def of_bits(self) -> bool:
        """Whether the table holds bits."""
        return self.table in ("coil", "discrete")

    @property
    def size(self) -> int:
        """Addresses that it covers."""
        return 1 if self.of_bits else _WORDS[self.type]


class Device(Base):
    """One device on the line. name: as its readings have it; unit: its address there."""

    name: Annotated[str, Field(min_length=1, max_length=128)]
    unit: Annotated[int, Field(ge=0, le=255)] = 1
    readings: Annotated[list[Register], Field(min_length=1, max_length=500)]

    @model_validator(mode="after")
    def _may_be_named_so(self) -> Self:
        device_of(self.name, "name")
        return self


class Line(Base):
    """A serial line of this machine, such as RS-485."""

    device: Annotated[str, Field(pattern=r"^/dev/[A-Za-z0-9._/:-]{1,200}$")]
    baud: Annotated[int, Field(ge=300, le=4_000_000)] = 9600
    parity: Literal["none", "even", "odd"] = "none"
    stop_bits: Literal[1, 2] = 1


class Settings(PollerSettings):
    """Either `host` or `serial`. frames: over TCP, `tcp`, or `rtu`; a serial line always has the latter.

    timeout: for each answer; a silent device is asked no more.
    """

    kind: Literal["modbus"]
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")] | None = None
    serial: Line | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 502
    frames: Literal["tcp", "rtu"] = "tcp"
    timeout: Annotated[Duration, Field(ge=0.05, le=60)] = 3.0
    devices: Annotated[list[Device], Field(min_length=1, max_length=247)]

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.host is None) == (self.serial is None):
            raise ValueError("give either a host or a serial line")
        if self.serial is not None and self.model_fields_set & {"port", "frames"}:
            raise ValueError("port and frames are of a host; a serial line has neither")
        return self


def build(settings: Settings) -> Poller:
    # The library logs frames in words of its own; what matters is in the reasons.
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    return Modbus(settings)


@dataclass(frozen=True, slots=True)
class Span:
    """Adjoining addresses of a table, asked for at once, and what stands in them."""

    table: Table
    address: int
    size: int
    rows: tuple[tuple[Register, Meaning], ...]


def spans(registers: Sequence[Register]) -> Iterator[Span]:
    """The fewest questions, without asking for an address that no reading needs."""
    kept: list[Register] = []
    end = 0
    for row in sorted(registers, key=lambda each: (each.table, each.address)):
        whole = max(end, row.address + row.size)
        if kept and (
            row.table != kept[0].table
            or row.address > end
            or whole - kept[0].address > MOST_AT_ONCE[row.table]
        ):
            yield _span(kept, end)
            kept, whole = [], row.address + row.size
        kept.append(row)
        end = whole
    yield _span(kept, end)


def _span(rows: Sequence[Register], end: int) -> Span:
    first = rows[0]
    return Span(first.table, first.address, end - first.address, tuple((row, row.meaning) for row in rows))


class Modbus:
    """One line, asked device by device."""

    def __init__(self, settings: Settings) -> None:
        self._devices = [(each.name, each.unit, list(spans(each.readings))) for each in settings.devices]
        self._where = settings.serial.device if settings.serial else f"the host, port {settings.port}"
        self._client = _client(settings)

    def poll(self, at: float) -> Decoded:  # noqa: ARG002 - registers hold no time
        readings: list[Reading] = []
        left: list[Reason] = []
        for name, unit, asked in self._devices:
            for span in asked:
                answer = self._ask(unit, span)
                if isinstance(answer, Reason):
                    left.append(answer)
                    if answer.code == "no_answer":
                        break  # nor will it answer the rest, and the others wait
                else:
                    readings += _read(name, span, answer, left)
        return Decoded(tuple(readings), once(left))

    def close(self) -> None:
        self._client.close()

    def _ask(self, unit: int, span: Span) -> list[Any] | Reason:
        """What stands there, or why nothing does."""
        if not self._client.connected and not self._connect():
            raise Unreachable("unreachable", f"no connection to {self._where}")
        try:
            answer = _QUESTIONS[span.table](self._client, span.address, count=span.size, device_id=unit)
        except (ModbusException, OSError, ValueError, IndexError):
            self._client.close()  # what comes late would be taken for the next answer
            return reason("no_answer", f"unit {unit} does not answer, or not in Modbus")
        if answer.isError():
            text = f"unit {unit} refuses {span.table} {span.address}"
            return reason("refused", f"{text} with exception {getattr(answer, 'exception_code', 0)}")
        values = answer.bits if span.table in ("coil", "discrete") else answer.registers
        if len(values) < span.size:
            return reason("no_answer", f"unit {unit} answers with less than it was asked for")
        return list(values)

    def _connect(self) -> bool:
        try:
            return bool(self._client.connect())
        except (ModbusException, OSError):
            return False


def _client(settings: Settings) -> Any:
    common: dict[str, Any] = {"timeout": settings.timeout, "retries": 0}
    if (line := settings.serial) is not None:
        how: dict[str, Any] = {
            "baudrate": line.baud,
            "parity": line.parity[0].upper(),
            "stopbits": line.stop_bits,
        }
        return ModbusSerialClient(line.device, **how, **common)
    framer = FramerType.RTU if settings.frames == "rtu" else FramerType.SOCKET
    return ModbusTcpClient(str(settings.host), port=settings.port, framer=framer, **common)


_QUESTIONS: Final = {
    "holding": ModbusTcpClient.read_holding_registers,
    "input": ModbusTcpClient.read_input_registers,
    "coil": ModbusTcpClient.read_coils,
    "discrete": ModbusTcpClient.read_discrete_inputs,
}


def _read(device: str, span: Span, values: Sequence[Any], left: list[Reason]) -> Iterator[Reading]:
    for row, meaning in span.rows:
        begin = row.address - span.address
        sense = meaning(_value(row, values[begin : begin + row.size]))
        if sense is not None:
            yield Reading(device, sense[0], sense[1], None, "good", sense[2])
        else:
            left.append(
                reason("not_a_value", f"{row.table} {row.address} holds none that {row.quantity} can have")
            )


def _value(row: Register, words: Sequence[Any]) -> Any:
    if row.of_bits:
        return bool(words[0])
    if row.bit is not None:
        return bool(words[0] >> row.bit & 1)
    kind = _TYPES[row.type.upper()]
    return ModbusTcpClient.convert_from_registers(list(words), kind, word_order=row.word_order)
