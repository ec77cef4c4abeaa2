"""From what is wrong with single looks to what is told of the view. Pure.

A wrong look makes the view doubtful at once: decisions wait from then on. Only what lasts becomes a fault
that is told, under the name that most of the last wrong looks had; and a fault is over when the view has
been right for some seconds. The table is all there is; docs/view.md shows it.
"""

from dataclasses import dataclass
from math import exp
from typing import Final, Literal

from edge.observation import ViewCondition

Phase = Literal["settling", "ok", "doubtful", "faulty"]
Happening = Literal["known", "wrong", "lasting", "right", "unknown"]

TABLE: Final[dict[tuple[Phase, Happening], Phase]] = {
    ("settling", "known"): "ok",
    ("settling", "lasting"): "faulty",
    ("ok", "wrong"): "doubtful",
    ("ok", "unknown"): "settling",
    ("doubtful", "right"): "ok",
    ("doubtful", "lasting"): "faulty",
    ("doubtful", "unknown"): "settling",
    ("faulty", "right"): "ok",
    ("faulty", "unknown"): "settling",
}
WORDS: Final[dict[Happening, str]] = {
    "known": "the view is known",
    "wrong": "a look is wrong",
    "lasting": "it lasts",
    "right": "looks are right again",
    "unknown": "another light, not known yet",
}
WRONG_LOOKS: Final = 3  # of them at least make a fault
RIGHT_LOOKS: Final = 2
SURE: Final = 2.0  # seconds of right looks until a doubt is over
BACK: Final = 6.0  # and until a fault is
FADE: Final = 30.0  # seconds in which the name of an earlier wrong look loses its weight


@dataclass(frozen=True, slots=True)
class Wrong:
    """What one look has against the view. hold: seconds that it must last; 0 when it is sure at once."""

    name: ViewCondition
    hold: float
    text: str


class Trust:
    """The state of one source's view. since: t when the present phase, or the doubt before it, began."""

    def __init__(self) -> None:
        self.phase: Phase = "settling"
        self.name: ViewCondition = "ok"
        self.text = ""
        self.since = 0.0
        self._wrong_s = self._right_s = 0.0
        self._wrong_looks = self._right_looks = 0
        self._names: dict[ViewCondition, float] = {}

    def look(self, t: float, dt: float, wrong: Wrong | None, known: bool) -> None:
        """One full look. known: whether there is a reference to compare with."""
        if wrong is not None:
            self._against(t, dt, wrong)
        else:
            self._for(t, dt, known)

    def _against(self, t: float, dt: float, wrong: Wrong) -> None:
        if self._wrong_looks:
            self._wrong_s += dt
        self._wrong_looks += 1
        self._right_s, self._right_looks = 0.0, 0
        fade = exp(-dt / FADE)
        self._names = {name: weight * fade for name, weight in self._names.items()}
        self._names[wrong.name] = self._names.get(wrong.name, 0.0) + max(dt, 0.1)
        self._happened(t, "wrong")
        if self.phase in ("doubtful", "settling"):
            self.text = wrong.text
        if wrong.hold == 0 or (self._wrong_looks >= WRONG_LOOKS and self._wrong_s >= wrong.hold):
            self._happened(t, "lasting")
            most = wrong.name if wrong.hold == 0 else max(self._names, key=self._names.__getitem__)
            if self.name != most or wrong.name == most:
                self.name, self.text = most, wrong.text if wrong.name == most else ""

    def _for(self, t: float, dt: float, known: bool) -> None:
        if self._right_looks:
            self._right_s += dt
        self._right_looks += 1
        enough = BACK if self.phase == "faulty" else SURE
        if self.phase == "settling":
            self._clear()
            if known:
                self._happened(t, "known")
        elif self._right_looks >= RIGHT_LOOKS and self._right_s >= enough:
            self._clear()
            self._happened(t, "right" if known else "unknown")
        elif not known and self.phase == "ok":
            self._happened(t, "unknown")

    def _clear(self) -> None:
        self._wrong_s, self._wrong_looks, self._names = 0.0, 0, {}

    def _happened(self, t: float, what: Happening) -> None:
        """A happening that the table does not know in this phase changes nothing."""
        after = TABLE.get((self.phase, what), self.phase)
        if after != self.phase:
            if (self.phase, after) != ("doubtful", "faulty"):
                self.since = t
            self.phase = after


def diagram() -> str:
    """The table as a Mermaid state diagram; the copy in docs/view.md is this text."""
    lines = [f"    {before} --> {after}: {WORDS[what]}" for (before, what), after in TABLE.items()]
    return "\n".join(["stateDiagram-v2", "    [*] --> settling", *lines])
