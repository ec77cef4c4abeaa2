"""The tables. A change here needs a migration beside it; a test compares the two."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from central.store.columns import METADATA as METADATA
from central.store.columns import Serial as Serial
from central.store.columns import Utc as Utc
from central.store.partial import BLANK, LOOSE, MERGED, NO_TICKET, PLACED, SUPPRESSED, only
from central.store.work_columns import log_columns, work_columns

# Every event that was taken, once. `body` is the contract's own spelling of what was understood: a field
# this version does not know is not kept. It is empty once its time is over; then the rest still says that
# the event was here.
inbox = Table(
    "inbox",
    METADATA,
    Column("source", String(96), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("time", Utc, nullable=False),
    Column("recorded", Utc, nullable=False),
    Column("received", Utc, nullable=False),
    Column("deliveries", Integer, nullable=False, server_default="1"),
    Column("body", Text, nullable=False),
    Index(None, "source", "epoch", "sequence"),
    Index(None, "source", "subject"),
    Index("ix_inbox_loose", "received", **only(LOOSE)),
    Index("ix_inbox_blank", "received", **only(BLANK)),
)

# As `central.casework.machine.OPEN` says it, in the very words that the indexes know.
STILL_OPEN = text(
    "state NOT IN ('closed', 'evaluated', 'merged', 'false_alarm', 'withdrawn', 'self_cleared')"
)

INHIBITED = text("inhibited IS NOT NULL")
HELD = text("state IN ('deferred', 'parked')")

# What people work on. `scene`: whether the thing is there by what the sources say. `node` and `subject`: the
# situation that founded it. `lead_node`, `lead_subject`: the situation that it is told by.
tickets = Table(
    "tickets",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("open_key", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("before", String(16)),  # the state that it goes back to, where there is one
    Column("scene", String(8), nullable=False, server_default="present"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("kind", String(48), nullable=False),
    Column("severity", String(8), nullable=False, server_default="normal"),
    Column("origin", String(16), nullable=False, server_default="camera"),
    Column("node", String(96), nullable=False),
    Column("subject", String(64), nullable=False, server_default="-"),
    Column("source", String(64), nullable=False),
    Column("lead_node", String(96), nullable=False, server_default="-"),
    Column("lead_subject", String(64), nullable=False, server_default="-"),
    Column("opened_at", Utc, nullable=False),
    Column("cleared_at", Utc),
    Column("created", Utc, nullable=False),  # when the centre made it; for display, no rule reads it
    Column("situations", Integer, nullable=False, server_default="1"),
    Column("longitude", Double),
    Column("latitude", Double),
    Column("accuracy_m", Double),
    Column("cell", String(15)),
    Column("community", String(12)),
    Column("cut", ForeignKey("grid_cuts.number")),
    Column("merged_into", ForeignKey("tickets.number")),
    Column("tile", BigInteger),
    Column("parent", ForeignKey("tickets.number"), index=True),  # of a storm its first
    Column("recurs", Integer, nullable=False, server_default="1"),  # times at this place, this one included
    Column("spot", ForeignKey("spots.number"), index=True),
    Column("inhibited", JSON(none_as_null=True)),  # why nobody is sent for it now
    Column("place", ForeignKey("place_words.number")),
    *work_columns(),
    Index("uq_tickets_one_open", "open_key", unique=True, **only(STILL_OPEN)),
    Index("ix_tickets_still_open", "number", **only(STILL_OPEN)),
    Index(None, "state", "number"),
    Index(None, "kind", "number"),
    Index(None, "node", "source", "number"),
    Index(None, "cell", "number"),
    Index(None, "department", "number"),
    Index("ix_tickets_inhibited", "number", **only(INHIBITED)),
    Index(None, "kind", "community", "opened_at"),
    Index(None, "kind", "tile", "opened_at"),
    Index(None, "place", "number"),
    Index(None, "opened_at", "tile"),
    Index("ix_tickets_open_tile", "tile", "kind", "department", **only(STILL_OPEN)),
    Index("ix_tickets_due", "due_at", **only(STILL_OPEN)),
    Index("ix_tickets_held", "hold_until", **only(HELD)),
    Index("ix_tickets_merged_into", "merged_into", **only(MERGED)),
    sqlite_autoincrement=True,  # a number is never given twice
)

_MARK = ("revision", "rank", "id", "at")


def _mark(name: str, *, needed: bool) -> list[Column[Any]]:
    types: tuple[Any, ...] = (BigInteger, Integer, String(64), Utc)
    return [
        Column(f"{name}_{part}", kind, nullable=not needed) for part, kind in zip(_MARK, types, strict=True)
    ]


# `family` to `zone`: how the opening saw it, seconds since 1970; NULL before the opening has come. `ends_s`:
# when it was seen clear, 1e12 while it stands. `joined`: why it is in its ticket; `beside`: why in no other.
# `zone_version` to `rule_version`: by what it was opened. `suppressed`: what keeps it from having a ticket.
situations = Table(
    "situations",
    METADATA,
    Column("source", String(96), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("ticket", ForeignKey("tickets.number"), index=True),
    *_mark("newest", needed=True),
    *_mark("opened", needed=False),
    *_mark("cleared", needed=False),
    Column("incident", Text, nullable=False),
    Column("severity", String(8), nullable=False, server_default="normal"),
    Column("family", String(48)),
    Column("kind", String(48)),
    Column("eye", String(240)),
    Column("origin", String(16)),
    Column("at_s", Double),
    Column("since_s", Double),
    Column("ends_s", Double),
    Column("longitude", Double),
    Column("latitude", Double),
    Column("accuracy_m", Double),
    Column("tile", BigInteger),
    Column("box_x1", Double),
    Column("box_y1", Double),
    Column("box_x2", Double),
    Column("box_y2", Double),
    Column("zone", String(64)),
    Column("zone_version", String(64)),
    Column("rule", String(64)),
    Column("rule_version", String(64)),
    Column("suppressed", BigInteger),
    Column("place", ForeignKey("place_words.number")),
    Column("joined", JSON(none_as_null=True)),
    Column("beside", JSON(none_as_null=True)),
    Index(None, "family", "eye", "ends_s"),
    Index(
        "ix_situations_adrift",
        "family",
        "eye",
        "ends_s",
        sqlite_where=text("longitude IS NULL"),
        postgresql_where=text("longitude IS NULL"),
    ),
    Index(None, "family", "tile", "ends_s"),
    Index("ix_situations_place", "place", **only(PLACED)),
    Index(None, "source", "at_s"),
    Index("ix_situations_suppressed", "suppressed", **only(SUPPRESSED)),
    Index("ix_situations_unopened", "ticket", "source", "subject", **only(NO_TICKET)),
)

ASKED = text("request IS NOT NULL")

# Every decision with its reason. `seq` is the order of commits: the live stream resumes from it.
ticket_log = Table(
    "ticket_log",
    METADATA,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("ticket", ForeignKey("tickets.number"), index=True),
    Column("effect", String(16), nullable=False),
    Column("reason", JSON, nullable=False),
    Column("state", String(16)),
    Column("source", String(96), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("event", String(64)),
    Column("at", Utc, nullable=False),
    *log_columns(),
    Index(None, "source", "subject"),
    Index("uq_ticket_log_request", "ticket", "request", unique=True, **only(ASKED)),
    Index("ix_ticket_log_loose", "ticket", "at", "seq", **only(NO_TICKET)),
    sqlite_autoincrement=True,
)

# The centre's word about each event, and whether it is still to be sent.
receipts = Table(
    "receipts",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("event", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("ticket", String(32)),
    Column("reason", String(240)),
    Column("sent", Boolean, nullable=False),
    Index(
        "ix_receipts_to_send",
        "node",
        sqlite_where=text("NOT sent"),
        postgresql_where=text("NOT sent"),
    ),
    Index(
        "ix_receipts_rejected",
        "sha256",
        sqlite_where=text("status = 'rejected'"),
        postgresql_where=text("status = 'rejected'"),
    ),
)

# What could not be taken, with its raw bytes up to a bound. Nothing serves these rows. `proof`: the user
# properties that prove whose it is.
quarantine = Table(
    "quarantine",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("code", String(48), nullable=False),
    Column("reason", Text, nullable=False),
    Column("first_received", Utc, nullable=False),
    Column("last_received", Utc, nullable=False),
    Column("deliveries", Integer, nullable=False, server_default="1"),
    Column("proof", JSON(none_as_null=True)),
    Index(None, "sha256", "topic", unique=True),
    Index(None, "topic", "number"),
    sqlite_autoincrement=True,
)

evidence = Table(
    "evidence",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("received", Utc, nullable=False),
    Index(None, "received", "sha256"),
)

# Which situation a picture belongs to. No foreign key to `evidence`: the reference may come first. `sent_by`:
# the node that took it, where that is not the situation's own: a drone's, of what others found.
evidence_links = Table(
    "evidence_links",
    METADATA,
    Column("source", String(96), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("taken", Utc, nullable=False),
    Column("sent_by", String(96)),
    Index(None, "sha256"),
)

# What each node last said of itself, in the contract's own spelling.
nodes = Table(
    "nodes",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("state", Text),
    Column("state_received", Utc),
    Column("about", Text),
    Column("about_received", Utc),
    Column("health", Text),
    Column("health_received", Utc),
    Column("event_received", Utc),
)

conditions = Table(
    "conditions",
    METADATA,
    Column("node", String(96), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("condition", String(48), primary_key=True),
    Column("said_at", Utc, nullable=False),
    Column("said_sequence", BigInteger, nullable=False),
    Column("said_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("health", Text, nullable=False),
)
