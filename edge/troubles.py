"""When the source itself is the incident: one raise when it goes, one clear when it is back. Pure.

What happens to a source (a trouble it tells, a frame that comes, a frame that cannot be looked at) either
raises a condition, clears one, or is nothing to tell:

    lost, stalled, failed --> signal_loss      raised, once per episode whatever the order of the three
    recovered, frame      --> signal_loss      cleared
    unseen                --> analysis_failed  raised: frames come, but looking at them fails
    seen                  --> analysis_failed  cleared
    view is wrong         --> its own word     raised; another word, or a view that is well again, clears it
    damaged, changed, ended  (a log line only: nothing will follow that could clear it)
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from broker.boundary import breach
from broker.events import Reason
from broker.fields import Word, utc
from edge.frames import TroubleState
from edge.observation import View
from edge.viewwords import VIEWS, Severity

Happening = TroubleState | Literal["frame", "unseen", "seen"]
State = Literal["raised", "cleared"]

TABLE: dict[Happening, tuple[Word, State]] = {
    "lost": ("signal_loss", "raised"),
    "stalled": ("signal_loss", "raised"),
    "failed": ("signal_loss", "raised"),
    "recovered": ("signal_loss", "cleared"),
    "frame": ("signal_loss", "cleared"),
    "unseen": ("analysis_failed", "raised"),
    "seen": ("analysis_failed", "cleared"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A condition that was raised or cleared. since: UTC seconds of the raise."""

    condition: Word
    state: State
    since: float
    reason: Reason
    severity: Severity = "high"

    @property
    def since_utc(self) -> datetime:
        """The raise as a stamp."""
        return utc(self.since)


@dataclass(frozen=True, slots=True)
class _Episode:
    since: float
    code: str


class Conditions:
    """The open conditions of one source: at most one episode of each."""

    def __init__(self) -> None:
        self._open: dict[str, _Episode] = {}

    def __len__(self) -> int:
        return len(self._open)

    @property
    def open(self) -> tuple[str, ...]:
        """Their words, the oldest first. From any thread."""
        return tuple(self._open)

    def happened(self, what: Happening, text: str, now: float) -> Change | None:
        """Take note at `now` (UTC seconds); the change that has to be told, if it is one."""
        if what not in TABLE:
            return None
        condition, state = TABLE[what]
        if state == "raised":
            return self._raise(condition, what, text, now)
        return self._clear(condition, what, text, now)

    def view(self, view: View, now: float) -> list[Change]:
        """The view's condition at `now` (UTC seconds); one word at a time, as the view has one at a time."""
        told = VIEWS.get(view.condition)
        if told is None and view.condition != "ok":
            return []
        text = view.text or view.condition
        gone = [v.word for v in VIEWS.values() if v.word in self._open and v is not told]
        changes = [self._clear(word, "seen", text, now) for word in gone]
        if told is not None:
            changes.append(self._raise(told.word, view.condition, text, now, told.severity))
        return [change for change in changes if change is not None]

    def _raise(
        self, condition: Word, what: str, text: str, now: float, severity: Severity = "high"
    ) -> Change | None:
        if condition in self._open:
            return None
        self._open[condition] = _Episode(now, what)
        return Change(condition, "raised", now, Reason(code=what, text=fit(text)), severity)

    def _clear(self, condition: Word, what: str, text: str, now: float) -> Change | None:
        episode = self._open.pop(condition, None)
        if episode is None:
            return None
        lasted = max(0.0, now - episode.since)
        told = fit(f"{text} after {lasted:.0f} s")
        return Change(
            condition,
            "cleared",
            episode.since,
            Reason(code=what, text=told, values={"lasted_s": lasted}),
            "normal",
        )

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        return {condition: asdict(episode) for condition, episode in self._open.items()}

    def restore(self, data: dict[str, Any]) -> None:
        """Take up what was open. Raises TypeError for what is no dump."""
        self._open = {condition: _Episode(**episode) for condition, episode in data.items()}


def fit(text: str) -> str:
    """Foreign words as a message may carry them: an address of a device, say, may not travel."""
    why = breach(text)
    return f"its words are withheld: one {why}" if why else text[:240] or "no reason given"
