"""Flights that drones reported, and sweeps: open tickets that a drone is asked to look at."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from central.store.columns import METADATA, Serial, Utc
from central.store.partial import UNANSWERED_ROWS, only

# Of each flight the last report. `body`: its data in the contract's own spelling; counts are of its lists.
flights = Table(
    "flights",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("node", String(96), nullable=False),
    Column("source", String(64), nullable=False),
    Column("flight", String(64), nullable=False),
    Column("event", String(64), nullable=False),
    Column("said", Utc, nullable=False),
    Column("began", Utc, nullable=False),
    Column("ended", Utc, nullable=False),
    Column("received", Utc, nullable=False),
    Column("area_m2", Double),
    Column("found", Integer, nullable=False),
    Column("seen_again", Integer, nullable=False),
    Column("cleared", Integer, nullable=False),
    Column("not_placed", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("node", "source", "flight", name="uq_flights_flight"),
    Index(None, "received", "number"),
    sqlite_autoincrement=True,
)

# `wanted`: as it was asked, by which the same request is known.
flight_sweeps = Table(
    "flight_sweeps",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("request", String(64), nullable=False),
    Column("who", String(80), nullable=False),
    Column("node", String(96), nullable=False),
    Column("source", String(64), nullable=False),
    Column("wanted", JSON, nullable=False),
    Column("reason", String(240), nullable=False),
    Column("made", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    UniqueConstraint("who", "request", name="uq_flight_sweeps_request"),
    Index(None, "until", "number"),
    sqlite_autoincrement=True,
)

# `state`: waiting (to be asked), asked, answered (all of it), given_up.
flight_sweep_commands = Table(
    "flight_sweep_commands",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("sweep", ForeignKey("flight_sweeps.number"), nullable=False, index=True),
    Column("node", String(96), nullable=False),
    Column("source", String(64), nullable=False),
    Column("scenes", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("made", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("asked", Utc),
    Index("ix_flight_sweep_commands_open", "until", **only(UNANSWERED_ROWS)),
)

# `state`: left_out (and why), asked, answered, acted (what followed was done), given_up.
flight_sweep_tickets = Table(
    "flight_sweep_tickets",
    METADATA,
    Column("sweep", ForeignKey("flight_sweeps.number"), primary_key=True),
    Column("ticket", ForeignKey("tickets.number"), primary_key=True, index=True),
    Column("command", String(64)),
    Column("situation", String(64)),
    Column("state", String(12), nullable=False),
    Column("outcome", String(12)),
    Column("reason", JSON(none_as_null=True)),
    Column("seen", Utc),
    Column("flight", String(64)),
    Column("event", String(64)),
    Column("picture", String(64)),
    Column("answered", Utc),
    Index(None, "command", "situation"),
)
