"""Whether what another system does not tell of one of its cameras may be believed to be gone. Pure.

Times are seconds of the node's monotonic clock.
"""

from dataclasses import dataclass
from typing import Final, Literal

from edge.tracked import SILENT_S

LINK: Final = "connection"
BOX: Final = "system"
Word = Literal["unheard", "lost", "silent", "settling", "ok"]


@dataclass(frozen=True, slots=True)
class Standing:
    """unheard: nothing came yet, and that is no wonder yet. settling: it tells again, but not of all yet."""

    word: Word
    text: str


class Presence:
    """What speaks against a camera: its connection, its system, or what the system says of it.

    It is heard anew after each of these: what stood there before is told again within `settle_s`.
    """

    def __init__(self, settle_s: float, now: float) -> None:
        self._settle_s = settle_s
        self._against: dict[str, str] = {}  # by a decoder's few words
        self._began = now
        self._heard: float | None = None
        self._since: float | None = None

    def against(self, what: str, why: str) -> None:
        """From now on this speaks against it."""
        self._against[what] = why
        self._heard = self._since = None

    def well(self, what: str, now: float) -> None:
        """It does not any more."""
        if self._against.pop(what, None) is not None:
            self._began, self._heard, self._since = now, None, None

    def begins(self, now: float) -> None:
        """The system says that it is there, as it does when it begins: nothing of before holds."""
        self._against.pop(BOX, None)
        self._began, self._heard, self._since = now, None, None

    def heard(self, now: float) -> None:
        """The system said anything at all."""
        if self._heard is None or now - self._heard > SILENT_S:
            self._since = now
        self._heard = now

    def standing(self, now: float) -> Standing:
        """How it stands now."""
        if self._against:
            return Standing("lost", next(iter(self._against.values())))
        last = self._began if self._heard is None else self._heard
        if now - last > SILENT_S:
            return Standing("silent", f"its system has told nothing for {SILENT_S:g} s")
        if self._heard is None or self._since is None:
            return Standing("unheard", "it has told nothing yet")
        if now - self._since < self._settle_s:
            return Standing("settling", "it is heard anew, and has not told of all that stands there yet")
        return Standing("ok", "it tells of its camera")
