"""Versions of a configuration that hold for a time alone."""

import sqlalchemy as sa
from alembic import op

revision = "v0019"
down_revision = "v0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column and its index."""
    op.add_column("configurations", sa.Column("until", sa.DateTime(timezone=True)))
    some = sa.text("until IS NOT NULL")
    op.create_index(
        "ix_configurations_passing",
        "configurations",
        ["until"],
        sqlite_where=some,
        postgresql_where=some,
    )
