"""What is wrong with a part of a configuration, as far as it shows without the node. Pure.

Keys that the node does not know, and models that it does not have, are the node's own to refuse.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic_core import PydanticCustomError
from shapely import Polygon, is_valid_reason

from broker.boundary import breach
from broker.messages import PlacedReason
from broker.trees import permitted_tree
from central.asking.plaintext import exposed
from central.configuration.overlay import NODES_OWN, REMOVED, SECTIONS, Body, source_of

MOST_ZONES, MOST_POINTS, MOST_BYTES = 64, 512, 200_000
LEAST_KNOWN, MOST_KNOWN = 4, 64  # points of the ground
LEAST_AREA = 1e-5
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def faults(part: str, body: Body | None) -> list[PlacedReason]:
    """Everything that is wrong, in the order of the body; none: it may be sent."""
    source = source_of(part)
    if body is None or body == REMOVED:
        return []
    text = "a secret stands here in the open"
    found = [_fault("secret_in_the_open", where, text) for where in exposed(dict(body))]
    if (why := _forbidden(dict(body))) is not None:
        found.append(_fault("boundary", "it", why))
    if source is None:
        return found if part in SECTIONS else [_not_a_section(part)]
    if not _ID.fullmatch(source):
        found.append(_fault("bad_id", "id", "letters, digits, '.', '_' and '-' are expected"))
    found += [*_zones(body.get("zones", [])), *_outlines("ignore", body.get("ignore", []))]
    return [*found, *_ground(body.get("ground"))]


def _forbidden(body: Any) -> str | None:
    """Why a text of it may never be written."""
    try:
        permitted_tree(body)
    except PydanticCustomError as error:
        return error.message()
    return None


def _not_a_section(part: str) -> PlacedReason:
    if part in NODES_OWN:
        return _fault("nodes_own", part, "is the node's own and is never set by the centre")
    return _fault("unknown_section", part, f"is none of {', '.join(SECTIONS)}")


def _zones(zones: Any) -> Iterator[PlacedReason]:
    if not isinstance(zones, list) or not all(isinstance(zone, dict) for zone in zones):
        yield _fault("no_list", "zones", "a list of zones is expected")
        return
    if len(zones) > MOST_ZONES:
        yield _fault("too_many", "zones", f"at most {MOST_ZONES} zones of one source")
    seen: set[str] = set()
    for n, zone in enumerate(zones):
        yield from _zone(f"zones[{n}]", zone, seen)


def _zone(where: str, zone: dict[str, Any], seen: set[str]) -> Iterator[PlacedReason]:
    name = zone.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        yield _fault("bad_id", f"{where}.id", "letters, digits, '.', '_' and '-' are expected")
    elif name in seen:
        yield _fault("same_id", f"{where}.id", f"{name} is the id of two zones")
    else:
        seen.add(name)
    if not isinstance(zone.get("rules"), list) or not zone["rules"]:
        yield _fault("no_rule", f"{where}.rules", "a zone needs at least one rule")
    if "polygon" in zone or "ground" not in zone:
        yield from _outline(f"{where}.polygon", zone.get("polygon"))


def _outlines(where: str, outlines: Any) -> Iterator[PlacedReason]:
    if not isinstance(outlines, list):
        yield _fault("no_list", where, "a list of outlines is expected")
        return
    for n, each in enumerate(outlines):
        yield from _outline(f"{where}[{n}]", each)


def _outline(where: str, given: Any) -> Iterator[PlacedReason]:
    points = _points(given)
    if points is None or not 3 <= len(points) <= MOST_POINTS:
        yield _fault("no_outline", where, f"3 to {MOST_POINTS} points [x, y] are expected")
        return
    for n, point in enumerate(points):
        if not all(0.0 <= each <= 1.0 for each in point):
            text = "lies outside the picture; points are shares of it, 0 to 1"
            yield _fault("outside", f"{where}[{n}]", text)
            return
    shape = Polygon(points)
    if not shape.is_valid:
        text = f"the outline crosses or touches itself ({is_valid_reason(shape)})"
        yield _fault("crosses_itself", where, text)
    elif shape.area < LEAST_AREA:
        yield _fault("encloses_nothing", where, "the outline encloses nothing")


def _ground(ground: Any) -> Iterator[PlacedReason]:
    """Whether the points can be a plan at all; whether they make one is the node's to say. None: no plan."""
    if ground is None or ground == {"points": []}:
        return
    points = ground.get("points") if isinstance(ground, dict) else None
    if not isinstance(points, list) or not LEAST_KNOWN <= len(points) <= MOST_KNOWN:
        text = f"{LEAST_KNOWN} to {MOST_KNOWN} points with picture and position are expected"
        yield _fault("no_calibration", "ground.points", text)
        return
    for n, point in enumerate(points):
        yield from _known(f"ground.points[{n}]", point)


def _known(where: str, point: Any) -> Iterator[PlacedReason]:
    sides = [point.get(side) if isinstance(point, dict) else None for side in ("picture", "position")]
    seen, placed = (_points([side]) for side in sides)
    if seen is None or not all(0.0 <= each <= 1.0 for each in seen[0]):
        yield _fault("outside", f"{where}.picture", "[x, y] as shares of the picture, 0 to 1, is expected")
    if placed is None or not (abs(placed[0][0]) <= 180.0 and abs(placed[0][1]) <= 85.0):
        yield _fault("no_position", f"{where}.position", "[lon, lat] in WGS84 degrees is expected")


def _points(given: Any) -> list[tuple[float, float]] | None:
    if not isinstance(given, list):
        return None
    pairs = [each for each in given if isinstance(each, (list, tuple)) and len(each) == 2]
    plain = all(type(value) in (int, float) for pair in pairs for value in pair)
    return [(float(x), float(y)) for x, y in pairs] if plain and len(pairs) == len(given) else None


def _fault(code: str, where: str, text: str) -> PlacedReason:
    place = where if breach(where) is None else "it"
    return PlacedReason(code=code, text=f"{place}: {text}"[:240], where=place[:240])
