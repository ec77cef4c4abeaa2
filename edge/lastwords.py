"""Why the process before this one ended itself: a file in the storage folder that only a watchdog writes."""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from broker.fields import rfc3339, utc
from broker.wholefile import write_whole

log = logging.getLogger(__name__)

NAME: Final = "lastwords.json"
TOLD_S: Final = 86_400.0  # for so long a node tells in its health how the one before ended


@dataclass(frozen=True, slots=True)
class LastWords:
    """at: UTC seconds. code: the reason in a word."""

    at: float
    code: str
    text: str


def say(folder: Path, words: LastWords) -> None:
    """Write them down; a disk that does not take them costs the next start a sentence."""
    try:
        write_whole(folder / NAME, json.dumps(asdict(words)).encode())
    except OSError as error:
        log.warning("%s cannot be written: %s", folder / NAME, error)


def before(folder: Path) -> str | None:
    """What to tell of the process before; None where it did not end itself."""
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_bytes())
        words = LastWords(float(found["at"]), str(found["code"]), str(found["text"]))
        told = f"the node ended itself at {rfc3339(utc(words.at))} and was begun again: {words.text}"
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        log.warning("%s cannot be read (%s)", folder / NAME, type(error).__name__)
        return None
    log.warning("%s", told)
    return told


def forget(folder: Path) -> None:
    """An orderly end: nobody need be told of the one before any more."""
    try:
        (folder / NAME).unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s cannot be removed: %s", folder / NAME, error)
