"""Which of the models from the centre stay on the disk: those in use, and the last two besides."""

import logging
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

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


def idle(folder: Path, names: Collection[str]) -> list[Place]:
    """Those that are not in use, the last used first. names: in use, with or without version."""
    found = [place for place in places(folder) if place.full_name not in names and place.name not in names]
    return sorted(found, key=_last, reverse=True)


def size_of(place: Place) -> int:
    """Bytes."""
    with suppress(OSError):
        return sum(file.stat().st_size for file in place.path.rglob("*") if file.is_file())
    return 0


def tidied(folder: Path, names: Collection[str], *, spare: int = SPARE) -> list[str]:
    """Remove what is neither in use nor one of the last; which. names: as in `idle`."""
    gone = []
    for place in idle(folder, names)[spare:]:
        try:
            remove(folder, place.full_name)
        except ModelError as error:
            log.warning("an old model stays on the disk: %s", error)
        else:
            gone.append(place.full_name)
            log.info("model %s is old and was removed", place.full_name)
    return gone


def _last(place: Place) -> float:
    try:
        return place.path.stat().st_mtime
    except OSError:
        return 0.0
