"""Outlines of the grid and paths of flights, simple enough to be drawn thousands at a time."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import shapely
from pydantic_core import to_json
from sqlalchemy import Row, select

from broker.events import FlightReported
from broker.fields import read
from central.grid.areas import Area, Level
from central.grid.degrees import METRES_PER_DEGREE
from central.remembered import Remembered
from central.store.database import Store
from central.store.flight_tables import flights
from central.store.grids import areas_of

SIMPLER_M = 2.0
DECIMALS = 5  # of a degree: a metre
HELD = 16
MOST_POINTS = 400  # of one path
EMPTY = b'{"type":"FeatureCollection","features":[]}'
_drawn: Remembered[bytes] = Remembered(HELD)


def outlines(store: Store, cut: int | None, level: Level) -> bytes:
    """The areas of a level as GeoJSON, whose cut never changes; drawn once. Raises StoreAway."""
    if cut is None:
        return EMPTY
    return _drawn.get((str(store.engine.url), cut, level), partial(_draw, store, cut, level))


def _draw(store: Store, cut: int, level: Level) -> bytes:
    areas = [each for each in areas_of(store, cut) if each.level == level]
    if not areas:
        return EMPTY
    # Borders that two areas share stay in common; its tolerance is the square root of an area.
    shapes = shapely.coverage_simplify([each.shape for each in areas], SIMPLER_M / METRES_PER_DEGREE)
    shapes = shapely.set_precision(shapes, 10.0**-DECIMALS, mode="pointwise")
    features = [_feature(area, shape) for area, shape in zip(areas, shapes, strict=True)]
    return to_json({"type": "FeatureCollection", "features": features})


def _feature(area: Area, shape: Any) -> dict[str, Any]:
    properties = {"code": area.code, "name": area.name} | ({"alias": area.alias} if area.alias else {})
    geometry = _rounded(shapely.geometry.mapping(shape))
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _rounded(geometry: Any) -> dict[str, Any]:
    return {"type": geometry["type"], "coordinates": _round(geometry["coordinates"])}


def _round(values: Any) -> Any:
    if isinstance(values, int | float):
        return round(values, DECIMALS)
    return [_round(each) for each in values]


def flight_lines(
    store: Store, since: datetime, *, most: int
) -> list[tuple[Row[Any], Sequence[Sequence[float]]]]:
    """Flights that ended after then and have a path, the last first; longitude and latitude."""
    f = flights.c
    wanted = select(flights).where(f.ended > since).order_by(f.ended.desc(), f.number.desc()).limit(most)
    with store.read() as connection:
        rows = connection.execute(wanted).all()
    told = ((row, read(FlightReported, row.body).path) for row in rows)
    return [(row, _thinned([at[:2] for at in path.coordinates])) for row, path in told if path is not None]


def _thinned(line: Sequence[Sequence[float]]) -> list[list[float]]:
    """By Douglas and Peucker; and if that is not enough evenly, with its last."""
    simple = shapely.simplify(shapely.LineString(line), SIMPLER_M / METRES_PER_DEGREE).coords
    step = -(-len(simple) // MOST_POINTS)
    kept = [*simple[::step], simple[-1]] if step > 1 else simple
    return [[round(x, 6), round(y, 6)] for x, y in kept]
