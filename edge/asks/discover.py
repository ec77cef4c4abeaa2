"""`discover`: which cameras answer in the node's network."""

import time

from broker.asks import Discover, Nearby
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.onvif.discovery import discover
from edge.troubles import fit


def answer(ask: Discover, room: Room, tell: Telling) -> None:
    """By one WS-Discovery probe."""
    seconds = max(0.5, min(ask.for_s, tell.left_s - 1.0))
    try:
        found = discover(time.monotonic, seconds, room.everybody)
    except OSError as error:
        raise NotDone("no_network", f"nobody can be asked: {error.strerror or error}") from error
    tell.done(
        cameras=[
            Nearby(
                address=fit(one.address),
                name=fit(one.name) if one.name else None,
                hardware=fit(one.hardware) if one.hardware else None,
            )
            for one in found
        ]
    )
