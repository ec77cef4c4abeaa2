"""Users, sessions, API tokens and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _accounts()
    _sessions()
    _api_tokens()
    _setup_links()
    _sign_in_failures()
    _audit()


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, INSTANT, nullable=nullable)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, SERIAL, primary_key=True, autoincrement=True)


def _of_account(table: str, *, nullable: bool = False) -> "tuple[sa.Column[int], sa.ForeignKeyConstraint]":
    key = sa.ForeignKeyConstraint(["account"], ["accounts.number"], name=f"fk_{table}_account")
    return sa.Column("account", SERIAL, nullable=nullable), key


def _accounts() -> None:
    op.create_table(
        "accounts",
        _number("number"),
        _text("login", 64),
        _text("name", 80),
        _text("role", 16),
        sa.Column("password", sa.Text),
        _text("outside", 64, nullable=True),
        sa.Column("disabled", sa.Boolean, nullable=False),
        _instant("created"),
        sa.PrimaryKeyConstraint("number", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
        sa.UniqueConstraint("outside", name="uq_accounts_outside"),
        sqlite_autoincrement=True,
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        _text("key", 64),
        *_of_account("sessions"),
        _instant("created"),
        _instant("seen"),
        sa.PrimaryKeyConstraint("key", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])


def _api_tokens() -> None:
    op.create_table(
        "api_tokens",
        _number("number"),
        *_of_account("api_tokens"),
        _text("name", 80),
        _text("key", 64),
        sa.Column("scopes", sa.JSON, nullable=False),
        _instant("created"),
        _instant("expires"),
        _instant("used", nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_api_tokens"),
        sa.UniqueConstraint("key", name="uq_api_tokens_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_tokens_account", "api_tokens", ["account"])


def _setup_links() -> None:
    op.create_table(
        "setup_links",
        _text("key", 64),
        *_of_account("setup_links", nullable=True),
        _instant("expires"),
        sa.PrimaryKeyConstraint("key", name="pk_setup_links"),
    )
    op.create_index("ix_setup_links_account", "setup_links", ["account"])


def _sign_in_failures() -> None:
    op.create_table(
        "sign_in_failures",
        _text("kind", 8),
        _text("key", 64),
        sa.Column("failures", sa.Integer, nullable=False),
        _instant("last"),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_last", "sign_in_failures", ["last"])


def _audit() -> None:
    op.create_table(
        "audit",
        _number("seq"),
        _instant("at"),
        _text("who", 80),
        _text("way", 16),
        _text("origin", 16),
        _text("action", 48),
        _text("about", 240),
        _text("why", 240),
        _text("outcome", 16),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_who_seq", "audit", ["who", "seq"])
    op.create_index("ix_audit_about_seq", "audit", ["about", "seq"])
