"""The events of a replay, one a line; the file appears whole at the end or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from edge.drafts import Draft, stamp

EPOCH = "0000000000000-0000"


class EventFile:
    """Numbers events in one epoch that is always the same, recorded when they happened."""

    def __init__(self, file: BinaryIO, source: str) -> None:
        self.events = 0
        self._file, self._source = file, source

    def write(self, drafts: Sequence[Draft]) -> None:
        """Add events. Raises OSError, and pydantic.ValidationError for what may not be written."""
        for draft in drafts:
            stamped = stamp(draft, self._source, EPOCH, self.events, draft.utc)
            self.events += 1
            self._file.write(stamped.body + b"\n")


@contextmanager
def event_file(out: Path, source: str) -> Iterator[EventFile]:
    """The file of a replay; source: the node, as its events name it. Raises OSError."""
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as file:
            yield EventFile(file, source)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
