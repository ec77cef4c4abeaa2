"""`entrust`: a secret is opened with the key of the node's certificate and kept for its sources."""

import contextlib

from broker.asks import Entrust
from broker.pki.errors import PkiError
from broker.sealing import SealError
from broker.wholefile import make_folder, write_whole
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling

PRIVATE, FOLDER = 0o600, 0o700
MOST = 512  # secrets


def answer(ask: Entrust, room: Room, tell: Telling) -> None:
    """Tells where it lies: for `password_file` of a source."""
    secret = opened(ask.secret, ask.name, room)
    try:
        make_folder(room.secrets)
        room.secrets.chmod(FOLDER)
        path = room.secrets / ask.name
        if not path.exists() and sum(1 for _ in room.secrets.iterdir()) >= MOST:
            raise NotDone("too_many", f"{MOST} secrets are kept here already", refused=True)
        write_whole(path, secret, mode=PRIVATE)
    except OSError as error:
        raise NotDone("not_stored", f"the secret cannot be stored: {error.strerror}") from error
    tell.done(settings={"password_file": str(path)})


def opened(sealed: str, name: str, room: Room) -> bytes:
    """What was sealed for this node under this name. Raises NotDone."""
    if room.unseal is None:
        text = "this node has no identity, so nothing can be sealed for it (gewu-edge enroll)"
        raise NotDone("no_identity", text, refused=True)
    with contextlib.suppress(PkiError):
        try:
            return room.unseal(sealed, name)
        except SealError as error:
            raise NotDone("not_sealed_for_us", str(error), refused=True) from error
    raise NotDone("no_identity", "the key of this node's certificate cannot be read", refused=True)
