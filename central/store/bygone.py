"""Which new events come of what was erased; asked once a batch, and seldom anything but nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from broker.events import AnyEvent, IncidentCleared, IncidentOpened, IncidentUpdated, Reason, SequenceRange
from central.gaps import Span
from central.reports.events import TOLD
from central.retention.bygone import ERASED, TAKEN_BEFORE, lies_in
from central.store.bulk import rows_of
from central.store.retention_tables import bygone_events, bygone_situations

_SITUATION = (bygone_situations.c.source, bygone_situations.c.subject)
_EPOCH = (bygone_events.c.source, bygone_events.c.epoch)
_SPANS = (*_EPOCH, bygone_events.c.first, bygone_events.c.last)


def bygone(connection: Connection, events: Sequence[AnyEvent]) -> Mapping[str, Reason]:
    """By source and id, joined by a space, why nothing follows from an event."""
    about = [
        event for event in events if isinstance(event, IncidentOpened | IncidentUpdated | IncidentCleared)
    ]
    keys = ((event.source, event.subject) for event in about)
    gone = {(row.source, row.subject) for row in rows_of(connection, _SITUATION, _SITUATION, keys)}
    spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for row in rows_of(connection, _SPANS, _EPOCH, ((event.source, event.epoch) for event in events)):
        spans[row.source, row.epoch].append(Span(row.first, row.last))
    found = {name_of(event): ERASED for event in about if (event.source, event.subject) in gone}
    for event in events:
        if lies_in(int(event.sequence), spans.get((event.source, event.epoch), ())):
            found[name_of(event)] = TAKEN_BEFORE
    return found


def name_of(event: AnyEvent) -> str:
    """No source has a space."""
    return f"{event.source} {event.id}"


def report_is_bygone(connection: Connection, report: str) -> bool:
    """Whether a report of this name was here, and what was kept of it is gone."""
    mine = (bygone_situations.c.source == TOLD) & (bygone_situations.c.subject == report)
    return connection.execute(select(bygone_situations.c.subject).where(mine)).first() is not None


def bygone_spans(
    connection: Connection, node: str, place: SequenceRange, *, at_most: int | None = None
) -> list[Span]:
    """The places within this range whose events were here and are gone, in order."""
    b = bygone_events.c
    mine = (b.source == node) & (b.epoch == place.epoch) & (b.last >= place.first) & (b.first <= place.last)
    wanted = select(b.first, b.last).where(mine).order_by(b.first).limit(at_most)
    return [Span(*row) for row in connection.execute(wanted)]
