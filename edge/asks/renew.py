"""`renew`: a new key is certified now."""

import time

from broker.fleet import Renew
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling

LOOK_S = 1.0


def answer(ask: Renew, room: Room, tell: Telling) -> None:
    """Done once another certificate is in force here."""
    del ask
    itself = room.itself
    if itself is None or itself.renew is None:
        raise NotDone(
            "not_enrolled_here", "this node has no certificate of its own (gewu-edge enroll)", refused=True
        )
    before = itself.serial()
    itself.renew()
    while itself.serial() == before:
        if tell.left_s <= 2 * LOOK_S:
            raise NotDone("not_renewed", "the centre has certified no new key yet; it goes on trying")
        time.sleep(LOOK_S)
    tell.done()
