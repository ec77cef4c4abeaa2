"""Pictures that people uploaded. A change here needs a migration beside it."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from central.store.schema import METADATA, Utc

# Each is masked; `models` and `software` say by what, `masked` when. Who uploaded it is in the audit alone.
# `linked`: since when a report or a ticket shows it; what none does is deleted.
uploads = Table(
    "uploads",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("masked", Utc, nullable=False),
    Column("software", String(240), nullable=False),
    Column("models", JSON, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("faces", Integer, nullable=False),
    Column("plates", Integer, nullable=False),
    Column("linked", Utc),
    Index(None, "linked", "masked"),
)
