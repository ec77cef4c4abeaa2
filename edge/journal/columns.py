"""Columns of numbers as bytes, every float bit for bit: small differences become small bytes. Pure."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NONE = -1  # no reference
MOST_PLACES = 9
RAW = 15  # the mode of floats that are no short decimals
# With more exceptions than this share, raw bits are smaller.
EXCEPTIONS = 0.2
# Beyond it a scaled float is no exact whole number any more.
EXACT = 2.0**52
LARGEST = 2**26  # of one text or column: no block is as large


class Damaged(ValueError):
    """These bytes are no block, or not one of this version."""


class Out:
    """Collects the bytes of a block."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def body(self) -> bytes:
        """Everything so far."""
        return b"".join(self._parts)

    def raw(self, data: bytes) -> None:
        """Bytes with their length."""
        self.number(len(data))
        self._parts.append(data)

    def number(self, value: int) -> None:
        """A whole number from 0, small ones in one byte."""
        bits = bytearray()
        while value > 0x7F:
            bits.append(value & 0x7F | 0x80)
            value >>= 7
        bits.append(value)
        self._parts.append(bytes(bits))

    def json(self, value: Any) -> None:
        """Plain values."""
        self.raw(json.dumps(value, separators=(",", ":")).encode())

    def ints(self, values: Sequence[int] | Ints | NDArray[np.bool_]) -> None:
        """Whole numbers; their count is the reader's to know. Bytes of one weight stand together."""
        column = np.asarray(values, np.int64)
        folded = ((column << 1) ^ (column >> 63)).view(np.uint64)
        width = _width(folded)
        self._parts.append(bytes([width]))
        if width:
            planes = folded.astype(f"<u{width}").view(np.uint8).reshape(-1, width)
            self._parts.append(planes.T.tobytes())

    def floats(self, values: Sequence[float] | Floats, places: int, refs: Ints) -> None:
        """Floats, as decimals where they are such. refs: the earlier value each one is likely near to."""
        column = np.asarray(values, np.float64)
        for tried in sorted({places, 6, MOST_PLACES}):
            whole, exact = scaled(column, tried)
            if tried >= places and np.count_nonzero(~exact) <= EXCEPTIONS * len(column):
                self._decimals(column, whole, exact, tried, refs)
                return
        self._parts.append(bytes([RAW]))
        self.ints(column.view(np.int64))

    def _decimals(
        self, column: Floats, whole: Ints, exact: NDArray[np.bool_], places: int, refs: Ints
    ) -> None:
        self._parts.append(bytes([places]))
        odd = np.flatnonzero(~exact)
        self.number(len(odd))
        self.ints(odd)
        self.ints(column[odd].view(np.int64))
        self.ints(whole - referred(whole, refs))


class In:
    """Takes the bytes of a block apart, in the order they were written. Raises Damaged."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes that are still to be read."""
        return len(self._data) - self._at

    def raw(self) -> bytes:
        """Bytes with their length."""
        return self._take(self.number())

    def number(self) -> int:
        """A whole number from 0."""
        value = shift = 0
        while True:
            (byte,) = self._take(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise Damaged("a number that never ends")

    def json(self) -> Any:
        """Plain values."""
        try:
            return json.loads(self.raw())
        except ValueError as error:
            raise Damaged(f"no JSON where there should be: {error}") from error

    def ints(self, count: int) -> Ints:
        """So many whole numbers."""
        if not 0 <= count <= LARGEST:
            raise Damaged(f"a column of {count} numbers")
        (width,) = self._take(1)
        if width == 0:
            return np.zeros(count, np.int64)
        if width not in (1, 2, 4, 8):
            raise Damaged(f"a column of {width} bytes each")
        planes = np.frombuffer(self._take(width * count), np.uint8).reshape(width, count)
        folded = np.ascontiguousarray(planes.T).view(f"<u{width}").reshape(count).astype(np.uint64)
        halved = (folded >> np.uint64(1)).view(np.int64)
        return halved ^ -(folded & np.uint64(1)).view(np.int64)

    def floats(self, count: int, refs: Sequence[int]) -> list[float]:
        """So many floats, with the references they were written with."""
        (places,) = self._take(1)
        if places == RAW:
            return listed(self.ints(count).view(np.float64))
        odd = self.ints(self.number()) if places <= MOST_PLACES else None
        if odd is None or (len(odd) and not 0 <= odd.min() <= odd.max() < count):
            raise Damaged("a column of decimals that is none")
        bits = self.ints(len(odd)).view(np.float64)
        whole = undone(self.ints(count), refs)
        column = np.asarray(whole, np.float64) / 10.0**places
        column[odd] = bits
        return listed(column)

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if not 0 <= count <= LARGEST or end > len(self._data):
            raise Damaged("ends too early")
        taken = self._data[self._at : end]
        self._at = end
        return taken


def listed(column: Floats) -> list[float]:
    """Python's own floats."""
    values: list[float] = column.tolist()
    return values


def differences(values: Sequence[int] | Ints) -> Ints:
    """Each value less the one before it; the first as it is."""
    column = np.array(values, np.int64)
    column[1:] -= column[:-1].copy()
    return column


def summed(column: Ints) -> list[int]:
    """The values of such differences again."""
    values: list[int] = np.cumsum(column).tolist()
    return values


def referred(column: Ints, refs: Ints) -> Ints:
    """What each value refers to; 0 where there is nothing."""
    if not len(column):
        return column
    return np.where(refs >= 0, column[refs], 0)


def undone(differences: Ints, refs: Sequence[int]) -> list[int]:
    """The values again; a reference always leads back to an earlier one."""
    values: list[int] = []
    for difference, ref in zip(differences.tolist(), refs, strict=True):
        values.append(difference + values[ref] if ref >= 0 else difference)
    return values


def _width(folded: NDArray[np.uint64]) -> int:
    most = int(folded.max()) if len(folded) else 0
    return next(width for width in (0, 1, 2, 4, 8) if most < 1 << 8 * width)


def scaled(column: Floats, places: int) -> tuple[Ints, NDArray[np.bool_]]:
    """The column as whole numbers of 10**-places, and which of them give back the very same bits."""
    with np.errstate(all="ignore"):
        scaled = np.rint(column * 10.0**places)
        fits = np.abs(scaled) < EXACT
        whole = np.where(fits, scaled, 0.0).astype(np.int64)
        exact = fits & ((whole / 10.0**places).view(np.int64) == column.view(np.int64))
    return np.where(exact, whole, 0), exact
