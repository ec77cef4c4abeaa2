"""Bundles of models, and how much slower a roll-out may make a detector."""

import sqlalchemy as sa
from alembic import op

revision = "v0020"
down_revision = "v0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and say of roll-outs how much slower a detector may be."""
    op.add_column("rollouts", sa.Column("slower", sa.Double, nullable=False, server_default="1.5"))
    op.create_table(
        "models",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("title", sa.String(240), nullable=False),
        sa.Column("role", sa.String(48), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("card", sa.JSON, nullable=False),
        sa.Column("signed", sa.String(12), nullable=False),
        sa.Column("signers", sa.JSON, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("sha256"),
    )
