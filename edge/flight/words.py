"""The words of the decisions of flights. Figures in metres and seconds."""

from collections.abc import Mapping, Sequence

from broker.events import Reason
from edge.flight.shifts import Shift, turn_deg


def plain(code: str) -> Reason:
    """Reasons without figures."""
    return Reason(code=code, text=_PLAIN[code])


def seen_again(away_m: float, gate_m: float, shift: Shift | None) -> Reason:
    """Another flight found it."""
    text = f"another flight sees it stand there, {away_m:.1f} m from where it was known"
    values = {"away_m": round(away_m, 2), "gate_m": round(gate_m, 2)}
    if shift is None:
        text += f"; {gate_m:.1f} m are within what both flights may err"
    else:
        text += f" once the flight's shift is taken off; {gate_m:.1f} m are allowed"
    return Reason(code="seen_again", text=text, values=values)


def shifted(shift: Shift | None) -> tuple[Reason, ...]:
    """All of it lies off, or nothing is known of that."""
    if shift is None:
        return ()
    text = f"this flight's places lie {shift.east:+.1f} m east and {shift.north:+.1f} m north of those "
    text += f"known before: {shift.agree} agree on that; the next best explains {shift.rival:.0%} as much"
    values = {"east_m": round(shift.east, 2), "north_m": round(shift.north, 2)}
    if shift.turn:
        text += f"; turned by {turn_deg(shift):+.1f}°"
    values |= {
        "turn_deg": round(turn_deg(shift), 2),
        "agree": float(shift.agree),
        "rival": round(shift.rival, 3),
    }
    return (Reason(code="flight_shift", text=text[:240], values=values),)


def empty(clean_s: float, looks: int, needed_s: float, radius_m: float, *, code: str = "empty") -> Reason:
    """The whole disc was seen."""
    text = f"all ground within {radius_m:.1f} m of it was seen empty for {clean_s:.1f} s in {looks} looks; "
    text += f"{needed_s:g} s in 3 are needed"
    values = {"clean_s": round(clean_s, 2), "looks": float(looks), "needed_s": needed_s}
    return Reason(code=code, text=text, values={**values, "radius_m": round(radius_m, 2)})


def not_long_enough(clean_s: float, looks: int, needed_s: float) -> Reason:
    """Seen empty, but."""
    text = f"it looked empty, but for {clean_s:.1f} s in {looks} looks only; {needed_s:g} s in 3 are needed"
    values = {"clean_s": round(clean_s, 2), "looks": float(looks), "needed_s": needed_s}
    return Reason(code="not_long_enough", text=text, values=values)


def stands_there(label: str, away_m: float, gate_m: float) -> Reason:
    """Something fits."""
    text = f"a {label} stands {away_m:.1f} m from it; within {gate_m:.1f} m it may be the one"
    values = {"away_m": away_m, "gate_m": gate_m}
    return Reason(code="stands_there", text=text, values=values, words={"label": label})


def half_in_view(radius_m: float) -> Reason:
    """The edge of the picture."""
    text = f"only a part of the ground within {radius_m:.1f} m of it was in view"
    return Reason(code="half_in_view", text=text, values={"radius_m": round(radius_m, 2)})


def hidden() -> Reason:
    """Something is in front."""
    return Reason(code="occluded", text="something covers a part of the ground where it may stand")


def undecided(label: str) -> Reason:
    """Neither this nor that."""
    text = f"a {label} is there, and it is not known yet whether it stands"
    return Reason(code="undecided", text=text, words={"label": label})


def tried(seconds: float, looks: int, ways: Mapping[str, float]) -> Reason:
    """How long it was in view, and how long each thing stood in the way."""
    text = f"in view, in part at least, for {seconds:.0f} s in {looks} looks"
    values = {"tried_s": round(seconds, 1), "looks": float(looks)}
    values |= {f"{code}_s"[:48]: round(s, 1) for code, s in sorted(ways.items(), key=lambda w: -w[1])[:16]}
    return Reason(code="tried", text=text, values=values)


def given_up(days: float) -> Reason:
    """Nobody looked."""
    text = f"no flight has looked for {days:.0f} days; whether it still stands there was not seen"
    return Reason(code="given_up", text=text, values={"days": round(days, 1)})


def moved(metres: float) -> Reason:
    """No standing thing."""
    return Reason(
        code="moved", text=f"it went {metres:.1f} m while it was in view", values={"moved_m": metres}
    )


def too_short(stood_s: float, looks: int) -> Reason:
    """Hardly seen."""
    text = f"it was seen for {stood_s:.1f} s in {looks} looks; that does not tell whether it stands"
    return Reason(code="too_short", text=text, values={"stood_s": round(stood_s, 2), "looks": float(looks)})


def kind_not_seen(kind: str) -> Reason:
    """Out of the detector's reach."""
    text = f"what a {kind or 'situation of no kind'} is about is nothing that flights detect"
    return Reason(code="kind_not_seen", text=text[:240])


def other_group(group: str, wanted: Sequence[str]) -> Reason:
    """None of the rule's business."""
    text = f"it is a {group}; the rules there are about {', '.join(wanted)}"
    return Reason(code="other_group", text=text, words={"group": group})


_PLAIN = {
    "no_zone": "it stands in no zone",
    "cleared_since": "a later flight has seen the place empty by now",
    "too_many_places": "as many places are known as are kept, and this flight has seen them all",
    "given_up_for_another": "more places are known than are kept; this one was seen longest ago",
    "too_many": "more is asked than is kept; ask again later",
    "unknown_situation": "no flight of this source knows the situation, and its place was not told",
    "never_in_view": "no flight had the place in view until the time was over",
    "rule_gone": "no rule over flights watches its ground any more",
    "cut_short": "the flight had no end: the next one began, or the node was restarted",
    "flown_before": "this flight was taken before",
    "untrusted": "the picture itself is no good",
    "no_ground": "which ground the picture shows is not known",
}
