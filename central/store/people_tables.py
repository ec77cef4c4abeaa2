"""Users, sessions, API tokens and the audit. A change here needs a migration beside it.

Of those who operate the centre it keeps a login name, a name to show, a role and a department, nothing more.
Every secret is kept as a hash.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from central.store.schema import METADATA, Serial, Utc

# `outside`: the hash of who this is at the provider of OpenID Connect; such an account needs no password.
accounts = Table(
    "accounts",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", Text),
    Column("outside", String(64), unique=True),
    Column("department", String(64)),  # that it works for, where it works for one
    Column("disabled", Boolean, nullable=False),
    Column("created", Utc, nullable=False),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.number"), nullable=False, index=True),
    Column("created", Utc, nullable=False),
    Column("seen", Utc, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("account", ForeignKey("accounts.number"), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
    Column("used", Utc),
    sqlite_autoincrement=True,
)

# Where somebody sets a password: `account` None is for the first administrator.
setup_links = Table(
    "setup_links",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.number"), index=True),
    Column("expires", Utc, nullable=False),
)

# Failed sign-ins in a row, of an account's name or of an address; both are kept as a hash, and not for long.
sign_in_failures = Table(
    "sign_in_failures",
    METADATA,
    Column("kind", String(8), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", Utc, nullable=False, index=True),
)

audit = Table(
    "audit",
    METADATA,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False, index=True),
    Column("who", String(80), nullable=False),
    Column("way", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("action", String(48), nullable=False),
    Column("about", String(240), nullable=False),
    Column("why", String(240), nullable=False),
    Column("outcome", String(16), nullable=False),
    Index(None, "who", "seq"),
    Index(None, "about", "seq"),
    sqlite_autoincrement=True,
)
