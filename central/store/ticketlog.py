"""Lines of the log of tickets: every decision with its reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy import insert as plain_insert

from central.store.bulk import write_rows
from central.store.outcome import Outcome
from central.store.schema import ticket_log

_LOG = plain_insert(ticket_log)


def last_line(connection: Connection) -> int:
    """The number of the newest line, 0 while there is none."""
    return connection.execute(select(func.max(ticket_log.c.seq))).scalar_one() or 0


def log_row(
    outcome: Outcome,
    about: tuple[str, str],
    *,
    event: str | None,
    at: datetime,
    details: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A line of the log. `about` is the source and the subject."""
    return {
        "ticket": outcome.number,
        "effect": outcome.effect,
        "reason": outcome.reason,
        "state": outcome.state,
        "source": about[0],
        "subject": about[1],
        "event": event,
        "at": at,
        "action": outcome.action,
        "version": outcome.version,
        "details": details,
    }


def log_decisions(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write down what was decided and why, in this order."""
    write_rows(connection, _LOG, rows)


def log_decision(
    connection: Connection,
    outcome: Outcome,
    about: tuple[str, str],
    *,
    event: str | None,
    at: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    """Write down one decision. `about` is the source and the subject."""
    log_decisions(connection, [log_row(outcome, about, event=event, at=at, details=details)])
