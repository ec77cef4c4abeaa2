"""The answers to one ask: numbered, in parts, and none after its time."""

from collections.abc import Callable
from typing import Any

from broker.asks import Answer, Ask
from broker.events import Reason
from broker.fields import utc
from edge.asked.parts import parts
from edge.troubles import fit


class Over(Exception):
    """Nobody waits for the answer any more."""


class NotDone(Exception):
    """It cannot be done. refused: and asking again does not help."""

    def __init__(self, code: str, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.reason = Reason(code=code, text=fit(text))
        self.refused = refused


class Telling:
    """Used by one worker. say: publishes an answer; raises Over where that is of no use any more."""

    def __init__(self, ask: Ask, say: Callable[[Answer], None], now: Callable[[], float]) -> None:
        self.ask = ask
        self._say, self._now = say, now
        self._number = 0

    @property
    def left_s(self) -> float:
        """How long somebody waits for an answer."""
        return self.ask.expires.timestamp() - self._now()

    def working(self, progress: float) -> None:
        """How far it is, 0 to 1. Raises Over."""
        self._tell(status="working", progress=min(1.0, max(0.0, progress)))

    def part(self, **fields: Any) -> None:
        """Some of the answer; lists of any length. Raises Over."""
        for piece in parts(self._answer("part", fields)):
            self._tell(**{**piece, "status": "part"})

    def done(self, **fields: Any) -> None:
        """The rest of the answer, and its end. Raises Over."""
        *before, last = parts(self._answer("done", fields))
        for piece in before:
            self._tell(**{**piece, "status": "part"})
        self._tell(**{**last, "status": "done"})

    def not_done(self, why: NotDone) -> None:
        """Its end without an answer. Raises Over."""
        self._tell(status="refused" if why.refused else "failed", reasons=[why.reason])

    def _answer(self, status: str, fields: dict[str, Any]) -> Answer:
        """For its bounds; lists may be longer than one message holds, so they are not validated here."""
        return Answer.model_construct(_fields_set=set(fields), status=status, **fields)

    def _tell(self, **fields: Any) -> None:
        if self.left_s <= 0.0:
            raise Over
        answer = Answer(id=self.ask.id, number=self._number, at=utc(self._now()), **fields)
        self._number += 1
        self._say(answer)
