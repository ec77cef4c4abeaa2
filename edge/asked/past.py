"""What asks about the past need: the source as it runs, its journal up to now, words for what fails."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broker.settings import SettingsError
from edge.asked.room import Room
from edge.asked.telling import NotDone
from edge.journal.blocks import UnknownVersion
from edge.trial.draft import NOW, Tryable

log = logging.getLogger(__name__)


def running(room: Room, source: str) -> Tryable:
    """The source as it runs, its journal written out up to now. Raises NotDone where there is none."""
    watching = room.watching()
    configuration = watching.configuration
    found = next((one for one in configuration.settings.watched if one.id == source), None)
    if found is None:
        raise NotDone("unknown_source", f"there is no source {source} with zones here", refused=True)
    for lane in watching.lanes:
        if lane.source.id == source:
            lane.writer.flush()
    if not (room.journal / source).is_dir():
        raise NotDone("no_journal", f"nothing of {source} is in the journal yet", refused=True)
    return Tryable(NOW, found, configuration.sha256)


@contextmanager
def reading(folder: Path) -> Iterator[Path]:
    """The journal. What goes wrong with it, or with a draft, becomes NotDone."""
    try:
        yield folder
    except SettingsError as error:
        faults = "; ".join(f"{one.where}: {one.what}" for one in error.faults)
        raise NotDone("configuration", faults, refused=True) from error
    except UnknownVersion as error:
        raise NotDone("unknown_version", str(error), refused=True) from error
    except (OSError, LookupError) as error:
        log.warning("the journal cannot be read: %s", error)
        raise NotDone("journal_unreadable", "the journal cannot be read now; ask again") from error
