"""The tables of what goes out: how far each target is, and what it was or will be sent."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, text

from central.store.columns import METADATA, Serial, Utc

WAITING = text("state = 'waiting'")

# How far in the log of tickets a target is. `revision`: changes with every change of the row. `gathers`: of a
# channel, what waits to be told. `stopped`: why nothing more is sent until somebody says so.
export_targets = Table(
    "export_targets",
    METADATA,
    Column("name", String(80), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("gathers", JSON(none_as_null=True)),
    Column("stopped", JSON(none_as_null=True)),
)

# Open tickets that a target was told of, so that it hears when they are for it no more.
export_told = Table(
    "export_told",
    METADATA,
    Column("target", String(80), primary_key=True),
    Column("ticket", BigInteger, primary_key=True),
)

# What is sent. `id`: the same with every try. `lane`: what is sent in order within the target. `seq`: the
# line of the log up to which it tells. `due`: when it is tried next. `body`: NULL once it was sent. `reason`:
# of the last try. No foreign keys: a ticket may go before what was said of it.
deliveries = Table(
    "deliveries",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("target", String(80), nullable=False),
    Column("lane", String(64), nullable=False),
    Column("ticket", BigInteger),
    Column("seq", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("made", Utc, nullable=False),
    Column("due", Utc, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("tried", Utc),
    Column("reason", JSON(none_as_null=True)),
    Column("body", JSON(none_as_null=True)),
    Index(None, "target", "state", "number"),
    Index(
        "ix_deliveries_waiting", "target", "lane", "number", sqlite_where=WAITING, postgresql_where=WAITING
    ),
    Index(None, "ticket"),
    sqlite_autoincrement=True,
)
