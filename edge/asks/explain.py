"""`explain`: why, and why not: every candidate of a period, and how far it came."""

from broker.asks import Explain
from edge.asked.past import reading, running
from edge.asked.room import Room
from edge.asked.telling import Telling
from edge.trial.walking import Walker
from edge.trial.why import explained


def answer(ask: Explain, room: Room, tell: Telling) -> None:
    """By what runs now."""
    now = running(room, ask.source)
    since, until = ask.since.timestamp(), ask.until.timestamp()
    with reading(room.journal) as journal:
        found = explained(journal, now, since, until, Walker(ask.source).walk, ask.most)
    tell.done(candidates=list(found.candidates), stretches=list(found.stretches))
