"""The words in which DJI aircraft write one entry of a sidecar, in all the dialects seen. Pure.

Source: the sidecars themselves; DJI publishes no description. Three manners exist: `[key: value]` pairs,
`GPS(a,b,c) BAROMETER:x`, and a line of `GPS (lon, lat, n), H 1.0m, G.PRY (pitch, roll, yaw)`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from math import isfinite
from typing import Final

from edge.flight.pose import Gimbal

Order = str  # auto, longitude_first or latitude_first

_NUMBER: Final = r"([-+]?\d{1,9}(?:\.\d{1,12})?)"
# A number that nothing follows may have been cut: it is not read.
_PAIR: Final = re.compile(r"\b([A-Za-z_]{2,24})\s?:\s?" + _NUMBER + r"(?=[\s\],)])")
_GPS: Final = re.compile(r"GPS\s?\(([^(),\n]{1,24}),([^(),\n]{1,24})(?:,([^(),\n]{1,24}))?\)")
_BAROMETER: Final = re.compile(r"BAROMETER([:(])" + _NUMBER + r"(?=[\s)M])")
_HEIGHT: Final = re.compile(r"\bH " + _NUMBER + r"m\b")
_ANGLES: Final = re.compile(r"\b([FG])\.PRY \(" + ", ?".join([_NUMBER + r"[^\d,()]{0,3}"] * 3) + r"\)")
_WALL: Final = re.compile(
    r"(\d{4})[-.](\d{1,2})[-.](\d{1,2}) (\d\d):(\d\d):(\d\d)(?:[.,](\d{3}))?(?:,(\d{3}))?(?!\d)"
)
_DECIMALS: Final = re.compile(r"\.(\d+)")
_DEGREE_M: Final = 111_320.0


@dataclass(frozen=True, slots=True)
class Said:
    """What one entry says. altitude: of unsaid datum.

    step_m: what the last digit of the position is on the ground.
    """

    latitude: float
    longitude: float
    step_m: float
    height: float | None
    above_sea: float | None
    altitude: float | None
    heading: float | None
    gimbal: Gimbal | None
    focal: float | None


class Unsaid(ValueError):
    """An entry without a position. The text is the code of the cause."""


def said(text: str, order: Order) -> Said:
    """Raises Unsaid, with the code of why there is no position."""
    pairs: dict[str, str] = {}
    for key, value in _PAIR.findall(text):
        pairs.setdefault(key.lower(), value)
    barometer = _BAROMETER.search(text)
    latitude, longitude, third = _position(text, pairs, order, barometer)
    return Said(
        float(latitude),
        float(longitude),
        max(_step(latitude), _step(longitude)),
        _height(text, pairs, barometer),
        _float(pairs.get("abs_alt")) if "abs_alt" in pairs else third,
        _float(pairs.get("altitude")),
        *_turned(text, pairs),
        _focal(pairs),
    )


def wall(text: str) -> float | None:
    """The time on the wall of an entry, as if it were UTC; None where none is written."""
    found = _WALL.search(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, milli, micro = found.groups(default="0")
    part = int(milli) * 1000 + int(micro)
    try:
        parts = (int(year), int(month), int(day), int(hour), int(minute), int(second), part)
        return datetime(*parts, tzinfo=timezone.utc).timestamp()
    except (ValueError, OverflowError):
        return None


def _position(
    text: str, pairs: dict[str, str], order: Order, barometer: re.Match[str] | None
) -> tuple[str, str, float | None]:
    """Latitude and longitude as written, and a height above sea where the brackets hold one."""
    longitude = pairs.get("longitude", pairs.get("longtitude"))
    if "latitude" in pairs and longitude is not None:
        return _checked(pairs["latitude"], longitude, None)
    found = _GPS.search(text)
    if found is None:
        begun = text.count("[") > text.count("]") or "GPS" in text or "HOME" in text
        raise Unsaid("cut" if begun else "no_position")
    first, second, third = (value.strip() if value else "" for value in found.groups())
    if _float(first) is None or _float(second) is None:
        raise Unsaid("no_fix")
    if _latitude_first(order, third, barometer, first, second):
        return _checked(first, second, _third(third))
    return _checked(second, first, _third(third))


def _latitude_first(
    order: Order, third: str, barometer: re.Match[str] | None, first: str, second: str
) -> bool:
    """Matrice 300 (its third value has an M) and Avata 2 (`BAROMETER(`) turn round what the others write."""
    if order != "auto":
        return order == "latitude_first"
    if abs(float(first)) > 90.0:
        return False
    turned = third.endswith("M") or (barometer is not None and barometer[1] == "(")
    return turned or abs(float(second)) > 90.0


def _third(text: str) -> float | None:
    """The third value counts satellites where it is whole; only one with a point, and not 0, is a height."""
    return (_float(text.removesuffix("M")) if "." in text else None) or None


def _checked(latitude: str, longitude: str, third: float | None) -> tuple[str, str, float | None]:
    north, east = float(latitude), float(longitude)
    if abs(north) > 90.0 or abs(east) > 180.0:
        raise Unsaid("impossible")
    if north == 0.0 and east == 0.0:
        raise Unsaid("no_fix")
    return latitude, longitude, third


def _height(text: str, pairs: dict[str, str], barometer: re.Match[str] | None) -> float | None:
    """Above the place of take-off."""
    for key in ("rel_alt", "hb"):
        if key in pairs:
            return _float(pairs[key])
    found = _HEIGHT.search(text)
    written = barometer[2] if barometer else found[1] if found else None
    return _float(written)


def _turned(text: str, pairs: dict[str, str]) -> tuple[float | None, Gimbal | None]:
    """Heading of the aircraft and look of the camera."""
    angles = (
        {which: (float(p), float(r), float(y)) for which, p, r, y in _ANGLES.findall(text)}
        if ".PRY" in text
        else {}
    )
    heading = angles["F"][2] if "F" in angles else None
    if "G" in angles:
        pitch, roll, yaw = angles["G"]
        return heading, Gimbal(pitch, yaw, roll)
    if {"gb_pitch", "gb_yaw"} <= pairs.keys():
        values = (pairs["gb_pitch"], pairs["gb_yaw"], pairs.get("gb_roll", "0"))
        return heading, Gimbal(*map(float, values))
    return heading, None


def _focal(pairs: dict[str, str]) -> float | None:
    """Whole numbers from 100 on are tenths of a millimetre; digital zoom is as a longer lens."""
    written = pairs.get("focal_len")
    if written is None:
        return None
    length = float(written) / (10.0 if "." not in written and float(written) >= 100.0 else 1.0)
    length *= max(1.0, _float(pairs.get("dzoom_ratio")) or 1.0)
    return length if 1.0 <= length <= 2000.0 else None


def _step(written: str) -> float:
    found = _DECIMALS.search(written)
    return _DEGREE_M / 10.0 ** (len(found[1]) if found else 0)


def _float(written: str | None) -> float | None:
    """Where it is one, and finite."""
    try:
        value = float(written) if written is not None and len(written) < 24 else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None
