"""`explain`: why, and why not: every candidate of a period, and how far it came."""

from broker.asks import Candidate, Explain, Stretch
from edge.asked.past import ask_apart
from edge.asked.room import Room
from edge.asked.telling import Telling


def answer(ask: Explain, room: Room, tell: Telling) -> None:
    """By what runs now."""
    found = ask_apart(ask, room, tell)
    tell.done(
        candidates=[Candidate.model_validate(one) for one in found["candidates"]],
        stretches=[Stretch.model_validate(one) for one in found["stretches"]],
    )
