"""Holds, what is still to be deleted, what is gone, and what is kept of it."""

import sqlalchemy as sa
from alembic import op

revision = "v0015"
down_revision = "v0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LOOSE = (
    "body <> '' AND type NOT IN"
    " ('gewu.incident.opened.v1', 'gewu.incident.updated.v1', 'gewu.incident.cleared.v1')"
)
# By table, columns and condition; what they are for stands in the tables.
INDEXES = (
    ("ix_holds_standing", "holds", ["number"], "lifted IS NULL"),
    ("ix_bygone_situations_at", "bygone_situations", ["at"], None),
    ("ix_inbox_loose", "inbox", ["received"], LOOSE),
    ("ix_inbox_blank", "inbox", ["received"], "body = ''"),
    ("ix_situations_unopened", "situations", ["ticket", "source", "subject"], "ticket IS NULL"),
    ("ix_situations_place", "situations", ["place"], "place IS NOT NULL"),
    ("ix_ticket_log_loose", "ticket_log", ["ticket", "at", "seq"], "ticket IS NULL"),
    ("ix_tickets_merged_into", "tickets", ["merged_into"], "merged_into IS NOT NULL"),
    ("ix_evidence_received_sha256", "evidence", ["received", "sha256"], None),
    ("ix_reports_worded", "reports", ["received"], "text <> ''"),
)


def upgrade() -> None:
    """Make the tables and the indexes by which the sweep finds what is old."""
    _holds()
    op.create_table(
        "unlinking",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("since", INSTANT, nullable=False),
    )
    _bygone()
    _kept()
    for name, table, columns, where in INDEXES:
        met = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=met, postgresql_where=met)


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("number", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("ticket", sa.BigInteger),
        sa.Column("area", sa.String(15)),
        sa.Column("since", INSTANT),
        sa.Column("until", INSTANT),
        sa.Column("reason", sa.String(240), nullable=False),
        sa.Column("made", INSTANT, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("lifted", INSTANT),
        sa.Column("lifted_by", sa.String(80)),
        sa.Column("lift_reason", sa.String(240)),
        sqlite_autoincrement=True,
    )


def _bygone() -> None:
    op.create_table(
        "bygone_situations",
        sa.Column("source", sa.String(96), primary_key=True),
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_table(
        "bygone_events",
        sa.Column("source", sa.String(96), primary_key=True),
        sa.Column("epoch", sa.String(64), primary_key=True),
        sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger, nullable=False),
    )


def _kept() -> None:
    op.create_table(
        "tallies_kept",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("area", sa.String(15), primary_key=True),
        sa.Column("kind", sa.String(48), primary_key=True),
        sa.Column("origin", sa.String(16), primary_key=True),
        sa.Column("outcome", sa.String(16), primary_key=True),
        sa.Column("tickets", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "sweeps",
        sa.Column("name", sa.String(24), primary_key=True),
        sa.Column("began", INSTANT),
        sa.Column("ended", INSTANT),
        sa.Column("gone", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("waiting", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failed", INSTANT),
    )
    op.create_table(
        "clock_watch",
        sa.Column("name", sa.String(8), primary_key=True),
        sa.Column("seen", INSTANT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
    )
