"""`film`: the looks of a period, boxes of things and no pictures."""

from broker.asks import Film
from edge.asked.past import reading, running
from edge.asked.room import Room
from edge.asked.telling import Telling
from edge.trial.walking import Walker
from edge.trial.why import filmed


def answer(ask: Film, room: Room, tell: Telling) -> None:
    """Evenly thinned."""
    running(room, ask.source)
    since, until = ask.since.timestamp(), ask.until.timestamp()
    with reading(room.journal) as journal:
        looks, stretches = filmed(journal, ask.source, since, until, Walker(ask.source).walk, ask.most)
    tell.done(looks=looks, stretches=stretches)
