"""The report of one flight: as JSON for people and machines, and as GeoJSON for a map. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from edge.flight.found import FlightSummary, Nothing, Waypoint
from edge.flight.rows import Row, nothing_row, reason_row, time_row
from edge.ground.earth import Tangent

STRAIGHT_M = 2.0  # a path is drawn as straight as that


def report(flight: FlightSummary, source: str, telemetry: Mapping[str, int] | None = None) -> Row:
    """Everything that it came to. telemetry: what of it could not be used, by the reader's own words.

    `found`, `updated`, `seen_again`, `cleared`: situations, each with its place, times and reasons.
    `answered`: what was asked. `nothing`: what stood, or seemed to, and why it is no situation. `pictures`:
    how many were placed on the ground; `not_placed`: why the others were not.
    """
    cut = {} if flight.cut is None else {"cut_short": reason_row(flight.cut)}
    return {
        "flight": flight.flight,
        "source": source,
        "begin": time_row(flight.begin),
        "end": time_row(flight.end),
        **cut,
        "pictures": {"all": flight.looks, "placed": flight.placed, "repeated": flight.repeated},
        "not_placed": [
            {"code": code, "pictures": count, "text": text} for code, (count, text) in _most(flight.refused)
        ],
        "path": path(flight.path),
        "coverage": {
            "area_m2": round(flight.area_m2),
            "outline": flight.coverage,
            "full": flight.coverage_full,
            "zones": {zone: round(share, 3) for zone, share in flight.zones.items()},
        },
        "shift_m": None if flight.shift is None else [round(metres, 2) for metres in flight.shift],
        **_by_phase(flight.findings),
        "answered": [dict(row) for row in flight.answers],
        "nothing": [nothing_row(one) for one in flight.nothing],
        "nothing_more": flight.nothing_more,
        "nothing_why": _counted(flight.nothing),
        "passed": flight.passed,
        "telemetry": dict(telemetry or {}),
    }


def _by_phase(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Row]]:
    """What is seen again is told apart from other news."""
    told: dict[str, list[Row]] = {"found": [], "seen_again": [], "updated": [], "cleared": []}
    for row in rows:
        again = any(reason["code"] == "seen_again" for reason in row["reasons"])
        phase = "seen_again" if again else {"opened": "found"}.get(row["phase"], row["phase"])
        told[phase].append(dict(row))
    return told


def _most(refused: Mapping[str, tuple[int, str]]) -> list[tuple[str, tuple[int, str]]]:
    return sorted(refused.items(), key=lambda each: (-each[1][0], each[0]))


def _counted(nothing: Sequence[Nothing]) -> dict[str, int]:
    """How many things became nothing for which first reason."""
    codes = [one.reasons[0].code for one in nothing]
    return {code: codes.count(code) for code in sorted(set(codes))}


def path(points: Sequence[Waypoint]) -> Row | None:
    """A GeoJSON LineString with heights above the ground, as few points as tell it; None for none."""
    if len(points) < 2:
        return None
    plane = Tangent(points[0].latitude, points[0].longitude)
    flat = np.array([(*plane.metres(each.latitude, each.longitude)[:2], each.height) for each in points])
    line = shapely.simplify(shapely.LineString(flat), STRAIGHT_M)
    return {"type": "LineString", "coordinates": [_corner(plane, x, y, z) for x, y, z in line.coords]}


def _corner(plane: Tangent, east: float, north: float, height: float) -> list[float]:
    latitude, longitude, _ = plane.place(east, north)
    return [round(longitude, 7), round(latitude, 7), round(height, 1)]


def geojson(told: Row) -> Row:
    """The same as a FeatureCollection: path, coverage, situations, answers with a place, and nothings."""
    features = [_feature("path", told["path"], {"begin": told["begin"], "end": told["end"]})]
    area = {"area_m2": told["coverage"]["area_m2"], "zones": told["coverage"]["zones"]}
    features.append(_feature("coverage", told["coverage"]["outline"], area))
    for what in ("found", "seen_again", "updated", "cleared", "nothing"):
        features += [_feature(what, _point(row), _about(row)) for row in told[what]]
    shown = [each for each in features if each["geometry"] is not None]
    return {"type": "FeatureCollection", "id": told["flight"], "features": shown}


def _feature(what: str, geometry: Row | None, properties: Row) -> Row:
    return {"type": "Feature", "geometry": geometry, "properties": {"what": what, **properties}}


def _point(row: Row) -> Row:
    return {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}


def _about(row: Row) -> Row:
    """Without what the geometry says, its reasons as their texts."""
    kept = {key: value for key, value in row.items() if key not in ("latitude", "longitude", "reasons")}
    return {**kept, "reasons": [reason["text"] for reason in row["reasons"]]}
