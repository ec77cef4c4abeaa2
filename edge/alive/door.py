"""Answers whoever asks the node of this folder whether it lives; nothing is written while it runs.

A socket in the storage folder: who may write there may ask.
"""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from edge.alive.asking import SOCKET, address
from edge.alive.pulse import Pulse

log = logging.getLogger(__name__)

WAITING = 8
PATIENCE_S = 2.0  # with somebody who asks and does not listen


@contextmanager
def answering(folder: Path, pulse: Pulse) -> Iterator[None]:
    """Answer while the block runs; the folder's lock is held. One that takes no sockets costs this alone."""
    try:
        door = _opened(folder)
    except OSError as error:
        log.warning("%s: nobody can ask whether this node lives: %s", folder / SOCKET, error)
        yield
        return
    thread = threading.Thread(target=_answer, args=(door, pulse), name="alive", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
        thread.join()
        door.close()
        (folder / SOCKET).unlink(missing_ok=True)


def _opened(folder: Path) -> socket.socket:
    (folder / SOCKET).unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address(folder) as where:
            door.bind(where)
        (folder / SOCKET).chmod(0o660)
        door.listen(WAITING)
    except BaseException:
        door.close()
        raise
    return door


def _answer(door: socket.socket, pulse: Pulse) -> None:
    while True:
        try:
            asker, _ = door.accept()
        except OSError:
            return
        with asker, suppress(OSError):
            asker.settimeout(PATIENCE_S)
            asker.sendall(json.dumps(pulse.verdict().said()).encode() + b"\n")
