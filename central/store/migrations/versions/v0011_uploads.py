"""Pictures that people uploaded, masked."""

import sqlalchemy as sa
from alembic import op

revision = "v0011"
down_revision = "v0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "uploads",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("masked", INSTANT, nullable=False),
        sa.Column("software", sa.String(240), nullable=False),
        sa.Column("models", sa.JSON, nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("faces", sa.Integer, nullable=False),
        sa.Column("plates", sa.Integer, nullable=False),
        sa.Column("linked", INSTANT),
        sa.PrimaryKeyConstraint("sha256", name="pk_uploads"),
    )
    op.create_index("ix_uploads_linked_masked", "uploads", ["linked", "masked"])
