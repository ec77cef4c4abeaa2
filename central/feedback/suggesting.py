"""Changes of a zone that might end its false alarms, out of what people marked. Pure.

Each is a whole set of zones, as a configuration writes them, with the reason in words. They are guesses: a
trial at the node says what each would really have done, and nothing is changed by itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from broker.events import Reason
from broker.fields import utc
from central.feedback.comparing import Marked
from central.feedback.outlines import Outline, moved_edges, without_spots
from central.feedback.spans import duration_s, duration_text, hours_without

Tree = Mapping[str, Any]
MOST = 8
NEVER = 1e12  # how long stands what still does
ABOVE = 1.1  # times the longest false one


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One change. id: of its variant; change: dwell, allow, queue, edge, spot, hours; zones: all of them."""

    id: str
    change: str
    reason: Reason
    zones: Sequence[Tree]


@dataclass(frozen=True, slots=True)
class Case:
    """A zone, and what people marked in it. wrong, right: what was told there."""

    zones: Sequence[Tree]
    at: int
    wrong: Sequence[Marked]
    right: Sequence[Marked]
    local: tzinfo

    @property
    def zone(self) -> Tree:
        """The one that is meant."""
        return self.zones[self.at]

    def changed(self, values: Tree) -> list[Tree]:
        """All zones, with this one as it would be."""
        zones: list[Tree] = [deepcopy(dict(each)) for each in self.zones]
        zones[self.at] = {**zones[self.at], **values}
        return zones

    def with_rules(self, change: Mapping[str, Any], incident: str | None = None) -> list[Tree]:
        """All zones, with rules of this one, those of a kind of incident, as they would be."""
        rules = [
            {**rule, **(change if incident is None or rule.get("incident") == incident else {})}
            for rule in self.zone.get("rules", [])
        ]
        return self.changed({"rules": rules})


def suggest(zones: Sequence[Tree], zone: str, marks: Sequence[Marked], local: tzinfo) -> list[Suggestion]:
    """At most eight for one zone; none where nothing in it is a false alarm. local: in whose hours."""
    found = [n for n, each in enumerate(zones) if each.get("id") == zone]
    mine = [each for each in marks if each.zone == zone]
    wrong = [each for each in mine if each.mark == "false_alarm"]
    if not found or not wrong:
        return []
    case = Case(zones, found[0], wrong, [each for each in mine if each.mark == "right"], local)
    lists = [list(way(case)) for way in (_dwell, _edges, _spots, _hours, _allow, _queue)]
    # Of each way the first before the second of any: eight of one kind would tell little.
    turns = [some[n] for n in range(max(map(len, lists))) for some in lists if n < len(some)]
    return turns[:MOST]


def _dwell(case: Case) -> Iterator[Suggestion]:
    """To just above the false ones, and below the right ones."""
    for rule in case.zone.get("rules", []):
        kind, now_s = rule.get("incident"), duration_s(rule.get("dwell"))
        if rule.get("kind") != "dwell" or now_s is None:
            continue
        wrong = sorted(_stood(each) for each in case.wrong if each.kind == kind and _stood(each) < NEVER)
        right = sorted(_stood(each) for each in case.right if each.kind == kind)
        for n, longest in enumerate(_thresholds(wrong, right, now_s)):
            yield _longer(case, str(kind), n, longest, wrong, right)


def _thresholds(wrong: Sequence[float], right: Sequence[float], now_s: float) -> list[float]:
    """Below all right ones where that is possible; else what gains most; and what ends every false one."""
    enough = [ABOVE * each for each in wrong if ABOVE * each > now_s]
    if not enough:
        return []
    safe = [each for each in enough if not right or each < min(right)]
    gains = max(enough, key=lambda s: (_below(wrong, s) - 2 * _below(right, s), -s))
    tried = (_rounded(each) for each in [*([max(safe)] if safe else []), gains, max(enough)])
    by_effect: dict[tuple[int, int], float] = {}
    for each in tried:
        by_effect.setdefault((_below(wrong, each), _below(right, each)), each)
    return list(by_effect.values())


def _longer(
    case: Case, kind: str, n: int, seconds: float, wrong: Sequence[float], right: Sequence[float]
) -> Suggestion:
    ended, lost = _below(wrong, seconds), _below(right, seconds)
    text = f"{ended} of {len(case.wrong)} false alarms stood for less than {duration_text(seconds)}"
    text += f"; so did {lost} of {len(right)} right ones" if right else "; nothing is marked right"
    values = {"dwell_s": seconds, "ended": float(ended), "lost": float(lost)}
    zones = case.with_rules({"dwell": duration_text(seconds)}, kind)
    name = f"dwell-{kind}-{n + 1}"[:64]
    return Suggestion(name, "dwell", Reason(code="longer_dwell", text=text, values=values), zones)


