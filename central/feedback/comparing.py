"""What zones that were tried would have told, held against what people say of what was told. Pure.

A situation of a trial is a marked one if the node says so (`same`), else if it is of the same kind at about
the same place for at least half of the shorter one's time. Each is matched once, the surest pairs first.

Precision and recall are of what is marked alone. What nobody has marked is counted as unknown, and a mark
that neither today's zones nor those that were tried tell of (no journal, or the camera was away then) says
nothing about either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from broker.asks import Supposed
from central.correlation.sightings import Box, overlap_of
from central.feedback.marks import Mark

Outcome = Literal["kept", "dropped", "added", "missing", "untold"]
SAME_BOX = 0.3  # overlap over union
SAME_TIME = 0.5  # of the shorter one


@dataclass(frozen=True, slots=True)
class Marked:
    """A situation that people have marked, or something missed. situation: its id at the node.

    since, until: seconds since 1970, until None while it stands; told: when it was opened.
    """

    mark: Mark
    kind: str
    since: float
    told: float
    until: float | None = None
    situation: str | None = None
    zone: str | None = None
    box: Box | None = None
    why: str | None = None
    things: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Thing:
    """One situation in time and in the picture. names: by which it may be known."""

    kind: str
    since: float
    until: float
    box: Box | None
    zone: str | None
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of one mark. now, then: whether today's zones and those that were tried tell of it.

    dark: the trial has nothing of its time.
    """

    marked: Marked
    now: bool
    then: bool
    dark: bool = False

    @property
    def outcome(self) -> Outcome:
        """missing: it was missed, and still would be. untold: the trial cannot say."""
        if self.now:
            return "kept" if self.then else "dropped"
        if self.then:
            return "added"
        return "missing" if self.marked.mark == "missed" and not self.dark else "untold"


