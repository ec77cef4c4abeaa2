"""Groups of nodes, what was asked of many nodes at once, and bundles of diagnostics.

A change here needs a migration beside it.
"""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from central.store.columns import METADATA, Serial, Utc
from central.store.partial import OPEN_ACTIONS, only

# A named set of nodes: those that people named, and all that say one of the labels.
fleet_groups = Table(
    "fleet_groups",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("about", String(240), nullable=False),
    Column("nodes", JSON, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("who", String(80), nullable=False),
    sqlite_autoincrement=True,
)

# `deed`: of central/fleet/deeds.py; `body`: more of the command. `until`: nobody is asked after that.
fleet_actions = Table(
    "fleet_actions",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("request", String(64), nullable=False),
    Column("who", String(80), nullable=False),
    Column("why", String(240), nullable=False),
    Column("deed", String(16), nullable=False),
    Column("body", JSON, nullable=False),
    Column("at_once", Integer, nullable=False),
    Column("most_failed", Integer, nullable=False),
    Column("made", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("state", String(12), nullable=False),
    Column("since", Utc, nullable=False),
    Column("reason", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "who", "request", unique=True),
    Index(None, "made"),
    Index("ix_fleet_actions_open", "number", **only(OPEN_ACTIONS)),
    sqlite_autoincrement=True,
)

# `ask`: what it was asked; `before`: when its run had begun by then. `result`: what is kept of its answer.
fleet_action_nodes = Table(
    "fleet_action_nodes",
    METADATA,
    Column("action", ForeignKey("fleet_actions.number"), primary_key=True),
    Column("node", String(96), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("since", Utc, nullable=False),
    Column("ask", String(64)),
    Column("before", Utc),
    Column("reason", JSON(none_as_null=True)),
    Column("result", JSON(none_as_null=True)),
    Index(None, "action", "place"),
)

# Small and few: they lie in the database, so that copies of it have them and no file is ever left over.
fleet_bundles = Table(
    "fleet_bundles",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("node", String(96), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("size", Integer, nullable=False),
    Column("ask", String(64)),
    Column("head", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "node", "at"),
    Index(None, "at"),
)
