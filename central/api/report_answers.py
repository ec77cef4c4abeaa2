"""How a report is told to those who see its ticket."""

from typing import Any

from pydantic import BaseModel

from broker.fields import Timestamp


class ToldAnswer(BaseModel):
    """What somebody reported, in their words, without who it was. `ended`: since when it counts as gone."""

    situation: str
    origin: str
    channel: str
    text: str
    place: str
    seen: Timestamp
    received: Timestamp
    ended: Timestamp | None


def told(row: Any) -> ToldAnswer:
    """A report of a ticket."""
    same = ("origin", "channel", "text", "seen", "received", "ended")
    values = {name: getattr(row, name) for name in same}
    return ToldAnswer(situation=row.id, place=row.address, **values)
