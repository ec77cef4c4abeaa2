"""Situations of devices that the centre asks about: answered by what a device says from then on. Pure.

What it said before is no answer: a cover that told of itself an hour ago may have been closed since.
"""

from dataclasses import dataclass

from broker.events import Reason
from edge.devices.book import DeviceBook, Outcome
from edge.devices.state import DeviceState
from edge.verifications import Asked


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be told. seen: whether its device spoke since it was asked."""

    asked: Asked
    state: DeviceState
    outcome: Outcome
    why: Reason
    seen: bool


class Asks:
    """What waits for its device to speak; gone once it did, or the time is over."""

    def __init__(self, book: DeviceBook) -> None:
        self._book = book
        self._waiting: dict[tuple[str, str], tuple[Asked, DeviceState]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, asked: Asked) -> bool:
        """Whether it is a situation of a device of ours."""
        found = self._book.answer(asked.situation)
        if found is None:
            return False
        self._waiting[asked.command, asked.situation] = asked, found[0]
        return True

    def answers(self, now: float) -> list[Answer]:
        """What can be told now, UTC seconds; each once."""
        told = [made for asked, state in self._waiting.values() if (made := self._answer(asked, state, now))]
        for made in told:
            del self._waiting[made.asked.command, made.asked.situation]
        return told

    def _answer(self, asked: Asked, state: DeviceState, now: float) -> Answer | None:
        spoke = state.ever and state.heard >= asked.at
        if not spoke and now < asked.until:
            return None
        found = self._book.answer(asked.situation)
        if found is None:
            why = Reason(code="over", text="it is over, and was told so")
            return Answer(asked, state, "clear", why, spoke)
        if spoke:
            return Answer(asked, state, *found[1:], True)
        text = f"the device did not speak in the {now - asked.at:.0f} s since it was asked about"
        return Answer(asked, state, "not_seen", Reason(code="not_heard", text=text), False)
