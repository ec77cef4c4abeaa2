"""The columns of the closed loop: where a ticket is in people's hands, and who did what to it."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Double, Integer, String, false

from central.store.columns import Utc

# Of the main steps, for indicators: the first acceptance, dispatch and feed-back; the last verification and
# closing. `round_at`: the last dispatch.
INSTANTS = (
    "entered_at",
    "round_at",
    "accepted_at",
    "dispatched_at",
    "fed_back_at",
    "verified_at",
    "closed_at",
)
COUNTERS = ("dispatches", "returns", "reworks", "deferrals", "parkings", "extensions", "reopenings")


def work_columns() -> list[Column[Any]]:
    """Of `tickets`. `held_from`: where a held ticket was; `deeds`: by people; `handlers`: in this round.

    `clock`: how far its stages have run. `urgings`: how often it was urged. `in_time`: whether the last
    handling ended within its limit.
    """
    return [
        Column("department", String(64)),
        Column("post", String(64)),
        Column("level", String(8), nullable=False, server_default="grid"),
        Column("due_at", Utc),
        Column("hold_until", Utc),
        Column("held_from", String(16)),
        *(Column(name, Utc) for name in INSTANTS),
        *(Column(name, Integer, nullable=False, server_default="0") for name in COUNTERS),
        Column("extended_s", Double, nullable=False, server_default="0"),
        Column("deeds", Integer, nullable=False, server_default="0"),
        Column("handlers", JSON(none_as_null=True)),
        Column("clock", JSON(none_as_null=True)),
        Column("supervised", Boolean, nullable=False, server_default=false()),
        Column("urgings", Integer, nullable=False, server_default="0"),
        Column("in_time", Boolean),
    ]


def log_columns() -> list[Column[Any]]:
    """Of `ticket_log`. `who`: an account; NULL: the centre by itself. `action`: what changed the state.

    `version`: the ticket's after it. `request`: the asker's own name for it.
    """
    return [
        Column("who", String(80)),
        Column("action", String(16)),
        Column("details", JSON(none_as_null=True)),
        Column("version", Integer),
        Column("request", String(64)),
    ]
