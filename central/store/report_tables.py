"""What people reported, and the places that have a code. A change here needs a migration beside it.

No table has a column for who a citizen is, or for an address that something was sent from.
"""

from sqlalchemy import JSON, Boolean, Column, Double, Index, String, Table, Text, text

from central.store.partial import WORDED
from central.store.schema import METADATA, Utc

# A place with a sign on it. `code`: of chance, so that nobody finds the next one by counting.
places = Table(
    "places",
    METADATA,
    Column("code", String(16), primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("longitude", Double, nullable=False),
    Column("latitude", Double, nullable=False),
    Column("accuracy_m", Double, nullable=False),
    Column("kind", String(48)),
    Column("made", Utc, nullable=False),
    Column("dropped", Utc),
)

_LASTING = text("ended IS NULL")

# `id`: also the situation's subject. `token`: shows its state to whoever has it. `content`: the hash of what
# was sent, `named`: under a name of the sender's. `account`: a login name; NULL of citizens. `due`: when it
# ends by itself, `ended`: when it counts as gone, `why`: the reason.
reports = Table(
    "reports",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("content", String(64), nullable=False),
    Column("named", Boolean, nullable=False),
    Column("kind", String(48), nullable=False),
    Column("longitude", Double, nullable=False),
    Column("latitude", Double, nullable=False),
    Column("accuracy_m", Double, nullable=False),
    Column("place", String(16)),
    Column("address", String(240), nullable=False),
    Column("text", Text, nullable=False),
    Column("pictures", JSON, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("account", String(64)),
    Column("seen", Utc, nullable=False),
    Column("received", Utc, nullable=False),
    Column("due", Utc, nullable=False),
    Column("ended", Utc),
    Column("why", JSON(none_as_null=True)),
    Index(None, "received", "id"),
    Index(None, "content", "received"),
    Index("ix_reports_worded", "received", sqlite_where=WORDED, postgresql_where=WORDED),
    Index("ix_reports_lasting", "due", sqlite_where=_LASTING, postgresql_where=_LASTING),
)
