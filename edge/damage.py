"""An outbox that cannot be read any more is moved aside, and what it still tells is saved."""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from edge import opened, verifications
from edge.database import OutboxDamaged, move_aside, said
from edge.daybook import Run
from edge.days import read_run
from edge.drafts import Stamped
from edge.intake import Clocks
from edge.outbox import Outbox
from edge.verifications import Row

log = logging.getLogger(__name__)

# Between two renewals of a running node's outbox: a disk that spoils all is no reason for more.
AGAIN_S = 60.0

DAYS = "SELECT day, epoch, first, last, bodies FROM days NOT INDEXED ORDER BY n"
# NOT INDEXED: the table itself may be readable where its index is not.
WAITING = (
    "SELECT id, epoch, sequence, subject, body, sha256 FROM events NOT INDEXED "
    "WHERE receipted IS NULL ORDER BY n"
)


def open_outbox(outbox: Outbox, now: float, token: str) -> str | None:
    """Open it; a damaged file is moved aside and what can be read of it taken over. Returns what to tell.

    Killed at any point, the next start does it anew or goes on with it. Raises OutboxError when the place
    cannot be used at all.
    """
    told = _go_on(outbox)
    try:
        outbox.open(now, token)
    except OutboxDamaged as error:
        outbox.close()
        return _renew(outbox, now, token, str(error))
    return told


class Repair:
    """Renews an outbox that turns out to be damaged while the node runs, once a minute at most.

    `told`: what to tell of the last renewal, at first of the one at the start.
    """

    def __init__(
        self, outbox: Outbox, clocks: Clocks, token: Callable[[], str], told: str | None = None
    ) -> None:
        self.told = told
        self._outbox = outbox
        self._clocks = clocks
        self._token = token
        self._not_before = float("-inf")

    def renew(self) -> None:
        """Do it unless another thread did. Raises OutboxDamaged when it was done lately, OutboxError when it
        cannot be done now; what it does then, it goes on with the next time."""
        with self._outbox.alone():
            why, now = self._outbox.damaged, self._clocks.monotonic()
            if why is None:
                return
            if now < self._not_before:
                raise OutboxDamaged(f"{why}; it is renewed once in {AGAIN_S:g} s at most")
            self._not_before = now + AGAIN_S
            self._outbox.close()
            self.told = self._anew(why)
        log.error("%s", self.told)

    def _anew(self, why: str) -> str:
        utc, token = self._clocks.utc(), self._token()
        told = _go_on(self._outbox)
        if told is None:
            return _renew(self._outbox, utc, token, why)
        self._outbox.open(utc, token)
        return told


def _renewed(outbox: Outbox) -> Path:
    """Where the file that takes a damaged one's place is made."""
    return outbox.path.with_name(f"{outbox.path.stem}.renewed{outbox.path.suffix}")


def _go_on(outbox: Outbox) -> str | None:
    """A renewal that ended between its last two steps."""
    made = _renewed(outbox)
    with said(outbox.path):
        if outbox.path.exists() or not made.exists():
            return None
        made.rename(outbox.path)
    return "the outbox was damaged and moved aside; the events that were saved from it are here"


def _renew(outbox: Outbox, now: float, token: str, why: str) -> str:
    with said(outbox.path):
        rescued, rest = rescue(outbox.path)
        _make_anew(outbox, rescued, _days(outbox.path), now, token)
        aside = move_aside(outbox.path, f"{int(now)}-{token}")
        _renewed(outbox).rename(outbox.path)
    outbox.open(now, token)
    return (
        f"the outbox was damaged ({why}) and moved to {aside.name}; "
        f"{len(rescued)} events were saved from it, {rest}"
    )


def _make_anew(outbox: Outbox, rescued: list[Stamped], runs: list[Run], now: float, token: str) -> None:
    """A whole file beside the damaged one. Its days are told once more, with all that they held: so the
    centre finds what the damage cost."""
    path = _renewed(outbox)
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    # The new file knows no epoch yet; this boot's must still sort after those that were saved.
    epochs = {event.epoch for event in rescued} | {run.epoch for run in runs}
    began = max([now, *(int(epoch[:13]) / 1000 + 0.001 for epoch in epochs if epoch[:13].isdecimal())])
    made = Outbox(path, outbox.address)
    try:
        made.open(began, token)
        made.adopt(rescued, runs, now)
        situations, asked = _asked(outbox.path)
        made.within(partial(verifications.take_over, situations=situations, asked=asked))
        made.within(partial(opened.take_over, rows=_open(outbox.path)))
    finally:
        made.close()


def rescue(path: Path) -> tuple[list[Stamped], str]:
    """The events without receipt that can still be read from a damaged file, and what stopped the reading."""
    found: list[Stamped] = []
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as db:
            try:
                found.extend(Stamped(*row) for row in db.execute(WAITING))
            except sqlite3.Error:  # what came before the damage stays found; now what lies behind it
                found.extend(Stamped(*row) for row in db.execute(f"{WAITING} DESC"))
    except sqlite3.Error as error:
        return _sound(found), f"the rest cannot be read ({error})"
    sound = _sound(found)
    spoilt = len(found) - len(sound)
    return sound, f"{spoilt} more are damaged" if spoilt else "all that it held"


def _days(path: Path) -> list[Run]:
    """What can still be read of its daybook; nothing from a file of before there was one."""
    found: list[tuple[str, str, int, int, bytes]] = []
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as db:
            found.extend(db.execute(DAYS))
    except sqlite3.Error:
        pass  # what came before the damage stays found
    return [run for row in found if (run := read_run(row)) is not None]


def _asked(path: Path) -> tuple[list[Row], list[Row]]:
    """What a `verify` command may ask, and asked: so that it is understood and answered all the same."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as db:
            return verifications.saved(db)
    except sqlite3.Error:
        return [], []


def _open(path: Path) -> list[opened.Row]:
    """What is open, as the box itself shows it."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as db:
            return opened.saved(db)
    except sqlite3.Error:
        return []


def _sound(events: list[Stamped]) -> list[Stamped]:
    """Those whose bytes are the ones that were stored: others would never get their receipt. In order."""
    sound = {event.id: event for event in events if _is_sound(event)}
    return sorted(sound.values(), key=lambda event: (event.epoch, event.sequence))


def _is_sound(event: Stamped) -> bool:
    try:
        if hashlib.sha256(event.body).hexdigest() != event.sha256:
            return False
        said = json.loads(event.body)
        return (said["id"], said["epoch"], int(said["sequence"])) == (event.id, event.epoch, event.sequence)
    except (TypeError, ValueError, KeyError):  # not even of the kind that its column holds
        return False
