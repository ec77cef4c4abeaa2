"""Bundles of models that the centre has. A change here needs a migration beside it."""

from sqlalchemy import JSON, BigInteger, Column, String, Table, UniqueConstraint

from central.store.schema import METADATA, Utc

# `sha256`, `size`: of the bundle's file; `card`: all of it, for people. `signers`: ids of keys that vouch.
# `gone`: when it was taken away; nodes may have it still, so nothing else ever comes under its version.
models = Table(
    "models",
    METADATA,
    Column("name", String(48), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("title", String(240), nullable=False),
    Column("role", String(48), nullable=False),
    Column("network", String(64), nullable=False),
    Column("card", JSON, nullable=False),
    Column("signed", String(12), nullable=False),
    Column("signers", JSON, nullable=False),
    Column("who", String(80), nullable=False),
    Column("at", Utc, nullable=False),
    Column("gone", Utc),
    UniqueConstraint("sha256"),
)
