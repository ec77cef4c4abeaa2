"""Places by their words, and how many rows there are. A change here needs a migration beside it."""

from sqlalchemy import BigInteger, Column, String, Table

from central.store.columns import METADATA, Serial

# The words for a place, once; situations and tickets name them by number, so that few rows are searched.
place_words = Table(
    "place_words",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("words", String(240), nullable=False, unique=True),
    sqlite_autoincrement=True,
)

# How many there are of `inbox`, `evidence`, `quarantine`, and of tickets in each state (`ticket STATE`): to
# count twenty million rows takes seconds. Triggers keep them, in the transaction that changes the rows.
tallies = Table(
    "tallies",
    METADATA,
    Column("name", String(48), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
