"""Whether a node's own file still says what runs: somebody may have edited it, and gone."""

from typing import Final

from broker.settings import SettingsError
from edge.config import OwnFile, configured

GONE: Final = "the configuration file is gone or cannot be read; a restart would fail"
NOT_YET: Final = "the configuration file was edited and is not taken up yet: reload the node, or restart it"


class OwnWatch:
    """Asked again and again; reads the file only when it has another time or size than before."""

    def __init__(self) -> None:
        self._mark: tuple[object, ...] | None = None
        self._told: str | None = None

    def look(self, own: OwnFile) -> str | None:
        """What is wrong with it, beside what runs; None while they are the same."""
        try:
            stat = own.path.stat()
            mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino, hash(own.body))
            if mark != self._mark:
                self._told, self._mark = self._compared(own, own.path.read_bytes()), mark
        except OSError:
            self._mark, self._told = None, GONE
        return self._told

    @staticmethod
    def _compared(own: OwnFile, body: bytes) -> str | None:
        if body == own.body:
            return None
        edited = OwnFile(own.path, body)
        try:
            configured(edited, edited.text)
        except SettingsError as error:
            first = error.faults[0]
            where = f"line {first.line}: {first.where}: {first.what}"
            return f"the configuration file was edited, and a restart would fail: {where}"
        return NOT_YET
