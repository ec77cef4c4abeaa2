"""What goes out to others: how far each target is, and deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "v0014"
down_revision = "v0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "export_targets",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("gathers", sa.JSON),
        sa.Column("stopped", sa.JSON),
        sa.PrimaryKeyConstraint("name", name="pk_export_targets"),
    )
    op.create_table(
        "export_told",
        sa.Column("target", sa.String(80), nullable=False),
        sa.Column("ticket", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("target", "ticket", name="pk_export_told"),
    )
    op.create_table(
        "deliveries",
        sa.Column("number", SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("target", sa.String(80), nullable=False),
        sa.Column("lane", sa.String(64), nullable=False),
        sa.Column("ticket", sa.BigInteger),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("tried", INSTANT),
        sa.Column("reason", sa.JSON),
        sa.Column("body", sa.JSON),
        sa.PrimaryKeyConstraint("number", name="pk_deliveries"),
        sa.UniqueConstraint("id", name="uq_deliveries_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_target_state_number", "deliveries", ["target", "state", "number"])
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["target", "lane", "number"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index("ix_deliveries_ticket", "deliveries", ["ticket"])
