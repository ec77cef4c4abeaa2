"""Walks through the journal before anybody asks: a trial then has only the zones left to try.

    python -m edge.trial.beforehand JOURNAL PAST

Places do not know zones (decision 0001), so what the ledger makes of a segment can be kept as soon as that is
closed. It costs a node some ten seconds of a core for a week of one camera, once.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Final

from edge.journal.blocks import UnknownVersion
from edge.journal.segments import Segment, segments, sources
from edge.trial.shelf import Shelf
from edge.trial.walking import begins

log = logging.getLogger(__name__)

NICE: Final = 19


def walk_ahead(journal: Path, shelf: Shelf) -> int:
    """Walk what is closed and not kept yet, the newest first, while there is room; how many segments."""
    shelf.renew()
    walked, room = 0, shelf.room()
    for segment in _closed(journal):
        if room <= 0:
            break
        if not shelf.bytes_of(segment) and _walked(segment, shelf):
            walked += 1
            room -= shelf.bytes_of(segment)
    return walked


def _closed(journal: Path) -> list[Segment]:
    """The last of each source may still be written."""
    found = [segment for source in sources(journal) for segment in segments(journal / source)[:-1]]
    return sorted(found, key=lambda segment: segment.start, reverse=True)


def _walked(segment: Segment, shelf: Shelf) -> bool:
    try:
        if not begins(segment, segment.path.parent.name):
            return False
        shelf.walk(segment)
    except (OSError, UnknownVersion) as error:  # it has gone meanwhile, or a trial will say so
        log.info("trial: %s is left for a trial to walk: %s", segment.name, error)
        return False
    return True


if __name__ == "__main__":
    os.nice(NICE)
    walk_ahead(Path(sys.argv[1]), Shelf(Path(sys.argv[2])))
