"""The words of verification: why a place is clear, occupied, or was not seen."""

from collections.abc import Mapping

from broker.events import Reason
from edge.observation import View
from edge.viewwords import trust_of


def still_there(label: str, score: float) -> Reason:
    """The very thing."""
    values = {"score": round(score, 3)}
    text = f"the {label} that was told still stands there"
    return Reason(code="still_there", text=text, values=values, words={"label": label})


def another_there(label: str, score: float) -> Reason:
    """One of its kind, on the same ground."""
    text = f"another {label} stands on the same ground by now"
    return Reason(code="another_there", text=text, values={"score": round(score, 3)}, words={"label": label})


def seen_empty(clean_s: float, looks: int, needed_s: float) -> Reason:
    """Looked at for long enough."""
    text = f"the place was seen empty for {clean_s:.1f} s in {looks} looks; {needed_s:g} s are enough"
    values = {"clean_s": round(clean_s, 2), "looks": looks, "needed_s": needed_s}
    return Reason(code="seen_empty", text=text, values=values)


def rule_saw() -> Reason:
    """The node's own rule gave the situation up while it was looked at."""
    text = "its own rule saw the place empty meanwhile, and nothing else stands there"
    return Reason(code="seen_empty", text=text)


def ended(code: str) -> Reason:
    """How the situation had ended."""
    return Reason(code="ended", text=f"the situation itself had ended before, with the reason {code}")


def view(seen: View, *, settling: bool) -> Reason:
    """The view decides nothing."""
    if settling:
        return Reason(code="settling", text="the view is not known yet, a turned camera would not be noticed")
    trust = trust_of(seen)
    if trust.reasons:
        return trust.reasons[0]
    return Reason(code="image_too_dark", text="the picture shows nothing")


def occluded(share: float) -> Reason:
    """Something is in front."""
    text = f"{share:.0%} of the place is covered by something in front of it"
    return Reason(code="occluded", text=text, values={"share": round(share, 3)})


def part_hidden(share: float) -> Reason:
    """The camera is blind there."""
    text = f"{share:.0%} of the place lies in a part of the view that is not to be seen now"
    return Reason(code="part_covered", text=text, values={"share": round(share, 3)})


def passing() -> Reason:
    """Traffic."""
    return Reason(code="occluded", text="something passes over the place")


def undecided(what: str) -> Reason:
    """Neither this nor that."""
    return Reason(code="undecided", text=f"{what}, and it is not known yet whether it stands there")


def not_gone() -> Reason:
    """The node's own situation is open."""
    text = "the thing is not seen now, and there is not enough evidence yet that its place is empty"
    return Reason(code="not_gone", text=text)


def clean() -> Reason:
    """One look that shows nothing."""
    return Reason(code="not_long_enough", text="the place looked empty, but not for long enough")


def still(seconds: float) -> Reason:
    """It may be frozen."""
    text = f"the place looked empty, but the picture has not changed for {seconds:.0f} s; it may be frozen"
    return Reason(code="picture_still", text=text, values={"still_s": round(seconds, 1)})


def learnt_anew(what: str) -> Reason:
    """What it would be compared with was learnt after it."""
    text = f"the {what} was learnt anew after the situation was last seen; it may have been learnt as normal"
    return Reason(code=f"{what}_learnt_anew", text=text)


def ground_unknown() -> Reason:
    """Nothing to compare with."""
    return Reason(code="ground_unknown", text="the clean ground is not known, or not judged in this light")


def plain(code: str) -> Reason:
    """Reasons without figures."""
    return Reason(code=code, text=_PLAIN[code])


def too_old(late_s: float) -> Reason:
    """Nobody waits for the answer any more."""
    text = f"the time until which an answer was wanted was over {late_s:.0f} s before the command was read"
    return Reason(code="command_too_old", text=text, values={"late_s": round(late_s, 1)})


def tried(seconds: float, looks: int, ways: Mapping[str, float]) -> Reason:
    """How long it was looked for, and how long each thing stood in the way."""
    text = f"tried for {seconds:.0f} s in {looks} looks"
    values = {"tried_s": round(seconds, 1), "looks": float(looks)}
    values |= {f"{code}_s": round(s, 1) for code, s in sorted(ways.items(), key=lambda way: -way[1])[:16]}
    return Reason(code="tried", text=text, values=values)


_PLAIN = {
    "unknown_situation": "this node does not know the situation, or no longer",
    "not_calibrated": "no source of this node knows where on the ground it looks",
    "other_source": "the source that is to look is none of this node's, or cannot look there",
    "source_gone": "the source that saw it is no longer configured",
    "zone_changed": "the zone in which it was seen is gone or drawn anew; its box may be another place now",
    "rule_gone": "no rule watches the ground of its zone any more",
    "no_pictures": "no picture came from the source",
    "detector_busy": "the detector had no time for this source",
    "no_turn": "others were looked at first until the time was over",
    "too_many": "more is asked of this node than it keeps; ask again later",
}
