"""Groups of nodes, actions on many of them, bundles of diagnostics."""

import sqlalchemy as sa
from alembic import op

revision = "v0021"
down_revision = "v0020"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _groups()
    _actions()
    _bundles()


def _groups() -> None:
    op.create_table(
        "fleet_groups",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("about", sa.String(240), nullable=False),
        sa.Column("nodes", sa.JSON, nullable=False),
        sa.Column("labels", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.UniqueConstraint("name"),
        sqlite_autoincrement=True,
    )


def _actions() -> None:
    op.create_table(
        "fleet_actions",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("why", sa.String(240), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("at_once", sa.Integer, nullable=False),
        sa.Column("most_failed", sa.Integer, nullable=False),
        sa.Column("made", UTC, nullable=False),
        sa.Column("until", UTC, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("reason", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fleet_actions_who_request", "fleet_actions", ["who", "request"], unique=True)
    op.create_index("ix_fleet_actions_made", "fleet_actions", ["made"])
    some = sa.text("state IN ('running', 'stopping')")
    op.create_index(
        "ix_fleet_actions_open", "fleet_actions", ["number"], sqlite_where=some, postgresql_where=some
    )
    op.create_table(
        "fleet_action_nodes",
        sa.Column("action", SERIAL, sa.ForeignKey("fleet_actions.number"), primary_key=True),
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("ask", sa.String(64)),
        sa.Column("before", UTC),
        sa.Column("reason", sa.JSON),
        sa.Column("result", sa.JSON),
    )
    op.create_index("ix_fleet_action_nodes_action_place", "fleet_action_nodes", ["action", "place"])


def _bundles() -> None:
    op.create_table(
        "fleet_bundles",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("at", UTC, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("ask", sa.String(64)),
        sa.Column("head", sa.JSON, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_fleet_bundles_node_at", "fleet_bundles", ["node", "at"])
    op.create_index("ix_fleet_bundles_at", "fleet_bundles", ["at"])
