"""`film`: the looks of a period, boxes of things and no pictures."""

from broker.asks import Film, SeenLook, Stretch
from edge.asked.past import ask_apart
from edge.asked.room import Room
from edge.asked.telling import Telling


def answer(ask: Film, room: Room, tell: Telling) -> None:
    """Evenly thinned."""
    found = ask_apart(ask, room, tell)
    tell.done(
        looks=[SeenLook.model_validate(one) for one in found["looks"]],
        stretches=[Stretch.model_validate(one) for one in found["stretches"]],
    )
