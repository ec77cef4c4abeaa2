"""Sightings that might be bound to some others, found by their indexes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Double,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
)

from central.correlation.bonds import Kinds
from central.correlation.book import WIDER, end_of
from central.correlation.sightings import Sighting, Spot
from central.correlation.tiles import tile_of, tiles_around
from central.store.schema import situations

MOST = 200
NEVER_S = 1e12  # the end of what stands, so that an index holds it: after the year 30000
_BOX = ("box_x1", "box_y1", "box_x2", "box_y2")
_COLUMNS = (
    "source", "subject", "ticket", "kind", "eye", "origin", "at_s", "since_s", "ends_s", "longitude",
    "latitude", "accuracy_m", *_BOX, "zone",
)  # fmt: skip
_SEEN = tuple(situations.c[name] for name in _COLUMNS)
_NAMES = ("family", "place", "x1", "y1", "x2", "y2", "since", "ends")
_ANYWHERE = (-9.0, -9.0, 9.0, 9.0)
# By its eye what has no place of its own; what has one by that, and by its eye only what has none.
Way = Literal["eye", "adrift", "tile"]
_Spans = dict[tuple[Any, ...], tuple[float, float]]  # by family, place, and part of the picture


@dataclass(frozen=True, slots=True)
class Around:
    """A sighting and the span of time for which its neighbours are wanted."""

    sighting: Sighting
    ends: float


def neighbours(connection: Connection, around: Iterable[Around], kinds: Kinds) -> list[tuple[Sighting, int]]:
    """Sightings with a ticket that might be bound to one of these, and the tickets' numbers.

    Of one eye and of one tile the `MOST` that ended last: a source that floods must not stall the others.
    """
    spans: dict[Way, _Spans] = {"eye": {}, "adrift": {}, "tile": {}}
    for each in around:
        seen = each.sighting
        family, closeness = kinds.family(seen.kind), kinds.closeness(seen.kind)
        pause = WIDER * closeness.cool_down_s
        span = (seen.since - pause, _stored(each.ends + pause))
        if seen.spot is None:
            _widen(spans["eye"], (family, seen.eye, *(seen.box or _ANYWHERE)), span)
            continue
        _widen(spans["adrift"], (family, seen.eye, *_ANYWHERE), span)
        for tile in tiles_around(seen.spot, closeness.most_m):
            _widen(spans["tile"], (family, tile, *_ANYWHERE), span)
    rows = {(row.source, row.subject): row for way in spans for row in _rows(connection, way, spans[way])}
    return [(sighting_in(row), row.ticket) for row in rows.values()]


def _widen(spans: _Spans, place: tuple[Any, ...], span: tuple[float, float]) -> None:
    """One question a place: from the earliest beginning to the latest end that is asked for."""
    since, ends = spans.get(place, span)
    spans[place] = (min(since, span[0]), max(ends, span[1]))


def sighting_in(row: Row[Any], *, standing: bool = False) -> Sighting:
    """The sighting of a row that has one. standing: as its opening saw it, before anybody saw it clear."""
    spot = None if row.longitude is None else Spot(row.longitude, row.latitude, row.accuracy_m)
    box = None if row.box_x1 is None else (row.box_x1, row.box_y1, row.box_x2, row.box_y2)
    until = None if standing or row.ends_s >= NEVER_S else row.ends_s
    key = (row.source, row.subject)
    return Sighting(key, row.eye, row.origin, row.kind, row.at_s, row.since_s, until, spot, box, row.zone)


def columns_of(seen: Sighting | None, kinds: Kinds) -> dict[str, Any]:
    """A situation's columns that tell how it was seen."""
    if seen is None:
        return dict.fromkeys((*_COLUMNS[3:], "family", "tile"))
    spot = seen.spot
    return {
        "family": kinds.family(seen.kind),
        "kind": seen.kind,
        "eye": seen.eye,
        "origin": seen.origin,
        "at_s": seen.at,
        "since_s": seen.since,
        "ends_s": _stored(end_of(seen)),
        "longitude": spot.longitude if spot else None,
        "latitude": spot.latitude if spot else None,
        "accuracy_m": spot.accuracy_m if spot else None,
        "tile": tile_of(spot) if spot else None,
        **dict(zip(_BOX, seen.box or (None,) * 4, strict=True)),
        "zone": seen.zone,
    }


def _stored(seconds: float) -> float:
    return NEVER_S if seconds == inf else min(seconds, NEVER_S)


def _rows(connection: Connection, way: Way, spans: _Spans) -> Sequence[Row[Any]]:
    keys = [(*place, *span) for place, span in spans.items()]
    if not keys:
        return []
    if connection.dialect.name == "sqlite":
        return connection.execute(_by_json(way), {"keys": json.dumps(keys)}).all()
    values = {name: [key[n] for key in keys] for n, name in enumerate(_NAMES)}
    return connection.execute(_by_arrays(way), values).all()


@cache
def _by_json(way: Way) -> Select[Any]:
    """SQLite joins nothing to what is limited for each key; it finds the rows' own numbers for each."""
    keys = func.json_each(bindparam("keys", type_=Text)).table_valued("value")
    parts = (func.json_extract(keys.c.value, f"$[{n}]") for n in range(len(_NAMES)))
    rowid: Any = literal_column("rowid")
    found = _nearest(way, parts, select(rowid).select_from(situations)).correlate(keys)
    return select(*_SEEN).join(keys, literal_column("situations.rowid").in_(found))


@cache
def _by_arrays(way: Way) -> Select[Any]:
    place: Any = BigInteger if way == "tile" else Text
    kinds: tuple[Any, ...] = (Text, place, *(Double,) * 6)
    arrays = (bindparam(name, type_=ARRAY(kind)) for name, kind in zip(_NAMES, kinds, strict=True))
    keys = func.unnest(*arrays).table_valued(*_NAMES).render_derived()
    parts = (keys.c[name] for name in _NAMES)
    found = _nearest(way, parts, select(*_SEEN)).correlate(keys).lateral()
    return select(found).select_from(keys.join(found, true()))


def _nearest(way: Way, parts: Iterable[Any], wanted: Select[Any]) -> Select[Any]:
    family, place, x1, y1, x2, y2, since, ends = parts
    s = situations.c
    column = s.tile if way == "tile" else s.eye
    met = and_(s.family == family, column == place, s.ends_s >= since, s.since_s <= ends)
    meets = and_(s.box_x1 <= x2, s.box_x2 >= x1, s.box_y1 <= y2, s.box_y2 >= y1)
    there = {"eye": or_(s.box_x1.is_(None), meets), "adrift": s.longitude.is_(None), "tile": true()}
    return wanted.where(met, there[way], s.ticket.is_not(None)).order_by(s.ends_s.desc()).limit(MOST)
