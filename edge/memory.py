"""What the eyes remember over a restart: the clean ground and the view, one small file each a source.

They hold no picture of a person: what was detected is never learnt. A file that cannot be written or read
costs the memory, nothing else.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)


class Memory:
    """The files under one directory; names are those of sources, which are identifiers."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def store(self, source: str, part: str, body: bytes) -> bool:
        """Keep it in place of the old one, all of it or nothing; whether that worked."""
        path = self._path(source, part)
        temporary = path.with_name(path.name + ".part")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            log.warning("source %s: its %s cannot be kept over a restart: %s", source, part, error)
            return False
        return True

    def load(self, source: str, part: str) -> bytes | None:
        """What was kept, if anything."""
        try:
            return self._path(source, part).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("source %s: its kept %s cannot be read: %s", source, part, error)
            return None

    def _path(self, source: str, part: str) -> Path:
        return self._directory / f"{source}.{part}"
