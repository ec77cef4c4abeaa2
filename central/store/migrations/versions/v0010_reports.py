"""What people report, and the places that have a code."""

import sqlalchemy as sa
from alembic import op

revision = "v0010"
down_revision = "v0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
LASTING = sa.text("ended IS NULL")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "places",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("longitude", sa.Double, nullable=False),
        sa.Column("latitude", sa.Double, nullable=False),
        sa.Column("accuracy_m", sa.Double, nullable=False),
        sa.Column("kind", sa.String(48)),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("dropped", INSTANT),
        sa.PrimaryKeyConstraint("code", name="pk_places"),
        sa.UniqueConstraint("name", name="uq_places_name"),
    )
    _reports()
    op.create_index("ix_reports_received_id", "reports", ["received", "id"])
    op.create_index("ix_reports_content_received", "reports", ["content", "received"])
    op.create_index("ix_reports_lasting", "reports", ["due"], sqlite_where=LASTING, postgresql_where=LASTING)


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
        sa.Column("kind", sa.String(48), nullable=False),
        sa.Column("longitude", sa.Double, nullable=False),
        sa.Column("latitude", sa.Double, nullable=False),
        sa.Column("accuracy_m", sa.Double, nullable=False),
        sa.Column("place", sa.String(16)),
        sa.Column("address", sa.String(240), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("pictures", sa.JSON, nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("account", sa.String(64)),
        sa.Column("seen", INSTANT, nullable=False),
        sa.Column("received", INSTANT, nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("ended", INSTANT),
        sa.Column("why", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("token", name="uq_reports_token"),
    )
