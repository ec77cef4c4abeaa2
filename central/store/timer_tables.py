"""The tables of the working clock: what is to happen to tickets and when, and what has."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from central.store.columns import METADATA, Utc

# What is to happen. `version`: of the ticket's clock that it was made for; of another one it is void.
timers = Table(
    "timers",
    METADATA,
    Column("ticket", ForeignKey("tickets.number"), primary_key=True),
    Column("kind", String(48), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "at"),
)

# What has happened, so that it happens once: whatever restarts, whoever looks, however a clock is set.
fired = Table(
    "fired",
    METADATA,
    Column("ticket", BigInteger, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("kind", String(48), primary_key=True),
    Column("at", Utc, nullable=False),
)

# What something here was made with, so that it is made anew when that changes.
marks = Table(
    "marks",
    METADATA,
    Column("name", String(48), primary_key=True),
    Column("value", String(80), nullable=False),
)
