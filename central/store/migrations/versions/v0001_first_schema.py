"""First schema."""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    _inbox()
    _tickets()
    _situations()
    _ticket_log()
    _receipts()
    _quarantine()
    _evidence()
    _nodes()


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, INSTANT, nullable=nullable)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, SERIAL, primary_key=True, autoincrement=True)


def _inbox() -> None:
    op.create_table(
        "inbox",
        _text("source", 96),
        _text("id", 64),
        _text("sha256", 64),
        _text("type", 64),
        _text("subject", 64),
        _text("epoch", 64),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        _instant("time"),
        _instant("recorded"),
        _instant("received"),
        sa.Column("deliveries", sa.Integer, nullable=False, server_default="1"),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_source_epoch_sequence", "inbox", ["source", "epoch", "sequence"])
    op.create_index("ix_inbox_source_subject", "inbox", ["source", "subject"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        _number("number"),
        _text("id", 32),
        _text("open_key", 200),
        _text("state", 16),
        _text("kind", 48),
        _text("node", 96),
        _text("source", 64),
        _instant("opened_at"),
        _instant("cleared_at", nullable=True),
        _instant("created"),
        sa.PrimaryKeyConstraint("number", name="pk_tickets"),
        sa.UniqueConstraint("id", name="uq_tickets_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_state_number", "tickets", ["state", "number"])
    op.create_index("ix_tickets_kind_number", "tickets", ["kind", "number"])
    op.create_index("ix_tickets_node_source_number", "tickets", ["node", "source", "number"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_tickets_one_open",
        "tickets",
        ["open_key"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _mark(name: str, *, nullable: bool) -> "list[sa.Column[object]]":
    return [
        sa.Column(f"{name}_revision", sa.BigInteger, nullable=nullable),
        sa.Column(f"{name}_rank", sa.Integer, nullable=nullable),
        sa.Column(f"{name}_id", sa.String(64), nullable=nullable),
        _instant(f"{name}_at", nullable=nullable),
    ]


def _situations() -> None:
    op.create_table(
        "situations",
        _text("source", 96),
        _text("subject", 64),
        sa.Column("ticket", SERIAL, nullable=True),
        *_mark("newest", nullable=False),
        *_mark("opened", nullable=True),
        *_mark("cleared", nullable=True),
        sa.Column("incident", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", "subject", name="pk_situations"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_situations_ticket"),
    )
    op.create_index("ix_situations_ticket", "situations", ["ticket"])


def _ticket_log() -> None:
    op.create_table(
        "ticket_log",
        _number("seq"),
        sa.Column("ticket", SERIAL, nullable=True),
        _text("effect", 16),
        sa.Column("reason", sa.JSON, nullable=False),
        _text("state", 16, nullable=True),
        _text("source", 96),
        _text("subject", 64),
        _text("event", 64, nullable=True),
        _instant("at"),
        sa.PrimaryKeyConstraint("seq", name="pk_ticket_log"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_ticket_log_ticket"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_log_ticket", "ticket_log", ["ticket"])


def _receipts() -> None:
    op.create_table(
        "receipts",
        _text("node", 96),
        _text("event", 64),
        _text("sha256", 64),
        _text("status", 16),
        _text("ticket", 32, nullable=True),
        _text("reason", 240, nullable=True),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("node", "event", "sha256", name="pk_receipts"),
    )
    unsent = sa.text("NOT sent")
    op.create_index("ix_receipts_to_send", "receipts", ["node"], sqlite_where=unsent, postgresql_where=unsent)


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        _number("number"),
        sa.Column("topic", sa.Text, nullable=False),
        _text("sha256", 64),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        _text("code", 48),
        sa.Column("reason", sa.Text, nullable=False),
        _instant("first_received"),
        _instant("last_received"),
        sa.Column("deliveries", sa.Integer, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("number", name="pk_quarantine"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quarantine_sha256_topic", "quarantine", ["sha256", "topic"], unique=True)


def _evidence() -> None:
    op.create_table(
        "evidence",
        _text("sha256", 64),
        sa.Column("size", sa.BigInteger, nullable=False),
        _text("media_type", 32),
        _instant("received"),
        sa.PrimaryKeyConstraint("sha256", name="pk_evidence"),
    )
    op.create_table(
        "evidence_links",
        _text("source", 96),
        _text("subject", 64),
        _text("sha256", 64),
        _text("role", 16),
        sa.Column("size", sa.BigInteger, nullable=False),
        _text("media_type", 32),
        _instant("taken"),
        sa.PrimaryKeyConstraint("source", "subject", "sha256", "role", name="pk_evidence_links"),
    )
    op.create_index("ix_evidence_links_sha256", "evidence_links", ["sha256"])


def _nodes() -> None:
    op.create_table(
        "nodes",
        _text("node", 96),
        sa.Column("state", sa.Text),
        _instant("state_received", nullable=True),
        sa.Column("about", sa.Text),
        _instant("about_received", nullable=True),
        sa.Column("health", sa.Text),
        _instant("health_received", nullable=True),
        _instant("event_received", nullable=True),
        sa.PrimaryKeyConstraint("node", name="pk_nodes"),
    )
    op.create_table(
        "conditions",
        _text("node", 96),
        _text("source", 64),
        _text("condition", 48),
        _instant("said_at"),
        sa.Column("said_sequence", sa.BigInteger, nullable=False),
        _text("said_id", 64),
        _text("state", 16),
        sa.Column("health", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("node", "source", "condition", name="pk_conditions"),
    )
