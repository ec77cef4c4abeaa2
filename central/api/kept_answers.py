"""The shape of what is said about how long a ticket is kept."""

from pydantic import BaseModel

from broker.events import Reason
from broker.fields import Timestamp, utc
from central.store.keeping import KeptTicket


class KeptPart(BaseModel):
    """`until`: when it may go, as far as time alone decides; null: not before people have done something."""

    part: str
    until: Timestamp | None
    reason: Reason


class HeldBy(BaseModel):
    """A hold that the ticket stays by."""

    hold: int
    since: Timestamp
    reason: str


class KeptAnswer(BaseModel):
    """How long the ticket, its pictures and the words of its reports stay, and what else keeps them."""

    parts: list[KeptPart]
    holds: list[HeldBy]


def kept(found: KeptTicket) -> KeptAnswer:
    """As the API tells it."""
    return KeptAnswer(
        parts=[
            KeptPart(part=part, until=None if each.at is None else utc(each.at), reason=each.reason)
            for part, each in found.verdicts.items()
        ],
        holds=[HeldBy(hold=row.number, since=row.made, reason=row.reason) for row in found.holds],
    )
