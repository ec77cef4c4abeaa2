"""Enrolled nodes, their certificates and tokens."""

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
