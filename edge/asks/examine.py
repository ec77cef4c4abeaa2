"""`examine`: what `gewu-edge doctor` finds here."""

from broker.fleet import Examine
from edge.asked.examined import NotExamined, examined
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling


def answer(ask: Examine, room: Room, tell: Telling) -> None:
    """The findings, the worst first."""
    if room.itself is None or room.itself.file is None:
        raise NotDone("no_own_file", "this node runs without a file that could be examined", refused=True)
    tell.working(0.0)
    try:
        found = examined(room.itself.file, ask.only, ask.seconds, tell.left_s - 2.0, ask.language)
    except NotExamined as error:
        raise NotDone("not_examined", f"the doctor came to no end: {error}") from error
    tell.done(findings=found)
