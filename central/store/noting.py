"""Lines of the log about what happened to tickets besides what an event did to its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from broker.events import Reason
from central.casework.facts import label
from central.store.outcome import Outcome
from central.store.seating import Note
from central.store.ticketlog import log_decisions, log_row
from central.store.turning import Turned


def log_notes(
    connection: Connection, notes: Sequence[Note], others: Mapping[int, Turned], at: datetime
) -> None:
    """What happened to tickets because something came late, or to another ticket."""
    rows = []
    for number, each in others.items():
        reason = Reason(code="turned", text="this follows from what else was seen")
        outcome = Outcome("moved", reason, number, each.state, each.action, each.version)
        rows.append(log_row(outcome, ("centre", label(number)), event=None, at=at))
    for note in notes:
        merged = ("merged", "merge", note.version) if note.effect == "merged" else ()
        outcome = Outcome(note.effect, note.reason, note.number, *merged)
        rows.append(log_row(outcome, note.about, event=None, at=at))
    log_decisions(connection, rows)
