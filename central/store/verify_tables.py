"""The table of looks that the centre asks for."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table

from central.store.columns import METADATA, Utc
from central.store.partial import UNANSWERED_ROWS, only

UNANSWERED = ("waiting", "asked")

# `state`: waiting (to be asked), asked, answered, acted (what followed was done), given_up. `eye`: the drone
# that alone is to look, and `scenes` for what; `seen` and `flight`: of what was answered, when and on which.
verifications = Table(
    "verifications",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("ticket", ForeignKey("tickets.number"), nullable=False, index=True),
    Column("node", String(96), nullable=False),
    Column("situations", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("made", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("asked", Utc),
    Column("answered", Utc),
    Column("answers", JSON(none_as_null=True)),  # by situation
    Column("outcome", String(12)),
    Column("source", String(64)),
    Column("event", String(64)),
    Column("reasons", JSON(none_as_null=True)),
    Column("eye", String(64)),
    Column("scenes", JSON(none_as_null=True)),
    Column("seen", Utc),
    Column("flight", String(64)),
    Index("ix_verifications_open", "until", **only(UNANSWERED_ROWS)),
)
