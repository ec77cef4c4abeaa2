"""Enrolled nodes, their certificates and tokens. A change here needs a migration beside it."""

from sqlalchemy import Column, Index, String, Table, Text

from central.store.schema import METADATA, Utc

# Nodes that were ever enrolled. `state`: enrolled or revoked; since when, on whose word and why.
enrolled_nodes = Table(
    "enrolled_nodes",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("since", Utc, nullable=False),
    Column("said_by", String(64), nullable=False),
    Column("why", String(240), nullable=False),
)

# Every certificate of a node that was ever issued. A key is certified once: asking again for the same key
# gives the same certificate, and a key that was revoked never comes back.
node_certificates = Table(
    "node_certificates",
    METADATA,
    Column("serial", String(40), primary_key=True),
    Column("node", String(96), nullable=False),
    Column("key_sha256", String(64), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("chain", Text, nullable=False),
    Column("not_before", Utc, nullable=False),
    Column("not_after", Utc, nullable=False),
    Column("issued", Utc, nullable=False),
    Column("superseded", Utc),
    Column("revoked", Utc),
    Column("why", String(240)),
    Index(None, "key_sha256", unique=True),
    Index(None, "node"),
    Index(None, "revoked"),
)

# One-time tokens, by their hash alone. `key_sha256`: whose key it was used for.
enrolment_tokens = Table(
    "enrolment_tokens",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("node", String(96), nullable=False),
    Column("made", Utc, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("expires", Utc, nullable=False),
    Column("used", Utc),
    Column("key_sha256", String(64)),
    Index(None, "node"),
)

# What a node shows at every request, by its hash alone; ends with its certificate, its node or its time.
node_bearers = Table(
    "node_bearers",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("serial", String(40), nullable=False),
    Column("expires", Utc, nullable=False),
    Index(None, "expires"),
)

# Assertions that were used: none is taken twice. Swept when they could not be taken anyway.
seen_assertions = Table(
    "seen_assertions",
    METADATA,
    Column("serial", String(40), primary_key=True),
    Column("jti", String(64), primary_key=True),
    Column("expires", Utc, nullable=False),
    Index(None, "expires"),
)

# Who showed that it has a picture's bytes, by sending them. An empty node: sent without an identity.
evidence_uploads = Table(
    "evidence_uploads",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("node", String(96), primary_key=True),
    Column("at", Utc, nullable=False),
    Index(None, "node"),
)

# The one authority that certified the nodes of this database, by the hash of its public bundle.
authorities = Table(
    "authorities",
    METADATA,
    Column("fingerprint", String(64), primary_key=True),
    Column("since", Utc, nullable=False),
)
