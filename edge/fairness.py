"""Who may use the detector now, when not everyone can. Pure: time is an argument.

A detector has so many seconds of work to give each second (the budget). Wishes are served by urgency; among
equals the source that was served longest ago comes first, so every source gets the same share. A wish grows
more urgent as it waits, so that even the least urgent is served in the end. What is left out when a box is
too small follows from that, in this order: looks without a cause (refresh), looks at changes, looks on which
a decision hangs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from edge.perception.glance import URGENCIES, Urgency, Wish

AGAIN_S: Final = 15.0  # a wish not repeated for so long was given up: the next one is a new one
PATIENCE_S: Final = 30.0  # a wish that has waited so long is as urgent as the next kind
BURST_S: Final = 2.0  # unused budget is kept for so long
MEMORY_S: Final = 60.0  # over which load is told
DEBT_S: Final = 5.0  # overdrawn by no more, however long one run took
FORGET_S: Final = 600.0  # a source that wants nothing for so long is forgotten
ENOUGH: Final = 0.9  # of the wishes served, below which the box is too small


@dataclass(frozen=True, slots=True)
class Load:
    """The share of what was wanted of the detector in the last minute that it did, by urgency."""

    served: Mapping[Urgency, float]

    @property
    def trouble(self) -> str | None:
        """What is left out, in words; None while everything but looks without a cause is served."""
        short = [u for u in URGENCIES if u != "refresh" and self.served.get(u, 1.0) < ENOUGH]
        if not short:
            return None
        told = ", ".join(f"{self.served[u]:.0%} of the looks {WORDS[u]}" for u in short)
        return f"the detector is asked for more than its budget allows: it does {told}"


WORDS: Final[Mapping[Urgency, str]] = {
    "ripening": "on which a decision hangs",
    "changed": "at changes",
    "refresh": "without a cause",
}


@dataclass(slots=True)
class _Tally:
    """Pictures asked for and served lately; both fade."""

    asked: float = 0.0
    served: float = 0.0

    def fade(self, by: float) -> None:
        self.asked *= by
        self.served *= by


@dataclass(slots=True)
class _Client:
    """One source: since when its wish waits, when it was served last, when it last wanted something."""

    waiting: float | None = None
    served: float = float("-inf")
    asked: float = 0.0


@dataclass
class Shares:
    """The budget and who has had how much of it. budget: seconds of detector time a second."""

    budget: float
    batch: int
    _tokens: float = 0.0
    _now: float | None = None
    _cost: float = 0.0
    _clients: dict[str, _Client] = field(default_factory=dict)
    _tallies: dict[Urgency, _Tally] = field(default_factory=lambda: {u: _Tally() for u in URGENCIES})

    def __len__(self) -> int:
        return len(self._clients)

    def choose(self, wishes: Sequence[Wish], now: float) -> list[int]:
        """Which wishes to serve now, the most pressing first, as positions; the others wait."""
        self._advance(now)
        for wish in wishes:
            self._note(wish, now)
        order = sorted(range(len(wishes)), key=lambda i: (*self._rank(wishes[i], now), i))
        chosen: list[int] = []
        left = self._tokens
        for index in order:
            # The last one may overdraw: a budget smaller than one wish still serves one after the other.
            if len(chosen) == self.batch or left <= 0.0:
                break
            chosen.append(index)
            left -= self._cost * len(wishes[index].regions)
        for index in chosen:
            self._serve(wishes[index], now)
        return chosen

    def spent(self, seconds: float, pictures: int) -> None:
        """What the chosen ones have cost together."""
        # A first run may build an engine for a minute: that must not stop all looks for two.
        self._tokens = max(self._tokens - seconds, -DEBT_S)
        if pictures:
            each = seconds / pictures
            self._cost = each if self._cost == 0.0 else 0.9 * self._cost + 0.1 * each

    @property
    def cost(self) -> float:
        """Seconds that a picture takes lately; 0 while none was looked at."""
        return self._cost

    def load(self) -> Load:
        """How it went lately."""
        tallies = {u: t for u, t in self._tallies.items() if t.asked >= 1.0}
        return Load({u: min(1.0, t.served / t.asked) for u, t in tallies.items()})

    def _advance(self, now: float) -> None:
        passed = 0.0 if self._now is None else max(0.0, now - self._now)
        if self._now is None:
            self._tokens = self.budget * BURST_S
        self._now = now
        self._tokens = min(self._tokens + passed * self.budget, self.budget * BURST_S)
        for tally in self._tallies.values():
            tally.fade(0.5 ** (passed / MEMORY_S))
        for source in [s for s, c in self._clients.items() if now - c.asked > FORGET_S]:
            del self._clients[source]

    def _note(self, wish: Wish, now: float) -> None:
        client = self._clients.setdefault(wish.source, _Client())
        if client.waiting is None or now - client.asked > AGAIN_S:
            client.waiting = now
        client.asked = now
        self._tallies[wish.urgency].asked += len(wish.regions)

    def _rank(self, wish: Wish, now: float) -> tuple[int, float]:
        client = self._clients[wish.source]
        waited = now - (now if client.waiting is None else client.waiting)
        return max(0, URGENCIES.index(wish.urgency) - int(waited / PATIENCE_S)), client.served

    def _serve(self, wish: Wish, now: float) -> None:
        client = self._clients[wish.source]
        client.waiting, client.served = None, now
        self._tallies[wish.urgency].served += len(wish.regions)
