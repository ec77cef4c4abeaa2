"""References and settled things as bytes that outlive the process: clean ground, and where things lie."""

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from edge.observation import StaticRegion
from edge.perception.cells import CELL, FINE, Floats, Structure, by_pixel
from edge.perception.statics.ground import Ground
from edge.perception.statics.regions import MOST, Region

VERSION: Final = 1
STEP: Final = 1.0  # units of 100 ln, one percent of contrast: far below the least change
LARGEST: Final = 2048  # pixels of a side


@dataclass(slots=True)
class Kept:
    """What is kept of one source. utc_minus_t: of the times of the regions. at: UTC of the last look."""

    size: tuple[int, int]
    grounds: Sequence[Ground]
    firm: Sequence[Region]
    utc_minus_t: float = 0.0
    at: float = 0.0


def pack(kept: Kept) -> bytes:
    """The bytes of it, some 25 kB a reference."""
    regions = [_told(region, kept.utc_minus_t) for region in kept.firm]
    about = {"version": VERSION, "size": kept.size, "at": kept.at}
    about |= {"regions": regions, "grounds": len(kept.grounds)}
    arrays: dict[str, NDArray[Any]] = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    for number, ground in enumerate(kept.grounds):
        arrays[f"fine{number}"] = _bytes(np.where(by_pixel(ground.known), ground.clean.fine, 0.0))
        arrays[f"level{number}"] = _known_level(ground).astype(np.float16)
        arrays[f"noise{number}"] = ground.noise.astype(np.float16)
        arrays[f"known{number}"] = ground.known
    for number, region in enumerate(kept.firm):
        arrays[f"cells{number}"] = np.packbits(region.cells)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def unpack(data: bytes, t: float, utc: float) -> Kept:
    """What was packed, its times on the clock of now. Raises ValueError for what is none.

    A UTC clock that went back meanwhile says nothing of the time between: then none has passed.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            if about["version"] != VERSION:
                raise ValueError(f"version {about['version']!r}, known is {VERSION}")
            height, width = (int(side) for side in about["size"])
            if not (4 * CELL <= height <= LARGEST and 4 * CELL <= width <= LARGEST):
                raise ValueError(f"pictures of {width} x {height}")
            shape = (height // CELL, width // CELL)
            grounds = [_ground(arrays, number, shape) for number in range(min(8, int(about["grounds"])))]
            if not grounds:
                raise ValueError("no reference")
            told, at = about["regions"][:MOST], float(about.get("at", 0.0))
            utc_minus_t = max(utc, at) - t
            firm = [_region(arrays, n, item, shape, utc_minus_t) for n, item in enumerate(told)]
    except (KeyError, TypeError, ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"this is no dump of left things: {error!r}") from error
    return Kept((height, width), grounds, firm, utc_minus_t, at)


def _told(region: Region, utc_minus_t: float) -> dict[str, Any]:
    return asdict(replace(region.told, since=region.told.since + utc_minus_t))


def _known_level(ground: Ground) -> Floats:
    """The brightness by cell; where nothing is known, that of the rest."""
    level, known = ground.clean.level, ground.known
    usual = float(np.median(level[known])) if known.any() else 0.0
    return np.asarray(np.where(known, level, np.float32(usual)), np.float32)


def _bytes(fine: Floats) -> NDArray[np.int8]:
    return np.clip(np.round(fine / STEP), -127, 127).astype(np.int8)


def _ground(arrays: Any, number: int, shape: tuple[int, int]) -> Ground:
    """Raises ValueError where the arrays are not of that shape."""
    fine = arrays[f"fine{number}"].astype(np.float32) * np.float32(STEP)
    level, noise = (arrays[f"{name}{number}"].astype(np.float32) for name in ("level", "noise"))
    known = arrays[f"known{number}"].astype(np.bool_)
    shapes = {level.shape, noise.shape, known.shape}
    if shapes != {shape} or fine.shape != (shape[0] * FINE, shape[1] * FINE):
        raise ValueError(f"arrays of {fine.shape} and {shapes}")
    if not all(np.isfinite(values).all() for values in (level, noise)):
        raise ValueError("not all of it are numbers")
    return Ground(Structure.of(np.ascontiguousarray(fine), level), known, noise)


def _region(
    arrays: Any, number: int, item: dict[str, Any], shape: tuple[int, int], utc_minus_t: float
) -> Region:
    cells = np.unpackbits(arrays[f"cells{number}"], count=shape[0] * shape[1]).reshape(shape) > 0
    if not cells.any():
        raise ValueError("a region without cells")
    x1, y1, x2, y2 = map(float, item["box"])
    told = StaticRegion(**{**item, "box": (x1, y1, x2, y2), "merged": ()})
    return Region(cells, replace(told, since=float(told.since) - utc_minus_t))
