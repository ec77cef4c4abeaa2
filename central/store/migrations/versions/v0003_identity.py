"""Enrolled nodes, their certificates and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _nodes()
    _certificates()
    _tokens()
    _uploads()


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, INSTANT, nullable=nullable)


def _nodes() -> None:
    op.create_table(
        "enrolled_nodes",
        _text("node", 96),
        _text("state", 16),
        _instant("since"),
        _text("said_by", 64),
        _text("why", 240),
        sa.PrimaryKeyConstraint("node", name="pk_enrolled_nodes"),
    )
    op.create_table(
        "authorities",
        _text("fingerprint", 64),
        _instant("since"),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_authorities"),
    )


def _certificates() -> None:
    op.create_table(
        "node_certificates",
        _text("serial", 40),
        _text("node", 96),
        _text("key_sha256", 64),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("chain", sa.Text, nullable=False),
        _instant("not_before"),
        _instant("not_after"),
        _instant("issued"),
        _instant("superseded", nullable=True),
        _instant("revoked", nullable=True),
        _text("why", 240, nullable=True),
        sa.PrimaryKeyConstraint("serial", name="pk_node_certificates"),
    )
    op.create_index("ix_node_certificates_key_sha256", "node_certificates", ["key_sha256"], unique=True)
    op.create_index("ix_node_certificates_node", "node_certificates", ["node"])
    op.create_index("ix_node_certificates_revoked", "node_certificates", ["revoked"])


def _tokens() -> None:
    op.create_table(
        "enrolment_tokens",
        _text("sha256", 64),
        _text("node", 96),
        _instant("made"),
        _text("made_by", 64),
        _instant("expires"),
        _instant("used", nullable=True),
        _text("key_sha256", 64, nullable=True),
        sa.PrimaryKeyConstraint("sha256", name="pk_enrolment_tokens"),
    )
    op.create_index("ix_enrolment_tokens_node", "enrolment_tokens", ["node"])
    op.create_table(
        "node_bearers",
        _text("sha256", 64),
        _text("serial", 40),
        _instant("expires"),
        sa.PrimaryKeyConstraint("sha256", name="pk_node_bearers"),
    )
    op.create_index("ix_node_bearers_expires", "node_bearers", ["expires"])
    op.create_table(
        "seen_assertions",
        _text("serial", 40),
        _text("jti", 64),
        _instant("expires"),
        sa.PrimaryKeyConstraint("serial", "jti", name="pk_seen_assertions"),
    )
    op.create_index("ix_seen_assertions_expires", "seen_assertions", ["expires"])


def _uploads() -> None:
    """Pictures that came before this are taken as sent without an identity."""
    op.create_table(
        "evidence_uploads",
        _text("sha256", 64),
        _text("node", 96),
        _instant("at"),
        sa.PrimaryKeyConstraint("sha256", "node", name="pk_evidence_uploads"),
    )
    op.create_index("ix_evidence_uploads_node", "evidence_uploads", ["node"])
    op.execute("INSERT INTO evidence_uploads (sha256, node, at) SELECT sha256, '', received FROM evidence")
