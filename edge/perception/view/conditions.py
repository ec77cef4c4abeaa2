"""What each condition of a view is called in messages, how grave it is, and whether decisions wait. Pure.

ONVIF has topics for some of them (the events of its video source, and the tamper detector of its analytics
service). Where it has none the word is ours and the topic is empty.
"""

from dataclasses import dataclass
from typing import Final, Literal

from edge.observation import View, ViewCondition

Severity = Literal["low", "normal", "high"]


@dataclass(frozen=True, slots=True)
class Condition:
    """word: the condition in the contract, empty where nothing is told. topic: ONVIF's, empty if it has none.

    waits: nothing may open or clear meanwhile.
    """

    word: str
    topic: str
    severity: Severity
    waits: bool


CONDITIONS: Final[dict[ViewCondition, Condition]] = {
    "ok": Condition("", "", "low", waits=False),
    "settling": Condition("", "", "low", waits=False),
    "doubtful": Condition("", "", "low", waits=True),
    "moved": Condition(
        "global_scene_change", "tns1:VideoSource/GlobalSceneChange/ImagingService", "high", waits=True
    ),
    "covered": Condition("covered", "tns1:RuleEngine/TamperDetector/Tamper", "high", waits=True),
    "part_covered": Condition("part_covered", "", "normal", waits=False),
    "blinded": Condition(
        "image_too_bright", "tns1:VideoSource/ImageTooBright/ImagingService", "high", waits=True
    ),
    "defocused": Condition(
        "image_too_blurry", "tns1:VideoSource/ImageTooBlurry/ImagingService", "high", waits=True
    ),
    "frozen": Condition("frozen", "", "high", waits=True),
    "black": Condition("image_too_dark", "tns1:VideoSource/ImageTooDark/ImagingService", "high", waits=True),
    "colour_lost": Condition("colour_lost", "", "low", waits=False),
}


def decides(view: View) -> bool:
    """Whether something may open or clear while the view is so."""
    return not CONDITIONS[view.condition].waits