def _edges(case: Case) -> Iterator[Suggestion]:
    for n, moved in enumerate(_outlines(case, moved_edges)[:2]):
        text = (
            f"with its {moved.where} edge {moved.by:.3f} of the picture further in, {moved.ended} of"
            f" {len(case.wrong)} false alarms and {moved.lost} of {len(case.right)} right ones lie outside"
        )
        values = {"by": moved.by, "ended": float(moved.ended), "lost": float(moved.lost)}
        reason = Reason(code="edge_inwards", text=text, values=values)
        yield Suggestion(f"edge-{n + 1}", "edge", reason, case.changed({"polygon": moved.polygon}))


def _spots(case: Case) -> Iterator[Suggestion]:
    for n, spot in enumerate(_outlines(case, without_spots)[:2]):
        text = (
            f"{spot.ended} of {len(case.wrong)} false alarms lie at one spot, which is left out;"
            f" so do {spot.lost} of {len(case.right)} right ones"
        )
        values = {"ended": float(spot.ended), "lost": float(spot.lost), "area": spot.by}
        reason = Reason(code="spot_left_out", text=text, values=values)
        yield Suggestion(f"spot-{n + 1}", "spot", reason, case.changed({"polygon": spot.polygon}))


def _outlines(case: Case, way: Callable[..., list[Outline]]) -> list[Outline]:
    polygon = case.zone.get("polygon")
    if not isinstance(polygon, list) or len(polygon) < 3:
        return []
    share = min((float(rule.get("share", 0.5)) for rule in case.zone.get("rules", [])), default=0.5)
    boxes = ([each.box for each in some if each.box is not None] for some in (case.wrong, case.right))
    return way(polygon, *boxes, share)


def _hours(case: Case) -> Iterator[Suggestion]:
    """Only where no schedule is written: what people have thought about is theirs."""
    if case.zone.get("schedule") is not None:
        return
    wrong, right = (
        [utc(each.told).astimezone(case.local).hour for each in some] for some in (case.wrong, case.right)
    )
    found = hours_without(wrong, right)
    if found is None:
        return
    text = (
        f"{found.ended} of {len(wrong)} false alarms come outside {found.hours}, and {found.lost} of"
        f" {len(right)} right ones"
    )
    values = {"ended": float(found.ended), "lost": float(found.lost)}
    zones = case.changed({"schedule": {"spans": [{"days": ["daily"], "hours": found.hours}]}})
    yield Suggestion("hours", "hours", Reason(code="fewer_hours", text=text, values=values), zones)


def _allow(case: Case) -> Iterator[Suggestion]:
    """A longer time for what alone is told wrongly: lorries that load, buses that stop."""
    labels = {label for each in case.wrong for label in each.things}
    for label in sorted(labels - {label for each in case.right for label in each.things}):
        those = [each for each in case.wrong if each.things == {label} and _stood(each) < NEVER]
        kinds = {each.kind for each in those}
        rules = [
            r for r in case.zone.get("rules", []) if r.get("kind") == "dwell" and r.get("incident") in kinds
        ]
        if len(those) < 2 or not rules:
            continue
        seconds = _rounded(ABOVE * max(_stood(each) for each in those))
        kind, allowed = str(rules[0].get("incident")), dict(rules[0].get("allow", {}))
        text = f"{len(those)} of {len(case.wrong)} false alarms are of {label}, and nothing right is"
        values = {"allow_s": seconds, "ended": float(len(those))}
        zones = case.with_rules({"allow": allowed | {label: duration_text(seconds)}}, kind)
        reason = Reason(code="allowed_longer", text=text, values=values)
        yield Suggestion(f"allow-{label}"[:64], "allow", reason, zones)


def _queue(case: Case) -> Iterator[Suggestion]:
    """What people say stood in a queue, where queues are not held, or not for so long."""
    waited = [each for each in case.wrong if each.why == "queue"]
    for rule in case.zone.get("rules", []) if waited else []:
        if rule.get("kind") != "dwell":
            continue
        text = f"{len(waited)} of {len(case.wrong)} false alarms stood in a queue"
        values = {"ended": float(len(waited))}
        if rule.get("queue") == "ignore":
            zones = case.with_rules({"queue": "hold"}, str(rule.get("incident")))
            reason = Reason(code="hold_queues", text=f"{text}, and queues are not held here", values=values)
            yield Suggestion("queue-hold", "queue", reason, zones)
            return
        longest = max((_stood(each) for each in waited if _stood(each) < NEVER), default=0.0)
        hold = duration_s(rule.get("queue_hold")) or 300.0
        if hold < ABOVE * longest <= 3600:
            seconds = _rounded(ABOVE * longest)
            zones = case.with_rules({"queue_hold": duration_text(seconds)}, str(rule.get("incident")))
            said = f"{text}, for up to {duration_text(_rounded(longest))}; {duration_text(hold)} are held"
            yield Suggestion(
                "queue-longer", "queue", Reason(code="hold_longer", text=said, values=values), zones
            )
            return


def _stood(each: Marked) -> float:
    return NEVER if each.until is None else each.until - each.since


def _below(those: Sequence[float], seconds: float) -> int:
    return sum(each < seconds for each in those)


def _rounded(seconds: float) -> float:
    """Up, to what people write: 5 s, from five minutes on 30 s."""
    step = 5.0 if seconds < 300 else 30.0
    return step * -(-seconds // step)
