"""What a view's condition is called in messages, and what it means for decisions. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

from broker.events import Reason
from broker.fields import Word
from broker.parts import ViewTrust
from edge.observation import View, ViewCondition

Severity = Literal["low", "normal", "high"]


@dataclass(frozen=True, slots=True)
class Told:
    """word: the condition's name in messages. decides: whether decisions go on meanwhile."""

    word: Word
    severity: Severity
    decides: bool


VIEWS: Final[dict[ViewCondition, Told]] = {
    "moved": Told("global_scene_change", "high", False),
    "covered": Told("covered", "high", False),
    "part_covered": Told("part_covered", "normal", True),
    "blinded": Told("image_too_bright", "high", False),
    "defocused": Told("image_too_blurry", "high", False),
    "frozen": Told("frozen", "high", False),
    "black": Told("image_too_dark", "high", False),
    "colour_lost": Told("colour_lost", "low", True),
}

# No incident of health is made of these: they pass, or become one of the above.
SILENT: Final[dict[ViewCondition, Told]] = {
    "settling": Told("settling", "low", True),
    "doubtful": Told("doubtful", "low", False),
}


def decides(view: View) -> bool:
    """Whether something may open or clear while the view is as it is."""
    told = _told(view)
    return told is None or told.decides


def _told(view: View) -> Told | None:
    return VIEWS.get(view.condition) or SILENT.get(view.condition)


def trust_of(view: View) -> ViewTrust:
    """How far a decision made in this view can be trusted, in the contract's words."""
    told = _told(view)
    if told is None:
        return ViewTrust(state="ok")
    reasons = [Reason(code=told.word, text=view.text[:240] or told.word)]
    return ViewTrust(state="low" if told.decides else "none", reasons=reasons)
