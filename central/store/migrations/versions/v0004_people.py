"""Users, sessions, API tokens and the audit."""

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
