"""The tables of what follows from tickets: who leads, how far each follower is, places where things recur."""

from sqlalchemy import BigInteger, Column, Double, Index, String, Table

from central.store.columns import METADATA, Serial, Utc

# Of several processes one does what has to be done once. `until`: then another may.
leases = Table(
    "leases",
    METADATA,
    Column("name", String(48), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("until", Utc, nullable=False),
)

# How far in the log of tickets each follower is; moved in the transaction in which it did its work.
followers = Table(
    "followers",
    METADATA,
    Column("name", String(48), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

# A place where the same kind of thing was found again and again (高发). Its tickets name it.
spots = Table(
    "spots",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(48), nullable=False),
    Column("longitude", Double, nullable=False),
    Column("latitude", Double, nullable=False),
    Column("tile", BigInteger, nullable=False),
    Column("since", Utc, nullable=False),
    Column("last", Utc, nullable=False),
    Index(None, "kind", "tile"),
    sqlite_autoincrement=True,
)
