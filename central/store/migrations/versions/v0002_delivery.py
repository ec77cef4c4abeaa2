"""Gaps, digests and what became of the quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE = sa.text("due IS NOT NULL")
REJECTED = sa.text("status = 'rejected'")


def upgrade() -> None:
    """Make the tables."""
    _epochs()
    _senders()
    _gone()
    _refused()
    _digests()
    _quarantine()


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, INSTANT, nullable=nullable)


def _big(name: str, default: str | None = None, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=nullable, server_default=default)


def _count(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _epochs() -> None:
    op.create_table(
        "epochs",
        _text("node", 96),
        _text("epoch", 64),
        _big("watermark", "-1"),
        _big("highest", "-1"),
        _instant("came", nullable=True),
        _instant("noted"),
        _count("holes"),
        _big("missing", "0"),
        _instant("hole_since", nullable=True),
        _instant("asked_at", nullable=True),
        _count("tries"),
        _count("end_asks"),
        _big("news", "0"),
        _big("turn", "0"),
        _instant("due", nullable=True),
        sa.PrimaryKeyConstraint("node", "epoch", name="pk_epochs"),
    )
    op.create_index("ix_epochs_due", "epochs", ["due"], sqlite_where=DUE, postgresql_where=DUE)


def _senders() -> None:
    op.create_table(
        "senders",
        _text("node", 96),
        _text("epoch", 64, nullable=True),
        sa.Column("online", sa.Boolean, nullable=False),
        _instant("since"),
        _instant("heard"),
        sa.PrimaryKeyConstraint("node", name="pk_senders"),
    )


def _gone() -> None:
    op.create_table(
        "gone",
        _text("node", 96),
        _text("epoch", 64),
        _big("first"),
        _big("last"),
        _text("code", 48),
        _text("event", 64, nullable=True),
        _instant("at"),
        sa.PrimaryKeyConstraint("node", "epoch", "first", "last", name="pk_gone"),
    )


def _refused() -> None:
    op.create_table(
        "refused",
        _text("node", 96),
        _text("epoch", 64),
        _big("sequence"),
        _text("event", 64, nullable=True),
        _text("sha256", 64),
        _instant("at"),
        sa.PrimaryKeyConstraint("node", "epoch", "sequence", name="pk_refused"),
    )
    op.create_index("ix_refused_at", "refused", ["at"])


def _digests() -> None:
    op.create_table(
        "digests",
        _text("node", 96),
        _text("event", 64),
        _text("day", 10),
        _instant("said_at"),
        sa.Column("ranges", sa.JSON, nullable=False),
        _big("events"),
        _text("sha256", 64),
        _text("bodies", 64, nullable=True),
        sa.Column("state", sa.String(24), nullable=False, server_default="pending"),
        sa.Column("reason", sa.JSON),
        _big("found_events", nullable=True),
        _big("given_up", nullable=True),
        _big("missing", nullable=True),
        _instant("checked_at", nullable=True),
        _count("tries"),
        _big("turn", "0"),
        _instant("due", nullable=True),
        sa.PrimaryKeyConstraint("node", "event", name="pk_digests"),
    )
    op.create_index("ix_digests_due", "digests", ["due"], sqlite_where=DUE, postgresql_where=DUE)


def _quarantine() -> None:
    op.add_column("quarantine", sa.Column("proof", sa.JSON))
    op.create_index(
        "ix_receipts_rejected", "receipts", ["sha256"], sqlite_where=REJECTED, postgresql_where=REJECTED
    )
    op.create_table(
        "quarantine_log",
        sa.Column("seq", SERIAL, primary_key=True, autoincrement=True),
        _big("number"),
        sa.Column("topic", sa.Text, nullable=False),
        _text("sha256", 64),
        _text("code", 48),
        _text("done", 16),
        sa.Column("reason", sa.JSON, nullable=False),
        _instant("at"),
        sqlite_autoincrement=True,
    )
