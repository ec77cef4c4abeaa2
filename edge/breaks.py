"""When the watch over a place was broken off last, and how much of it had been seen by then. Pure.

A camera that was away for two hours has seen little of the last two hours. That must not keep what stands
there now from being told: from the break on it counts anew.
"""

from collections.abc import Sequence
from typing import Any, Final

from broker.events import Reason
from edge.places import Place

BREAK_S: Final = 60.0  # between two looks that could decide


class Breaks:
    """The last break of each place; times are UTC seconds, so that they outlive the process."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._at: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._at)

    def look(self, utc: float, places: Sequence[Place]) -> None:
        """One look that may decide. places: all there are; those that are gone are forgotten."""
        known = {place.id: place for place in places}
        self._at = {name: at for name, at in self._at.items() if name in known}
        if self._last is not None and not 0.0 <= utc - self._last <= BREAK_S:
            self._at = {name: (utc, place.observed_s) for name, place in known.items()}
        self._last = utc

    def passed(self, utc: float) -> None:
        """Looks up to this one followed each other without a break, and no place came or went."""
        self._last = utc

    def observed(self, place: Place, utc: float, needed: float = 0.0, least_s: float = 0.0) -> Reason:
        """Whether enough was seen: `needed` of its time, or of at least `least_s` since the last break."""
        share, values = place.coverage, {"observed_s": round(place.observed_s, 2)}
        text = f"really observed {share:.0%} of that time"
        if share < needed and place.id in self._at:
            at, seen = self._at[place.id]
            passed = max(utc - at, 1e-6)
            after = (place.observed_s - seen) / passed
            text += f", and {after:.0%} of the {passed:.0f} s since the watch was broken off"
            share = after if passed >= least_s else share
        if share < needed:
            values = {"coverage": round(share, 3), "needed": needed}
            return Reason(code="hardly_observed", text=f"{text}, {needed:.0%} needed", values=values)
        return Reason(code="observed", text=text, values={"coverage": round(share, 3), **values})

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        return {"last": self._last, "at": {name: list(at) for name, at in self._at.items()}}

    def restore(self, data: dict[str, Any]) -> None:
        """The inverse of `dump`. Raises KeyError, TypeError or ValueError for what is none."""
        last = data["last"]
        at = {str(name): (float(t), float(seen)) for name, (t, seen) in data["at"].items()}
        self._last, self._at = None if last is None else float(last), at
