"""`reread`: the node's own file is read again, and what changed in it is taken up."""

from broker.fleet import Reread
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling


def answer(ask: Reread, room: Room, tell: Telling) -> None:
    """As SIGHUP does; what came of it stands in the node's `config/reported` and its troubles."""
    del ask
    if room.itself is None or room.itself.file is None:
        raise NotDone("no_own_file", "this node runs without a file of its own", refused=True)
    room.itself.reread()
    tell.done()
