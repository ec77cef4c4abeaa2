"""What people ask nodes, what those answer, and the stills that come of it. None of it stays for long.

A change here needs a migration beside it.
"""

from sqlalchemy import JSON, Column, Double, ForeignKey, Index, Integer, String, Table, Text

from central.store.columns import METADATA, Serial, Utc
from central.store.partial import OPEN_ASKS, only

# `status`: waiting (to be handed to the broker), sent, working, then done, refused, failed or expired.
# `ends` and `outcome`: number and status of the last answer, which may come before the ones before it.
# `changed`: when the centre last learned something of it. `body`: the command; secrets in it are sealed.
asks = Table(
    "asks",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("node", String(96), nullable=False),
    Column("command", String(16), nullable=False),
    Column("source", String(64)),
    Column("account", Serial, nullable=False),
    Column("asked", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
    Column("changed", Utc, nullable=False),
    Column("status", String(12), nullable=False),
    Column("progress", Double),
    Column("reasons", JSON(none_as_null=True)),
    Column("parts", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("ends", Integer),
    Column("outcome", String(12)),
    Column("body", Text, nullable=False),
    Index(None, "account", "changed"),
    Index(None, "asked"),
    Index("ix_asks_open", "node", **only(OPEN_ASKS)),
)

ask_answers = Table(
    "ask_answers",
    METADATA,
    Column("ask", ForeignKey("asks.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)

# Masked pictures that are no evidence. `ask`: what it was taken for; none: sent by the node by itself.
stills = Table(
    "stills",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("node", String(96), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("taken", Utc, nullable=False),
    Column("received", Utc, nullable=False),
    Column("size", Integer, nullable=False),
    Column("ask", String(64)),
    Index(None, "node", "source", "received"),
    Index(None, "received"),
)
