"""References as bytes: what a node keeps over a restart."""

import json
import zlib
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from edge.perception.cells import CELL

MAGIC: Final = b"gewu view 1\n"
LARGEST: Final = 4096  # pixels a side
Arrays = dict[str, NDArray[np.int8]]


def packed(told: dict[str, Any], arrays: Arrays) -> bytes:
    """JSON and named int8 arrays."""
    shapes = {name: list(array.shape) for name, array in arrays.items()}
    head = json.dumps({"told": told, "arrays": shapes}, sort_keys=True).encode()
    body = b"".join(arrays[name].tobytes() for name in sorted(arrays))
    return MAGIC + zlib.compress(len(head).to_bytes(4, "big") + head + body, 6)


def unpacked(data: bytes) -> tuple[dict[str, Any], Arrays]:
    """The way back. Raises ValueError for what was not made by `packed`."""
    try:
        if not data.startswith(MAGIC):
            raise ValueError("it does not begin as one")
        plain = zlib.decompressobj().decompress(data[len(MAGIC) :], LARGEST * LARGEST)
        size = int.from_bytes(plain[:4], "big")
        head = json.loads(plain[4 : 4 + size])
        return dict(head["told"]), _arrays(head["arrays"], plain[4 + size :])
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise ValueError(f"this is no stored view: {error}") from error


def _arrays(shapes: dict[str, list[int]], body: bytes) -> Arrays:
    arrays, at = {}, 0
    for name, shape in sorted(shapes.items()):
        if len(shape) != 2 or not all(0 < side <= LARGEST for side in shape):
            raise ValueError(f"{name} has the shape {shape}")
        size = shape[0] * shape[1]
        if at + size > len(body):
            raise ValueError("it is cut off")
        arrays[name] = np.frombuffer(body, np.int8, size, at).reshape(shape).copy()
        at += size
    return arrays


def bytes_of(fine: NDArray[np.float32], scale: float = 1.0) -> NDArray[np.int8]:
    """Values in whole steps of 1 / scale."""
    return np.asarray(np.clip(np.rint(fine * scale), -127, 127), np.int8)


def fits(fine: NDArray[np.int8], cells: NDArray[np.int8]) -> bool:
    """Whether a map of cells belongs to a picture."""
    return tuple(side * CELL for side in cells.shape) == fine.shape


def figure(value: object) -> float:
    """A finite number. Raises ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, float | int) or not np.isfinite(value):
        raise ValueError(f"{value!r} is no figure")
    return float(value)
