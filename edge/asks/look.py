"""`look`: a masked still of a source now, and perhaps more of them for a while."""

import time
from collections.abc import Callable

from broker.asks import Look, Still
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.frames import Frame
from edge.privacy import Masker, MaskingFailed
from edge.stills.making import made
from edge.stills.sending import NotSent
from edge.stills.taking import PATIENCE_S, NoPicture, picture_of

BUSY = 0.5  # of the time of a series that making its stills may take


def answer(ask: Look, room: Room, tell: Telling) -> None:
    """One still, or a series."""
    masker = ready(room)
    _series(
        ask, tell, lambda: _seen(ask, room, tell), lambda frame: sent(frame, masker, ask.width, room, ask.id)
    )


def _series(ask: Look, tell: Telling, look: Callable[[], Frame], show: Callable[[Frame], Still]) -> None:
    began = time.monotonic()
    while True:
        asked = time.monotonic()
        frame = look()
        came = time.monotonic()
        one = show(frame)
        now = time.monotonic()
        pause = max(0.0, ask.every_s - (now - asked), (now - came) / BUSY - (now - asked))
        passed = time.monotonic() - began
        if passed + pause >= ask.for_s:
            tell.done(still=one, progress=1.0)
            return
        tell.part(still=one, progress=passed / ask.for_s)
        time.sleep(pause)


def _seen(ask: Look, room: Room, tell: Telling) -> Frame:
    try:
        return picture_of(room.watching(), ask.source, room.clock, min(PATIENCE_S, max(0.1, tell.left_s)))
    except NoPicture as error:
        raise NotDone(error.code, str(error), refused=error.never) from error


def ready(room: Room) -> Masker:
    """What hides persons. Raises NotDone where no picture could leave this node."""
    if not room.stills.somewhere:
        raise NotDone("no_central", "this node has no centre to show pictures to (central)", refused=True)
    models = room.watching().models
    if models is None:
        text = "this node has no models to mask with, so no picture leaves it"
        raise NotDone("no_masking", text, refused=True)
    return models.masker


def sent(frame: Frame, masker: Masker, width: int, room: Room, ask: str) -> Still:
    """Masked, encoded, and at the centre. Raises NotDone."""
    try:
        one = made(frame, masker, width)
        room.stills.send(one, frame.source, ask)
    except MaskingFailed as error:
        raise NotDone("masking_failed", "the picture could not be masked, so it is not shown") from error
    except NotSent as error:
        raise NotDone("not_sent", f"the picture is not at the centre: {error}") from error
    return one.still
