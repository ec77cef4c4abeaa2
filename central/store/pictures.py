"""Which pictures are here, and which tickets wait for them. The bytes themselves lie in files."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from broker.events import Reason
from central.store.database import Store, take_turn, written
from central.store.schema import evidence, evidence_links, situations, tickets
from central.store.taking import Outcome, log_decision


@dataclass(frozen=True, slots=True)
class Arrival:
    """One picture that lies in its file, whole and checked."""

    sha256: str
    size: int
    media_type: str
    received: datetime


def arrived(store: Store, picture: Arrival) -> bool:
    """Commit that a picture is here and tell its tickets; False when that was known. Raises StoreAway."""
    with store.write() as connection:
        take_turn(connection)
        row = {
            "sha256": picture.sha256,
            "size": picture.size,
            "media_type": picture.media_type,
            "received": picture.received,
        }
        if not written(connection, evidence, row):
            return False
        _tell_tickets(connection, picture)
        return True


def _tell_tickets(connection: Connection, picture: Arrival) -> None:
    """A line in each ticket's log, which is also what makes an open page show the picture."""
    links, s = evidence_links, situations
    joined = links.join(s, (s.c.source == links.c.source) & (s.c.subject == links.c.subject))
    joined = joined.join(tickets, tickets.c.number == s.c.ticket)
    wanted = select(s.c.source, s.c.subject, tickets.c.number, tickets.c.state).select_from(joined)
    for row in connection.execute(wanted.where(links.c.sha256 == picture.sha256).distinct()).all():
        reason = Reason(code="picture_arrived", text=f"a picture of {picture.size} bytes has arrived")
        outcome = Outcome("evidence", reason, row.number, row.state)
        log_decision(connection, outcome, (row.source, row.subject), event=None, at=picture.received)
