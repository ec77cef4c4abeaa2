"""Which films of a folder are to be flown through now. Pure: listing and time are arguments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PATIENCE: Final = 3  # times that a film is tried which cannot be read: it may still be copied
Mark = tuple[int, int]  # size and time of change
Files = tuple[Mark | None, ...]  # of what belongs to a film; None for one that is not there


@dataclass(frozen=True, slots=True)
class Found:
    """A film on the disk. changed: nanoseconds since 1970."""

    path: Path
    size: int
    changed: int


@dataclass(slots=True)
class _Seen:
    files: Files
    still: float
    came: float
    tries: int = 0


class Landing:
    """settle_s: a film, and its telemetry's file, must not have changed for so long.

    wait_s: how long that file is waited for. done: films that were flown through, by name.
    """

    def __init__(self, settle_s: float, wait_s: float, done: Mapping[str, Mark] | None = None) -> None:
        self._settle, self._wait = settle_s, wait_s
        self._done = dict(done or {})
        self._seen: dict[str, _Seen] = {}

    @property
    def done(self) -> Mapping[str, Mark]:
        """To be kept over a restart; no more than there are films."""
        return self._done

    def __len__(self) -> int:
        return len(self._seen) + len(self._done)

    def look(self, films: Iterable[tuple[Found, Mark | None]], now: float) -> list[Found]:
        """The films to fly now, the oldest first. films: each with the file of its telemetry, if any."""
        listed = {film.path.name: (film, beside) for film, beside in films}
        self._done = {name: mark for name, mark in self._done.items() if name in listed}
        self._seen = {name: self._seen[name] for name in self._seen if name in listed}
        ready = [film for film, beside in listed.values() if self._ready(film, beside, now)]
        return sorted(ready, key=lambda film: (film.changed, film.path.name))

    def _ready(self, film: Found, beside: Mark | None, now: float) -> bool:
        name, files = film.path.name, ((film.size, film.changed), beside)
        if self._done.get(name) == files[0]:
            return False
        seen = self._seen.setdefault(name, _Seen(files, now, now))
        if seen.files != files:
            seen.files, seen.still, seen.tries = files, now, 0
        if now - seen.still < self._settle or film.size == 0:
            return False
        return beside is not None or now - seen.came >= self._wait

    def flown(self, film: Found) -> None:
        """It was: never again, unless another film takes its name."""
        self._done[film.path.name] = (film.size, film.changed)
        self._seen.pop(film.path.name, None)

    def failed(self, film: Found, now: float) -> bool:
        """It could not be read; whether that was the last try."""
        seen = self._seen.get(film.path.name)
        if seen is None:
            return True
        seen.tries += 1
        seen.still = now
        if seen.tries >= PATIENCE:
            self.flown(film)
            return True
        return False


def marks(done: Mapping[str, Sequence[int]]) -> dict[str, Mark]:
    """As they were kept. Raises ValueError for what is none."""
    return {str(name): (int(size), int(changed)) for name, (size, changed) in done.items()}
