"""What people ask nodes, stills, desired configurations, roll-outs, figures of nodes' health."""

import sqlalchemy as sa
from alembic import op

revision = "v0017"
down_revision = "v0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN_ASKS = sa.text("status IN ('waiting', 'sent', 'working')")
UNPUBLISHED = sa.text("published IS NULL")
RUNNING = sa.text("state IN ('applying', 'soaking')")


def upgrade() -> None:
    """Make the tables."""
    _asks()
    _stills()
    _rollouts()
    _configurations()
    op.create_table(
        "health_slots",
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )


def _asks() -> None:
    op.create_table(
        "asks",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("node", sa.String(96), nullable=False),
        sa.Column("command", sa.String(16), nullable=False),
        sa.Column("source", sa.String(64)),
        sa.Column("account", SERIAL, nullable=False),
        sa.Column("asked", INSTANT, nullable=False),
        sa.Column("expires", INSTANT, nullable=False),
        sa.Column("changed", INSTANT, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("progress", sa.Double),
        sa.Column("reasons", sa.JSON),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("ends", sa.Integer),
        sa.Column("outcome", sa.String(12)),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_asks_account_changed", "asks", ["account", "changed"])
    op.create_index("ix_asks_asked", "asks", ["asked"])
    op.create_index("ix_asks_open", "asks", ["node"], sqlite_where=OPEN_ASKS, postgresql_where=OPEN_ASKS)
    op.create_table(
        "ask_answers",
        sa.Column("ask", sa.String(64), sa.ForeignKey("asks.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )


def _stills() -> None:
    op.create_table(
        "stills",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("taken", INSTANT, nullable=False),
        sa.Column("received", INSTANT, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("ask", sa.String(64)),
    )
    op.create_index("ix_stills_node_source_received", "stills", ["node", "source", "received"])
    op.create_index("ix_stills_received", "stills", ["received"])


def _rollouts() -> None:
    op.create_table(
        "rollouts",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("why", sa.String(240), nullable=False),
        sa.Column("change", sa.JSON, nullable=False),
        sa.Column("stages", sa.JSON, nullable=False),
        sa.Column("soak_s", sa.Double, nullable=False),
        sa.Column("patience_s", sa.Double, nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("reason", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rollouts_who_request", "rollouts", ["who", "request"], unique=True)
    op.create_index(
        "ix_rollouts_running", "rollouts", ["number"], sqlite_where=RUNNING, postgresql_where=RUNNING
    )
    op.create_table(
        "rollout_nodes",
        sa.Column("rollout", SERIAL, sa.ForeignKey("rollouts.number"), primary_key=True),
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("reason", sa.JSON),
    )
    op.create_index("ix_rollout_nodes_rollout_place", "rollout_nodes", ["rollout", "place"])


def _configurations() -> None:
    op.create_table(
        "configurations",
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("why", sa.String(240), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("reasons", sa.JSON),
        sa.Column("said", INSTANT),
        sa.Column("changed", INSTANT, nullable=False),
        sa.Column("published", INSTANT),
        sa.Column("rollout", SERIAL, sa.ForeignKey("rollouts.number")),
    )
    op.create_index("ix_configurations_changed", "configurations", ["changed"])
    op.create_index("ix_configurations_rollout", "configurations", ["rollout"])
    op.create_index(
        "ix_configurations_unpublished",
        "configurations",
        ["node"],
        sqlite_where=UNPUBLISHED,
        postgresql_where=UNPUBLISHED,
    )
    op.create_table(
        "configuration_parts",
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("part", sa.String(80), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.JSON),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["node", "number"], ["configurations.node", "configurations.number"]),
    )
    op.create_index("ix_configuration_parts_node_number", "configuration_parts", ["node", "number"])
    op.create_table(
        "zone_numbers",
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("zone", sa.String(64), primary_key=True),
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
    )
