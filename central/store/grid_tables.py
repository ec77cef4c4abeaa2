"""The cuts of the grid. A change here needs a migration beside it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from central.store.schema import METADATA, Serial, Utc

# Every grid that was ever brought in. The one that counts at a time is the last to have become valid by then;
# none is ever changed, so an old ticket stays explained by the cut of its day.
grid_cuts = Table(
    "grid_cuts",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("valid_from", Utc, nullable=False),
    Column("imported", Utc, nullable=False),
    Column("said_by", String(64), nullable=False),
    Column("title", String(80), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("areas", Integer, nullable=False),
    Index(None, "valid_from"),
    sqlite_autoincrement=True,
)

# `outline`: the geometry as GeoJSON, WGS84.
grid_areas = Table(
    "grid_areas",
    METADATA,
    Column("cut", ForeignKey("grid_cuts.number"), primary_key=True),
    Column("code", String(15), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("alias", String(32)),
    Column("outline", Text, nullable=False),
    Index(None, "cut", "alias"),
)
