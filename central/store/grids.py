"""The cuts of the grid: brought in whole, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely.geometry import mapping
from sqlalchemy import Connection, Row, func, insert, select

from broker.fields import rfc3339
from central.grid.areas import Area
from central.people.asker import Asker
from central.store.audit import record
from central.store.database import Store
from central.store.grid_tables import grid_areas, grid_cuts


@dataclass(frozen=True, slots=True)
class Cut:
    """One grid that was brought in. sha256: of the file."""

    number: int
    valid_from: datetime
    imported: datetime
    said_by: str
    title: str
    sha256: str
    areas: int


def import_cut(
    store: Store,
    areas: Sequence[Area],
    *,
    valid_from: datetime,
    imported: datetime,
    by: Asker,
    title: str,
    sha256: str,
) -> Cut:
    """Keep a grid, with a line in the audit. Raises StoreAway."""
    row = {"valid_from": valid_from, "imported": imported, "said_by": by.who, "title": title}
    row |= {"sha256": sha256, "areas": len(areas)}
    with store.write() as connection:
        number = connection.execute(insert(grid_cuts).values(row).returning(grid_cuts.c.number)).scalar_one()
        connection.execute(insert(grid_areas), [_area_row(number, area) for area in areas])
        told = f"{len(areas)} areas from {rfc3339(valid_from)} on"
        record(connection, imported, by.did("grid.import", f"cut {number}", told))
    return Cut(number, valid_from, imported, by.who, title, sha256, len(areas))


def cuts(store: Store) -> list[Cut]:
    """Every cut, in the order in which they count: of two from one time the later import wins."""
    with store.read() as connection:
        rows = connection.execute(select(grid_cuts).order_by(grid_cuts.c.valid_from, grid_cuts.c.number))
        return [Cut(*row) for row in rows]


def cut_at(found: Sequence[Cut], at: datetime) -> Cut | None:
    """The one that counts at a time, of cuts in their order."""
    valid = [cut for cut in found if cut.valid_from <= at]
    return valid[-1] if valid else None


def areas_of(store: Store, number: int) -> list[Area]:
    """The areas of a cut, in the order of their codes."""
    wanted = select(grid_areas).where(grid_areas.c.cut == number).order_by(grid_areas.c.code)
    with store.read() as connection:
        return [_area(row) for row in connection.execute(wanted)]


def collection(areas: Sequence[Area]) -> dict[str, object]:
    """The areas as the GeoJSON that can be brought in again."""
    return {"type": "FeatureCollection", "features": [_feature(area) for area in areas]}


def _feature(area: Area) -> dict[str, object]:
    properties = {"code": area.code, "name": area.name} | ({"alias": area.alias} if area.alias else {})
    return {"type": "Feature", "properties": properties, "geometry": mapping(area.shape)}


def _area_row(cut: int, area: Area) -> dict[str, object]:
    outline = shapely.to_geojson(area.shape)
    return {"cut": cut, "code": area.code, "name": area.name, "alias": area.alias, "outline": outline}


def _area(row: Row[tuple[object, ...]]) -> Area:
    return Area(row.code, row.name, shapely.from_geojson(row.outline), row.alias)


def last_cut(connection: Connection) -> int | None:
    """The number of the cut that was brought in last."""
    number: int | None = connection.execute(select(func.max(grid_cuts.c.number))).scalar_one()
    return number


def area_names(connection: Connection, digits: int) -> dict[str, str]:
    """The names of all areas with codes of so many digits, each by the last cut that has it."""
    c = grid_areas.c
    wanted = select(c.code, c.name).where(func.length(c.code) == digits).order_by(c.cut)
    return {row.code: row.name for row in connection.execute(wanted)}
