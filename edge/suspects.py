"""Events on which a broker hangs up without having said how much it takes. Pure.

Whatever got through proves how large a message may be. When a connection breaks, the largest event on its way
that is larger than that is suspected; when that happens to it twice, it goes alone, and seldom: so it costs
the others a connection now and then, and never their turn. Its receipt clears it.
"""

from dataclasses import dataclass, field

STRIKES = 2
SMALL = 8_192  # bytes that every broker takes; no ordinary event is as large, so none is ever suspected
FIRST_S, LONGEST_S = 60.0, 3600.0
MOST = 1000  # beyond, the longest known goes back among the others


@dataclass
class Suspects:
    """`sent`, `answered` and `broke` are told of everything; the rest is asked before an event is sent."""

    _proven: int = 0
    _unproven: dict[str, int] = field(default_factory=dict)
    _strikes: dict[str, int] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._due)

    def __contains__(self, name: str) -> bool:
        return name in self._due

    def sent(self, name: str, size: int) -> None:
        """It is on its way."""
        if size > max(SMALL, self._proven):
            self._unproven[name] = size

    def answered(self, name: str) -> None:
        """Its receipt came, so a message of that size got through."""
        self._proven = max(self._proven, self._unproven.pop(name, 0))
        self._unproven = {other: size for other, size in self._unproven.items() if size > self._proven}
        self.forget(name)

    def forget(self, name: str) -> None:
        """It is gone."""
        self._unproven.pop(name, None)
        self._strikes.pop(name, None)
        self._due.pop(name, None)

    def broke(self, now: float) -> None:
        """The connection is another one; what was on its way may be why."""
        if not self._unproven:
            return
        name = max(self._unproven, key=lambda name: self._unproven[name])
        self._unproven.clear()
        self._proven = 0  # another broker may take less
        strikes = self._strikes.pop(name, 0) + 1
        self._strikes[name] = strikes
        if strikes >= STRIKES:
            self._due[name] = now + min(LONGEST_S, FIRST_S * 2.0 ** min(strikes - STRIKES, 30))
        if len(self._strikes) > MOST:
            self.forget(next(iter(self._strikes)))

    def due(self, now: float) -> str | None:
        """One that may be tried now, when nothing else is on its way."""
        return next((name for name, due in self._due.items() if due <= now), None)
