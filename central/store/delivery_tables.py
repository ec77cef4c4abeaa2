"""Gaps, digests and what became of the quarantine. A change here needs a migration beside it."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from central.store.schema import METADATA, Serial, Utc

# What is known of each epoch. Everything up to `watermark` is accounted for: taken, refused, or said to be
# gone. `news` counts what was heard of the epoch, `turn` the looks at it: a look holds only for its turn.
epochs = Table(
    "epochs",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("watermark", BigInteger, nullable=False, server_default="-1"),
    Column("highest", BigInteger, nullable=False, server_default="-1"),
    Column("came", Utc),
    Column("noted", Utc, nullable=False),
    Column("holes", Integer, nullable=False, server_default="0"),
    Column("missing", BigInteger, nullable=False, server_default="0"),
    Column("hole_since", Utc),
    Column("asked_at", Utc),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("end_asks", Integer, nullable=False, server_default="0"),
    Column("news", BigInteger, nullable=False, server_default="0"),
    Column("turn", BigInteger, nullable=False, server_default="0"),
    Column("due", Utc),
    Index(
        "ix_epochs_due",
        "due",
        sqlite_where=text("due IS NOT NULL"),
        postgresql_where=text("due IS NOT NULL"),
    ),
)

# What each node said of itself last, as far as it decides what to ask. `since`: when it began to be so.
senders = Table(
    "senders",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("epoch", String(64)),
    Column("online", Boolean, nullable=False),
    Column("since", Utc, nullable=False),
    Column("heard", Utc, nullable=False),
)

# Events that will never come, as the node or a person said.
gone = Table(
    "gone",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, primary_key=True),
    Column("code", String(48), nullable=False),
    Column("event", String(64)),
    Column("at", Utc, nullable=False),
)

# Events in quarantine whose place in the sequence could be read.
refused = Table(
    "refused",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("event", String(64)),
    Column("sha256", String(64), nullable=False),
    Column("at", Utc, nullable=False, index=True),
)

# What a node said it committed in a day, and what was found here. Each digest is judged by itself: a later
# one may say more of the same day, and a day of very many restarts is told in several.
digests = Table(
    "digests",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("event", String(64), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("said_at", Utc, nullable=False),
    Column("ranges", JSON, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bodies", String(64)),
    Column("state", String(24), nullable=False, server_default="pending"),
    Column("reason", JSON(none_as_null=True)),
    Column("found_events", BigInteger),
    Column("given_up", BigInteger),
    Column("missing", BigInteger),
    Column("checked_at", Utc),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("turn", BigInteger, nullable=False, server_default="0"),
    Column("due", Utc),
    Index(
        "ix_digests_due",
        "due",
        sqlite_where=text("due IS NOT NULL"),
        postgresql_where=text("due IS NOT NULL"),
    ),
)

# What people did with the quarantine.
quarantine_log = Table(
    "quarantine_log",
    METADATA,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("number", BigInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("code", String(48), nullable=False),
    Column("done", String(16), nullable=False),
    Column("reason", JSON, nullable=False),
    Column("at", Utc, nullable=False),
    sqlite_autoincrement=True,
)
