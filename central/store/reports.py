"""Taking a report by the road of what machines find, in one transaction; and what became of it."""

from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from broker.events import Reason
from central.casework.machine import State
from central.correlation.sightings import Spot
from central.letters import Letter, Told
from central.people.asker import Entry
from central.reports.events import TOLD, Reported, event_of
from central.reports.report import NotTaken, Place, Report
from central.store.audit import record
from central.store.bygone import report_is_bygone
from central.store.database import Store, take_turn
from central.store.outcome import Outcome
from central.store.report_pictures import shown
from central.store.report_tables import places, reports
from central.store.schema import situations, tickets
from central.store.seating import Terms
from central.store.taking import taken_in

SAME_WITHIN = timedelta(minutes=10)  # the same words twice without a name of the sender's are one report
MOST_MERGES = 10  # of tickets, one into the next


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that is kept. fresh: for the first time, and `event` is what it was taken as."""

    id: str
    token: str
    number: int
    state: State
    reason: Reason
    fresh: bool
    event: Reported | None = None
    outcome: Outcome | None = None


def take_report(store: Store, report: Report, *, token: str, by: Entry, terms: Terms, settings: str) -> Kept:
    """Commit it and all that follows, once. token: of chance. settings: the sha256 of those that count.

    Raises NotTaken, StoreAway or StoreRefuses.
    """
    with store.write() as connection:
        take_turn(connection)
        if (known := _known(connection, report)) is not None:
            return _again(connection, known)
        if report_is_bygone(connection, report.id):
            what = "a report of this name was made before, and what was kept of it is gone"
            raise NotTaken("id_reused", what, where="id")
        event = event_of(
            report,
            shown(connection, report.pictures, report.seen, report.received),
            software=version("gewu"),
            settings=settings,
        )
        letter = Letter(TOLD, "reports", event.encode(), report.received)
        (outcome,) = taken_in(connection, [Told(letter, event, by_people=True)], terms).outcomes
        connection.execute(insert(reports).values(_row(report, token)))
        record(connection, report.received, by)
        assert outcome.number is not None  # noqa: S101 - an opening always has a ticket
        number, state = led_to(connection, outcome.number)
        return Kept(report.id, token, number, state, outcome.reason, True, event, outcome)


def _known(connection: Connection, report: Report) -> Row[Any] | None:
    """The report, if it came before. Raises NotTaken when its name was used for another one."""
    if report.named:
        row = connection.execute(select(reports).where(reports.c.id == report.id)).one_or_none()
        if row is not None and row.content != report.content:
            raise NotTaken("id_reused", "this name was used for another report", where="id")
        return row
    same = (reports.c.content == report.content) & ~reports.c.named
    lately = reports.c.received > report.received - SAME_WITHIN
    return connection.execute(select(reports).where(same, lately).order_by(reports.c.received)).first()


def _again(connection: Connection, known: Row[Any]) -> Kept:
    number, state = led_to(connection, _ticket_of(connection, known.id))
    reason = Reason(code="same_report", text="this report is known already")
    return Kept(known.id, known.token, number, state, reason, False)


def _ticket_of(connection: Connection, report: str) -> int:
    s = situations.c
    wanted = select(s.ticket).where(s.source == TOLD, s.subject == report)
    number: int = connection.execute(wanted).scalar_one()
    return number


def led_to(connection: Connection, number: int) -> tuple[int, State]:
    """The ticket that this one was merged into, and its state; itself where it was not."""
    t = tickets.c
    for _ in range(MOST_MERGES):
        row = connection.execute(select(t.state, t.merged_into).where(t.number == number)).one()
        if row.state != "merged" or row.merged_into is None:
            break
        number = row.merged_into
    return number, row.state


def _row(report: Report, token: str) -> dict[str, Any]:
    same = ("id", "content", "named", "kind", "place", "address", "text", "seen", "received", "due")
    spot, teller = report.spot, report.teller
    return {name: getattr(report, name) for name in same} | {
        "token": token,
        "longitude": spot.longitude,
        "latitude": spot.latitude,
        "accuracy_m": spot.accuracy_m,
        "pictures": list(report.pictures),
        "origin": teller.origin,
        "channel": teller.channel,
        "account": teller.account,
    }


def place_of(row: Row[Any]) -> Place:
    """A row of the table of places."""
    return Place(row.code, row.name, Spot(row.longitude, row.latitude, row.accuracy_m), row.kind)


def find_place(store: Store, *, code: str | None = None, name: str | None = None) -> Place | None:
    """The place with this code or, else, this name; None where there is none. Raises StoreAway."""
    met = places.c.code == code if code is not None else places.c.name == name
    with store.read() as connection:
        row = connection.execute(select(places).where(met, places.c.dropped.is_(None))).one_or_none()
    return place_of(row) if row is not None else None
