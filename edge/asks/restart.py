"""`restart`: the run ends in order, and whoever began the process begins it again."""

from broker.fleet import Restart
from broker.wholefile import write_whole
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.supervised import VARIABLE

NAME = "restart.last"  # the ask that was followed last: one that comes again after the restart ends nothing


def answer(ask: Restart, room: Room, tell: Telling) -> None:
    """Said before the end; that it runs again is seen in its `about`."""
    if room.itself is None or room.itself.begin_anew is None:
        text = (
            f"nobody would begin this process again: no systemd unit of type notify, and {VARIABLE} is not 1"
        )
        raise NotDone("not_supervised", text, refused=True)
    file = room.folder / NAME
    if file.exists() and file.read_text(encoding="utf-8") == ask.id:
        tell.done()
        return
    try:
        write_whole(file, ask.id.encode())
    except OSError as error:
        raise NotDone("restart_not_kept", f"that it was asked cannot be kept: {error.strerror}") from error
    tell.done()
    room.itself.begin_anew()
