"""The closed loop: who works on a ticket, until when, and a log of who did what.

What there is already came into its state when it was made, or when it was seen clear.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0008"
down_revision = "v0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("state NOT IN ('closed', 'evaluated', 'merged', 'false_alarm', 'withdrawn', 'self_cleared')")
HELD = sa.text("state IN ('deferred', 'parked')")
ASKED = sa.text("request IS NOT NULL")
MOMENTS = (
    "entered_at",
    "round_at",
    "accepted_at",
    "dispatched_at",
    "fed_back_at",
    "verified_at",
    "closed_at",
)
COUNTS = ("dispatches", "returns", "reworks", "deferrals", "parkings", "extensions", "reopenings", "deeds")


def upgrade() -> None:
    """Add the columns and fill them."""
    for name, length in (("department", 64), ("post", 64), ("held_from", 16)):
        op.add_column("tickets", sa.Column(name, sa.String(length)))
    op.add_column("tickets", sa.Column("level", sa.String(8), nullable=False, server_default="grid"))
    for name in ("due_at", "hold_until", *MOMENTS):
        op.add_column("tickets", sa.Column(name, INSTANT))
    for name in COUNTS:
        op.add_column("tickets", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("extended_s", sa.Double, nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("handlers", sa.JSON))
    op.execute("UPDATE tickets SET entered_at = CASE WHEN state = 'self_cleared' THEN cleared_at END")
    op.execute("UPDATE tickets SET entered_at = created WHERE entered_at IS NULL")
    for name, length in (("who", 80), ("action", 16), ("request", 64)):
        op.add_column("ticket_log", sa.Column(name, sa.String(length)))
    op.add_column("ticket_log", sa.Column("version", sa.Integer))
    op.add_column("ticket_log", sa.Column("details", sa.JSON))
    op.add_column("accounts", sa.Column("department", sa.String(64)))
    _indexes()


def _indexes() -> None:
    op.create_index("ix_tickets_department_number", "tickets", ["department", "number"])
    op.create_index("ix_tickets_due", "tickets", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_tickets_held", "tickets", ["hold_until"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index(
        "uq_ticket_log_request",
        "ticket_log",
        ["ticket", "request"],
        unique=True,
        sqlite_where=ASKED,
        postgresql_where=ASKED,
    )
