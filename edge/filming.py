"""What every kind of a drone's pictures has in common, and a film as a look at the disk finds it."""

import hashlib
from pathlib import Path
from typing import ClassVar, Final

from broker.settings import Settings
from edge.landing import Found
from edge.streams.plan import Policy

FILMS: Final = frozenset({".mp4", ".mov", ".mkv", ".ts", ".m2ts", ".mpg", ".avi"})
ENDS: Final = 4 * 1024 * 1024  # bytes of a film's begin and end that go into its name


class FootageSettings(Settings):
    """Fields of every kind. decode: as of any video source."""

    live: ClassVar[bool]
    kind: str
    decode: Policy = "auto"


class FilmSettings(FootageSettings):
    """Pictures that lie on the disk. `waits`: whether more films may come."""

    waits: ClassVar[bool]

    def listed(self) -> list[Found]:
        """The films that are there. Raises OSError."""
        raise NotImplementedError


def found_in(path: Path) -> Found:
    """The film at a path. Raises OSError."""
    status = path.stat()
    return Found(path, status.st_size, status.st_mtime_ns)


def flight_id(source: str, film: Path) -> str:
    """The flight's name: of its source and what is in the film, whatever the file is called. Raises OSError.

    Its size, begin and end are read: films of one camera differ in all of them.
    """
    digest = hashlib.sha256(source.encode() + b"\0")
    with film.open("rb") as file:
        size = film.stat().st_size
        digest.update(str(size).encode() + b"\0")
        digest.update(file.read(ENDS))
        if size > ENDS:
            file.seek(max(ENDS, size - ENDS))
            digest.update(file.read(ENDS))
    return f"flight-{digest.hexdigest()[:10]}"


def live_id(source: str, utc: float) -> str:
    """The name of a flight that began at this time."""
    told = hashlib.sha256(f"{source}\0{utc:.3f}".encode()).hexdigest()
    return f"flight-{told[:10]}"
