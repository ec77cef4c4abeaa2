"""Indicators: tickets as they are counted, reports that are frozen, and how long cameras were well."""

import sqlalchemy as sa
from alembic import op

revision = "v0012"
down_revision = "v0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
COUNTERS = (
    "recurs",
    "dispatches",
    "returns",
    "reworks",
    "deferrals",
    "extensions",
    "reopenings",
    "urgings",
)
SUMS = (
    "found", "by_machine", "by_drone", "false_alarms", "recurring", "self_cleared",
    "due", "deferred", "to_close", "closed", "closed_in_time", "extended",
    "dispatched", "accurate", "handled", "reworked", "worked_s", "passed_s",
)  # fmt: skip
INSTANTS = {
    "opened_at": "dispatch = 0",
    "owed_at": None,
    "dispatched_at": "dispatch > 0",
    "handled_at": None,
}


def upgrade() -> None:
    """Make the tables; the rows of tickets that are there are made by the centre, bit by bit."""
    _cases()
    op.create_table(
        "indicator_months",
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("by", sa.String(12), primary_key=True),
        sa.Column("key", sa.String(300), primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in SUMS),
    )
    op.create_table(
        "indicator_reports",
        sa.Column("name", sa.String(24), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("frozen", INSTANT, nullable=False),
        sa.Column("sums", sa.JSON, nullable=False),
        sa.Column("evaluation", sa.JSON, nullable=False),
    )
    op.create_index("ix_indicator_reports_edition", "indicator_reports", ["edition"])
    op.create_table(
        "camera_days",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("node", sa.String(96), primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("known_s", sa.Integer, nullable=False),
        sa.Column("up_s", sa.Integer, nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "indicator_cases",
        sa.Column("ticket", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("dispatch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("edition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("until", sa.Integer),
        sa.Column("kind", sa.String(48), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("department", sa.String(64)),
        sa.Column("cell", sa.String(15)),
        sa.Column("community", sa.String(12)),
        sa.Column("zone", sa.String(240)),
        sa.Column("spot", sa.BigInteger),
        *(sa.Column(name, INSTANT) for name in ("owed_at", "dispatched_at", "handled_at", "closed_at")),
        sa.Column("in_time", sa.Boolean),
        sa.Column("accurate", sa.Boolean),
        sa.Column("worked_s", sa.BigInteger, nullable=False),
        sa.Column("passed_s", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTERS),
    )
    now = sa.text("until IS NULL")
    op.create_index(
        "uq_indicator_cases_now",
        "indicator_cases",
        ["ticket", "dispatch"],
        unique=True,
        sqlite_where=now,
        postgresql_where=now,
    )
    past = sa.text("until IS NOT NULL")
    op.create_index(
        "ix_indicator_cases_past", "indicator_cases", ["until"], sqlite_where=past, postgresql_where=past
    )
    for name, where in INSTANTS.items():
        only = None if where is None else sa.text(where)
        op.create_index(
            f"ix_indicator_cases_{name}", "indicator_cases", [name], sqlite_where=only, postgresql_where=only
        )
