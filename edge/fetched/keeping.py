"""Which of the models from the centre stay on the disk: those in use, and the last two besides."""

import logging
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from edge.fetched.fetching import COMING
from models.errors import ModelError
from models.installed import Place, places, remove

log = logging.getLogger(__name__)

SPARE: Final = 2  # that are in use no more; one goes back to them without fetching anything


def used(folder: Path, names: Collection[str]) -> None:
    """These run from now on: what was used last stays longest."""
    for place in places(folder):
        if place.full_name in names or place.name in names:
            with suppress(OSError):
                os.utime(place.path)


def tidied(folder: Path, names: Collection[str], *, spare: int = SPARE) -> list[str]:
    """Remove what is neither in use nor one of the last; which. names: in use, with or without version."""
    idle = [place for place in places(folder) if place.full_name not in names and place.name not in names]
    idle.sort(key=_last, reverse=True)
    gone = []
    for place in idle[spare:]:
        try:
            remove(folder, place.full_name)
        except ModelError as error:
            log.warning("an old model stays on the disk: %s", error)
        else:
            gone.append(place.full_name)
            log.info("model %s is old and was removed", place.full_name)
    return gone


def nothing_coming(folder: Path) -> None:
    """What was begun and is wanted no more."""
    with suppress(OSError):
        for part in (folder / COMING).iterdir():
            part.unlink(missing_ok=True)


def _last(place: Place) -> float:
    try:
        return place.path.stat().st_mtime
    except OSError:
        return 0.0
