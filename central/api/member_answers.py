"""The shape of one situation of a ticket."""

from pydantic import BaseModel

from broker.events import Reason
from broker.fields import Timestamp
from central.correlation.watching import source_of
from central.store.queries import Member


class MemberAnswer(BaseModel):
    """One situation of a ticket. `joined`: why it is in it; `beside`: why in no other that was near.

    `zone` to `rule_version`: by what it was opened.
    """

    node: str
    situation: str
    source: str
    origin: str
    opened_at: Timestamp
    cleared_at: Timestamp | None
    joined: Reason | None
    beside: Reason | None
    zone: str | None
    zone_version: str | None
    rule: str | None
    rule_version: str | None


def member(row: Member) -> MemberAnswer:
    """A situation of a ticket."""
    return MemberAnswer(
        node=row.node,
        situation=row.subject,
        source=source_of(row.eye),
        origin=row.origin,
        opened_at=row.opened_at,
        cleared_at=row.cleared_at,
        joined=Reason(**row.joined) if row.joined else None,
        beside=Reason(**row.beside) if row.beside else None,
        **{name: getattr(row, name) for name in ("zone", "zone_version", "rule", "rule_version")},
    )
