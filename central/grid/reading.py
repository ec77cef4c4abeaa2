"""GeoJSON to areas: RFC 7946, one feature an area, every fault at once. Pure.

A feature's properties hold its code and may hold a name and an alias, under the names that `Names` says. A
broken outline is refused and never mended by guessing: which side of a crossing is meant, only people know.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from broker.boundary import breach
from central.grid.areas import ALIAS, Area, Fault, level_of

LONGEST_NAME = 80
_SHAPES = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class Names:
    """Which properties hold what."""

    code: str = "code"
    name: str = "name"
    alias: str = "alias"


def read_areas(text: str, names: Names = Names()) -> tuple[list[Area], list[Fault]]:
    """The areas of a FeatureCollection, and what is wrong with the others."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [], [Fault("no_json", "the file", f"it is no JSON: {error}")]
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or found.get("type") != "FeatureCollection":
        expected = "a GeoJSON FeatureCollection is expected, with one feature for each area"
        return [], [Fault("no_collection", "the file", expected)]
    areas: list[Area] = []
    faults: list[Fault] = []
    for number, feature in enumerate(features):
        area = _area(feature, f"features[{number}]", names, faults)
        if area is not None:
            areas.append(area)
    return areas, [*faults, *_twice(areas)]


def _area(feature: Any, where: str, names: Names, faults: list[Fault]) -> Area | None:
    """One area, or None and at least one more fault."""
    if not isinstance(feature, dict):
        faults.append(Fault("no_feature", where, "a GeoJSON Feature is expected"))
        return None
    held = feature.get("properties")
    properties: Mapping[str, Any] = held if isinstance(held, dict) else {}
    before = len(faults)
    code = _code(properties, where, names, faults)
    where = f"{where} ({code})" if code else where
    name = _text(properties.get(names.name), where, names.name, faults)
    alias = _alias(properties.get(names.alias), where, names.alias, faults)
    outline = _outline(feature, where, faults)
    if len(faults) > before or outline is None:
        return None
    return Area(code, name, outline, alias)


def _code(properties: Mapping[str, Any], where: str, names: Names, faults: list[Fault]) -> str:
    if names.code not in properties:
        there = ", ".join(sorted(map(str, properties))[:12]) or "nothing"
        faults.append(Fault("no_code", where, f"it has no property {names.code!r}; it has {there}"))
        return ""
    code = str(properties[names.code])
    try:
        level_of(code)
    except ValueError as error:
        faults.append(Fault("no_code", where, str(error)))
        return ""
    return code


def _text(value: Any, where: str, name: str, faults: list[Fault]) -> str:
    text = "" if value is None else str(value).strip()
    if len(text) > LONGEST_NAME or not text.isprintable():
        faults.append(Fault("bad_name", where, f"{name}: up to {LONGEST_NAME} printable signs are allowed"))
    elif (why := breach(text)) is not None:
        faults.append(Fault("bad_name", where, f"{name}: it {why}"))
    return text


def _alias(value: Any, where: str, name: str, faults: list[Fault]) -> str | None:
    text = _text(value, where, name, faults)
    if text and not ALIAS.fullmatch(text):
        allowed = "letters, digits, '.', '_' and '-' are allowed, 32 at most"
        faults.append(Fault("bad_alias", where, f"{name}: {allowed}"))
    return text or None


def _outline(feature: Mapping[str, Any], where: str, faults: list[Fault]) -> BaseGeometry | None:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in _SHAPES:
        text = f"its geometry is {kind!r}; {' or '.join(_SHAPES)} is expected"
        faults.append(Fault("no_outline", where, text))
        return None
    try:
        found: BaseGeometry = shapely.force_2d(shape_of(geometry))
    except (ValueError, TypeError, IndexError, AttributeError, KeyError, shapely.GEOSException) as error:
        faults.append(Fault("broken_ring", where, f"its outline cannot be read: {error}"))
        return None
    fault = _fault_of(found, where)
    if fault is not None:
        faults.append(fault)
        return None
    return found


def _fault_of(found: BaseGeometry, where: str) -> Fault | None:
    """What is wrong with an outline."""
    if found.is_empty:
        return Fault("broken_ring", where, "its outline is empty")
    if not found.is_valid:
        return Fault("broken_ring", where, f"its outline is broken: {explain_validity(found)}")
    west, south, east, north = found.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        reaches = f"it reaches from {west:g}, {south:g} to {east:g}, {north:g}"
        return Fault("not_degrees", where, f"{reaches}; degrees are expected, longitude first")
    return None


def _twice(areas: list[Area]) -> Iterator[Fault]:
    """Codes and aliases that two areas have. Aliases that differ in capitals alone are two."""
    codes: set[str] = set()
    aliases: dict[str, str] = {}
    for area in areas:
        if area.code in codes:
            yield Fault("same_code", area.code, "two areas have this code")
        elif area.alias is not None and area.alias in aliases:
            text = f"{aliases[area.alias]} has the alias {area.alias!r} too"
            yield Fault("same_alias", area.code, text)
        codes.add(area.code)
        if area.alias is not None:
            aliases.setdefault(area.alias, area.code)
