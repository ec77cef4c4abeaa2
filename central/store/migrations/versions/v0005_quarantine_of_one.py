"""What one node sends cannot push out of the quarantine what the others sent."""

from alembic import op

revision = "v0005"
down_revision = "v0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find the rows of one topic without reading all."""
    op.create_index("ix_quarantine_topic_number", "quarantine", ["topic", "number"])
