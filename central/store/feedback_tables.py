"""What people say of what was told, what they hide for a while, and the views that they keep."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    false,
)

from central.store.columns import METADATA, Serial, Utc
from central.store.partial import CURRENT, only

# One row a saying; `ended`: when it was said otherwise. `subject` is empty where the whole ticket is meant,
# and of what was missed. `zone` to `until`: of the situation that it is about, as its opening told it.
feedback = Table(
    "feedback",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("ticket", ForeignKey("tickets.number"), index=True),
    Column("node", String(96), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("mark", String(12), nullable=False),
    Column("reason", String(16)),
    Column("words", String(240), nullable=False),
    Column("who", String(80), nullable=False),
    Column("at", Utc, nullable=False),
    Column("ended", Utc),
    Column("ended_by", String(80)),
    Column("source", String(64), nullable=False),
    Column("zone", String(64)),
    Column("zone_version", String(64)),
    Column("rule", String(64)),
    Column("rule_version", String(64)),
    Column("kind", String(48), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc),
    Column("box", JSON(none_as_null=True)),
    Column("request", String(64)),
    UniqueConstraint("who", "request", name="uq_feedback_request"),
    Index("uq_feedback_current", "ticket", "node", "subject", unique=True, **only(CURRENT)),
    Index(None, "node", "source", "since"),
    Index(None, "since", "number"),
    sqlite_autoincrement=True,
)

# `things`: the groups of what it hides. `ends`: when it does no more; lifting brings that forward.
# `situation`, `ticket`: what it was made from; neither is needed to know what it hides.
suppressions = Table(
    "suppressions",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("request", String(64), nullable=False),
    Column("who", String(80), nullable=False),
    Column("made", Utc, nullable=False),
    Column("ends", Utc, nullable=False),
    Column("node", String(96), nullable=False),
    Column("source", String(64), nullable=False),
    Column("kind", String(48), nullable=False),
    Column("zone", String(64)),
    Column("things", JSON, nullable=False),
    *(Column(f"box_{side}", Double, nullable=False) for side in ("x1", "y1", "x2", "y2")),
    Column("situation", String(64), nullable=False),
    Column("ticket", BigInteger),
    Column("words", String(240), nullable=False),
    Column("lifted", Utc),
    Column("lifted_by", String(80)),
    Column("lift_words", String(240)),
    Column("over", Boolean, nullable=False, server_default=false()),  # what stood then has its ticket
    UniqueConstraint("who", "request", name="uq_suppressions_request"),
    Index(None, "node", "ends"),
    Index(None, "over", "ends"),
    sqlite_autoincrement=True,
)

# `shared`: everybody sees it. `filters`: of GET /api/tickets, as a query string. `map`: where it looks.
saved_views = Table(
    "saved_views",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("owner", String(80), nullable=False, index=True),
    Column("shared", Boolean, nullable=False),
    Column("name", String(80), nullable=False),
    Column("filters", String(1000), nullable=False),
    Column("map", JSON(none_as_null=True)),
    Column("made", Utc, nullable=False),
    Column("changed", Utc, nullable=False),
    UniqueConstraint("owner", "name", name="uq_saved_views_name"),
    sqlite_autoincrement=True,
)

# Changes of a zone that are being tried. `ask`: the trial at the node. `variants`: with their reasons.
suggestions = Table(
    "suggestions",
    METADATA,
    Column("ask", String(64), primary_key=True),
    Column("node", String(96), nullable=False),
    Column("source", String(64), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("who", String(80), nullable=False),
    Column("made", Utc, nullable=False, index=True),
    Column("variants", JSON, nullable=False),
)
