"""What stops things from going, and what is kept of what has gone. A change here needs a migration beside it.

No table here has a column for a text out of a ticket or a report.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, text

from central.store.schema import METADATA, Serial, Utc

_STANDS = text("lifted IS NULL")

# What must stay. A ticket by its number; or an area, by how its codes begin ("all": everywhere), and a time.
holds = Table(
    "holds",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("ticket", BigInteger),
    Column("area", String(15)),
    Column("since", Utc),
    Column("until", Utc),
    Column("reason", String(240), nullable=False),
    Column("made", Utc, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("lifted", Utc),
    Column("lifted_by", String(80)),
    Column("lift_reason", String(240)),
    Index("ix_holds_standing", "number", sqlite_where=_STANDS, postgresql_where=_STANDS),
    sqlite_autoincrement=True,
)

# Files that are still to be deleted: their rows went in the transaction that wrote this one.
unlinking = Table(
    "unlinking",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("since", Utc, nullable=False),
)

# Situations that are gone: what still comes of them founds nothing.
bygone_situations = Table(
    "bygone_situations",
    METADATA,
    Column("source", String(96), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("at", Utc, nullable=False),
    Index(None, "at"),
)

# Events of which not even the id is kept: a place in a node's sequence is never taken twice.
bygone_events = Table(
    "bygone_events",
    METADATA,
    Column("source", String(96), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

# How many tickets there were that are gone.
tallies_kept = Table(
    "tallies_kept",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("area", String(15), primary_key=True),
    Column("kind", String(48), primary_key=True),
    Column("origin", String(16), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("tickets", BigInteger, nullable=False),
)

# How far each part of the sweep is. `began`, `ended`: its last round; `gone`: ever; `waiting`: old enough and
# still here after that round; `failed`: since when it cannot.
sweeps = Table(
    "sweeps",
    METADATA,
    Column("name", String(24), primary_key=True),
    Column("began", Utc),
    Column("ended", Utc),
    Column("gone", BigInteger, nullable=False, server_default="0"),
    Column("waiting", Integer, nullable=False, server_default="0"),
    Column("failed", Utc),
)

# Since when the clock has gone on without a step; nothing is erased by one that is new.
clock_watch = Table(
    "clock_watch",
    METADATA,
    Column("name", String(8), primary_key=True),
    Column("seen", Utc, nullable=False),
    Column("since", Utc, nullable=False),
)
