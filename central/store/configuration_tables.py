"""What the centre wants nodes to run, every version of it, and roll-outs of changes to many nodes.

A change here needs a migration beside it.
"""

from sqlalchemy import (
    JSON,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from central.store.columns import METADATA, Serial, Utc
from central.store.partial import PASSING, RUNNING_ROLLOUTS, UNPUBLISHED, only

# One row a version of a node's overlay. `status`: wanted, then what the node said: preparing, applied,
# refused or rolled_back. `said`: when it said so, by its clock; `changed`: when we heard of it. `published`:
# when it was handed to the broker. `until`: of one that holds for a time alone; emptied when what was before
# is back.
configurations = Table(
    "configurations",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("who", String(80), nullable=False),
    Column("at", Utc, nullable=False),
    Column("why", String(240), nullable=False),
    Column("status", String(12), nullable=False),
    Column("reasons", JSON(none_as_null=True)),
    Column("said", Utc),
    Column("changed", Utc, nullable=False),
    Column("published", Utc),
    Column("rollout", ForeignKey("rollouts.number"), index=True),
    Column("until", Utc),
    Index(None, "changed"),
    Index("ix_configurations_passing", "until", **only(PASSING)),
    Index("ix_configurations_unpublished", "node", **only(UNPUBLISHED)),
)

# What each version changed: `part` is `sources/ID` or a section such as `model`. `body` NULL: the node's own
# file counts again. `changes`: what is different from the version of the part before, in words.
configuration_parts = Table(
    "configuration_parts",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("part", String(80), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", JSON(none_as_null=True)),
    Column("changes", JSON, nullable=False),
    ForeignKeyConstraint(["node", "number"], ["configurations.node", "configurations.number"]),
    Index(None, "node", "number"),
)

# By which hash events name a zone while a version runs, as the node told it; `at` by its clock.
zone_numbers = Table(
    "zone_numbers",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("zone", String(64), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
)

# A change for many nodes, in stages. `state` and `stage`: where it stands, since when and why.
rollouts = Table(
    "rollouts",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("request", String(64), nullable=False),
    Column("who", String(80), nullable=False),
    Column("why", String(240), nullable=False),
    Column("change", JSON, nullable=False),
    Column("stages", JSON, nullable=False),
    Column("soak_s", Double, nullable=False),
    Column("patience_s", Double, nullable=False),
    Column("slower", Double, nullable=False, server_default="1.5"),
    Column("made", Utc, nullable=False),
    Column("state", String(12), nullable=False),
    Column("stage", Integer, nullable=False),
    Column("since", Utc, nullable=False),
    Column("reason", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "who", "request", unique=True),
    Index("ix_rollouts_running", "number", **only(RUNNING_ROLLOUTS)),
    sqlite_autoincrement=True,
)

# `number`: the version that it made for the node; `before`: the figures that it is judged by.
rollout_nodes = Table(
    "rollout_nodes",
    METADATA,
    Column("rollout", ForeignKey("rollouts.number"), primary_key=True),
    Column("node", String(96), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("since", Utc, nullable=False),
    Column("number", Integer),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("reason", JSON(none_as_null=True)),
    Index(None, "rollout", "place"),
)

# A few figures of a node and its sources, one row a quarter of an hour of the last day.
health_slots = Table(
    "health_slots",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("body", JSON, nullable=False),
)
