"""`tidy`: storage is brought within its bounds now."""

from broker.events import Reason
from broker.fleet import Tidy
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.database import OutboxError
from edge.troubles import fit


def answer(ask: Tidy, room: Room, tell: Telling) -> None:
    """Says how much lies there then."""
    del ask
    if room.itself is None:
        raise NotDone("no_whole_node", "this is no whole node", refused=True)
    try:
        said = room.itself.tidy()
    except (OSError, OutboxError) as error:
        raise NotDone("not_tidied", f"the storage cannot be tidied: {error}") from error
    tell.done(reasons=[Reason(code="tidied", text=fit(said))])