@dataclass(frozen=True, slots=True)
class Compared:
    """One variant against the marks. new: situations that it adds and nobody has marked; gone: that it drops.

    Both are ids of the trial. unknown: how many of all that it tells nobody has marked.
    """

    variant: str
    situations: int
    judged: tuple[Judgement, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    unknown: int

    def count(self, mark: Mark, *outcomes: Outcome) -> int:
        """How many marks came to one of these."""
        return sum(each.marked.mark == mark and each.outcome in outcomes for each in self.judged)

    @property
    def precision(self) -> float | None:
        """Of what it tells and people have marked, the share that is right."""
        right, wrong = (self.count(mark, "kept", "added") for mark in ("right", "false_alarm"))
        right += self.count("missed", "kept", "added")
        return right / (right + wrong) if right + wrong else None

    @property
    def recall(self) -> float | None:
        """Of what people know to have been there, the share that it tells."""
        told = self.count("right", "kept", "added") + self.count("missed", "kept", "added")
        known = told + self.count("right", "dropped") + self.count("missed", "dropped", "missing")
        return told / known if known else None

    @property
    def score(self) -> float:
        """For ranking: false alarms that go, each right one that goes counting twice against it."""
        gone = self.count("false_alarm", "dropped") - self.count("false_alarm", "added")
        found = self.count("missed", "added") - self.count("missed", "dropped")
        return gone + found - 2.0 * self.count("right", "dropped")


def compare(
    trial: Iterable[Supposed],
    marks: Sequence[Marked],
    *,
    variants: Sequence[str] = (),
    dark: Sequence[tuple[float, float]] = (),
    now: str = "now",
) -> list[Compared]:
    """Every variant of a trial, `now` among them, which is what runs today. variants: also these, in order.

    dark: times of which the trial has nothing. Without `now` in the trial, what was marked counts as told
    today, and what was missed as not.
    """
    by_variant: dict[str, list[Supposed]] = {name: [] for name in variants}
    for each in trial:
        by_variant.setdefault(each.variant, []).append(each)
    today = by_variant.get(now)
    judging = [(each, _lies_in(each, dark)) for each in marks]
    return [_compared(name, told, today, judging) for name, told in by_variant.items()]


def _compared(
    name: str,
    told: Sequence[Supposed],
    today: Sequence[Supposed] | None,
    judging: Sequence[tuple[Marked, bool]],
) -> Compared:
    marks = [each for each, _ in judging]
    then = matched([_of_mark(each) for each in marks], [_of_trial(each) for each in told])
    before = _told_today(today, marks)
    judged = tuple(Judgement(each, n in before, n in then, dark) for n, (each, dark) in enumerate(judging))
    marked = set(then.values())
    unmarked = [n for n in range(len(told)) if n not in marked]
    if today is None:
        return Compared(name, len(told), judged, (), (), len(unmarked))
    known = matched([_of_trial(each) for each in today], [_of_trial(each) for each in told])
    marked_today, kept = set(before.values()), set(known.values())
    gone = (n for n in range(len(today)) if n not in known and n not in marked_today)
    new = tuple(told[n].situation for n in unmarked if n not in kept)
    return Compared(name, len(told), judged, new, tuple(today[n].situation for n in gone), len(unmarked))


def _told_today(today: Sequence[Supposed] | None, marks: Sequence[Marked]) -> Mapping[int, int]:
    """Which of the marks the zones of today tell of, and as which of their situations."""
    if today is None:
        return {n: n for n, each in enumerate(marks) if each.mark != "missed"}
    return matched([_of_mark(each) for each in marks], [_of_trial(each) for each in today])


def _lies_in(mark: Marked, dark: Sequence[tuple[float, float]]) -> bool:
    """Whether at least half of its time does; of what stands the time until it was told."""
    until = mark.told if mark.until is None else mark.until
    if until <= mark.since:
        return any(begins <= mark.since <= ends for begins, ends in dark)
    hidden = sum(max(0.0, min(until, ends) - max(mark.since, begins)) for begins, ends in dark)
    return hidden >= SAME_TIME * (until - mark.since)


def matched(these: Sequence[Thing], those: Sequence[Thing]) -> Mapping[int, int]:
    """Which of these is which of those, each at most once: by name first, then by time and place."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    by_name = {name: n for n, each in enumerate(those) for name in sorted(each.names)}
    for n, each in enumerate(these):
        named = sorted(by_name[name] for name in each.names if name in by_name)
        if other := [one for one in named if one not in taken]:
            found[n] = other[0]
            taken.add(other[0])
    pairs = _near([n for n in range(len(these)) if n not in found], these, those, taken)
    for _, n, other_n in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if n not in found and other_n not in taken:
            found[n] = other_n
            taken.add(other_n)
    return found


def _near(
    left: Sequence[int], these: Sequence[Thing], those: Sequence[Thing], taken: set[int]
) -> Iterable[tuple[float, int, int]]:
    """Pairs that may be one, with how sure that is."""
    free: dict[str, list[int]] = {}
    for n, each in enumerate(those):
        if n not in taken:
            free.setdefault(each.kind, []).append(n)
    for n in left:
        for other in free.get(these[n].kind, ()):
            if (likeness := _likeness(these[n], those[other])) > 0:
                yield likeness, n, other


def _likeness(a: Thing, b: Thing) -> float:
    """0: they are two. Time and place both count."""
    shared = min(a.until, b.until) - max(a.since, b.since)
    shorter = min(a.until - a.since, b.until - b.since)
    if shared < 0 or (shorter > 0 and shared / shorter < SAME_TIME and shared != inf):
        return 0.0
    if a.box is None or b.box is None:
        return 0.1 if a.zone == b.zone else 0.0
    overlap = overlap_of(a.box, b.box)
    return 1.0 + overlap if overlap >= SAME_BOX else 0.0


def _of_trial(each: Supposed) -> Thing:
    until = inf if each.cleared is None else each.cleared.timestamp()
    names = frozenset((each.same,)) if each.same is not None else frozenset[str]()
    return Thing(each.kind, each.since.timestamp(), until, each.box, each.zone, names)


def _of_mark(each: Marked) -> Thing:
    until = inf if each.until is None else each.until
    names = frozenset((each.situation,)) if each.situation is not None else frozenset[str]()
    return Thing(each.kind, each.since, until, each.box, each.zone, names)
