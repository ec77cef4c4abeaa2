"""Which pictures are here, and which tickets wait for them. The bytes themselves lie in files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from broker.events import Reason
from central.store.database import Store, StoreAway, take_turn, written
from central.store.identity_tables import evidence_uploads
from central.store.linking import sender
from central.store.outcome import Outcome
from central.store.schema import evidence, evidence_links, situations, tickets
from central.store.ticketlog import log_decision
from central.store.upload_tables import uploads


@dataclass(frozen=True, slots=True)
class Arrival:
    """One picture that lies in its file, whole and checked. `by`: the node that sent it; empty: not known."""

    sha256: str
    size: int
    media_type: str
    received: datetime
    by: str = ""


def arrived(store: Store, picture: Arrival, is_here: Callable[[str], bool] = lambda _: True) -> bool:
    """Commit that a picture is here and tell its tickets; False when that was known. Raises StoreAway.

    is_here: whether its file is; asked in the transaction, for the same picture may have been on its way out.

    A node's reference is met by the bytes that this node sent, never by another's: knowing a hash is no proof
    of having seen what it is of. Bytes that several nodes sent are kept once and count for each of them.
    """
    with store.write() as connection:
        take_turn(connection)
        if not is_here(picture.sha256):
            raise StoreAway("the picture's file was deleted just now; it has to be sent again")
        row = {
            "sha256": picture.sha256,
            "size": picture.size,
            "media_type": picture.media_type,
            "received": picture.received,
        }
        new = written(connection, evidence, row)
        sent = {"sha256": picture.sha256, "node": picture.by, "at": picture.received}
        if written(connection, evidence_uploads, sent):
            _tell_tickets(connection, picture)
        return new


def pictured_since(connection: Connection, number: int, since: datetime | None) -> bool:
    """Whether a node's picture of how the scene looks after the work is here, taken since then.

    What people took does not count: who handled it would prove the own work.
    """
    links, s, sent = evidence_links, situations, evidence_uploads
    joined = links.join(s, (s.c.source == links.c.source) & (s.c.subject == links.c.subject))
    met = (sent.c.sha256 == links.c.sha256) & sent.c.node.in_((sender(links), ""))
    wanted = select(links.c.sha256).select_from(joined.join(sent, met)).where(s.c.ticket == number)
    wanted = wanted.where(links.c.role == "after", links.c.media_type.like("image/%"))
    wanted = wanted.where(~exists().where(uploads.c.sha256 == links.c.sha256))
    if since is not None:
        wanted = wanted.where(links.c.taken >= since)
    return connection.execute(wanted.limit(1)).first() is not None


def _tell_tickets(connection: Connection, picture: Arrival) -> None:
    """A line in each ticket's log, which is also what makes an open page show the picture."""
    links, s = evidence_links, situations
    joined = links.join(s, (s.c.source == links.c.source) & (s.c.subject == links.c.subject))
    joined = joined.join(tickets, tickets.c.number == s.c.ticket)
    wanted = select(s.c.source, s.c.subject, tickets.c.number, tickets.c.state).select_from(joined)
    wanted = wanted.where(links.c.sha256 == picture.sha256)
    if picture.by:
        wanted = wanted.where(sender(links) == picture.by)
    for row in connection.execute(wanted.distinct()).all():
        text, values = f"a picture of {picture.size} bytes has arrived", {"bytes": float(picture.size)}
        reason = Reason(code="picture_arrived", text=text, values=values)
        outcome = Outcome("evidence", reason, row.number, row.state)
        shown = {"sha256": picture.sha256}
        log_decision(
            connection, outcome, (row.source, row.subject), event=None, at=picture.received, details=shown
        )
