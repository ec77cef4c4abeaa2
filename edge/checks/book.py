"""The checks of one source: so many at once, in turns, and as many of each command as of any other."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from edge.checks.check import Ask, Check, Verdict
from edge.checks.look import Look
from edge.observation import Box

TURN_S: Final = 60.0  # after which a check makes room for those that wait, and comes again behind them


class Checks:
    """at_once: looked at together. Whoever asks says when the time is over, also of those that wait."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._active: list[Check] = []
        self._waiting: list[Check] = []

    def __len__(self) -> int:
        return len(self._active) + len(self._waiting)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where it is looked now."""
        return tuple(check.box for check in self._active)

    @property
    def youngest_s(self) -> float:
        """How long the youngest of those that are looked at was tried."""
        return min((check.tried_s for check in self._active), default=0.0)

    def add(self, ask: Ask) -> None:
        """Look at this too."""
        self._waiting.append(Check(ask))
        self._fill()

    def step(self, look: Look) -> list[Verdict]:
        """What this look decides. What waits for its turn knows what ended meanwhile."""
        for check in self._waiting:
            check.follow(look.ended)
        verdicts = [verdict for check in self._active if (verdict := check.step(look)) is not None]
        self._done(verdicts)
        self._take_turns()
        return verdicts

    def give_up(self, command: str, situation: str, after_s: float) -> Verdict | None:
        """The time of this one is over; None where it was answered already."""
        for check in (*self._active, *self._waiting):
            if (check.ask.command, check.ask.known.situation) == (command, situation):
                verdict = check.give_up(after_s=after_s)
                self._done([verdict])
                return verdict
        return None

    def _done(self, verdicts: Sequence[Verdict]) -> None:
        asked = {id(verdict.ask) for verdict in verdicts}
        self._active = [check for check in self._active if id(check.ask) not in asked]
        self._waiting = [check for check in self._waiting if id(check.ask) not in asked]
        self._fill()

    def _take_turns(self) -> None:
        """Those that were looked at for long make room, one for each that waits."""
        long = [check for check in self._active if check.turn_s >= TURN_S][: len(self._waiting)]
        for check in long:
            self._active.remove(check)
        self._fill()
        for check in long:
            check.rest()
            self._waiting.append(check)

    def _fill(self) -> None:
        """Of the command that has the fewest the first asked comes next."""
        counts = Counter(check.ask.command for check in self._active)
        while self._waiting and len(self._active) < self._at_once:
            check = min(self._waiting, key=lambda check: counts[check.ask.command])
            self._waiting.remove(check)
            counts[check.ask.command] += 1
            check.begin()
            self._active.append(check)
