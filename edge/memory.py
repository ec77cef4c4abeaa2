"""What the eyes remember over a restart: the clean ground and the view, one small file each a source.

They hold no picture of a person: what was detected is never learnt. A file that cannot be written or read
costs the memory, nothing else.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

from broker.wholefile import write_whole

log = logging.getLogger(__name__)


class Memory:
    """The files under one directory; names are those of sources and of parts.

    Every file begins with a line that says for which zones it was learnt: once they are drawn anew, in
    another view perhaps, it is of no use.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def store(self, source: str, drawn: str, parts: Mapping[str, bytes]) -> None:
        """Keep each part in place of the old one, all of it or nothing."""
        for part, body in parts.items():
            path = self._directory / f"{source}.{part}"
            try:
                self._directory.mkdir(parents=True, exist_ok=True)
                write_whole(path, drawn.encode() + b"\n" + body)
            except OSError as error:
                log.warning("source %s: its %s cannot be kept over a restart: %s", source, part, error)

    def load(self, source: str, drawn: str) -> dict[str, bytes]:
        """What was kept for these zones, by part."""
        kept = {}
        for part in ("view", "ground"):
            known, _, body = self._read(source, part).partition(b"\n")
            if known == drawn.encode():
                kept[part] = body
        return kept

    def _read(self, source: str, part: str) -> bytes:
        try:
            return (self._directory / f"{source}.{part}").read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            log.warning("source %s: its kept %s cannot be read: %s", source, part, error)
            return b""
