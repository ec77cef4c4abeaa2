"""What several sets of zones would have told of a period, in one pass over what was seen."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import shapely

from broker.asks import Supposed, Trial, Tried
from broker.events import Reason
from broker.fields import utc
from edge.settings import SourceSettings
from edge.trial.draft import NOW, Tryable
from edge.trial.line import Line, Word
from edge.trial.road import Road, Stage, Walk
from edge.trial.stretches import Stretches

# Rules that begin with nothing need to see who waits and who parks before they are compared with others.
LEAD_S: Final = 3600.0
_ELSEWHERE: Final = 0.05  # of a zone

Progress = Callable[[float, int], None]


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation that a line told: its first word, and its last where it has ended."""

    opened: Word
    cleared: Word | None

    @property
    def end(self) -> float:
        """UTC seconds."""
        return float("inf") if self.cleared is None else self.cleared.utc


@dataclass(frozen=True, slots=True)
class Result:
    """What the trial came to; situations: those of each variant that there is room for."""

    trial: Trial
    situations: list[Supposed]


class Backtest:
    """Tries variants on a source's journal between two times (UTC seconds).

    now: the source as it runs. walk: makes the Past of a segment. progress: called after each segment with
    the share that is done, and the looks.
    """

    def __init__(
        self,
        directory: Path,
        now: Tryable,
        variants: Sequence[Tryable],
        since: float,
        until: float,
        walk: Walk,
        progress: Progress | None = None,
    ) -> None:
        self._since, self._until = since, until
        self._road = Road(directory, now.source.id, since - LEAD_S, until, walk)
        self._progress = progress
        pictures = self._road.pictures()
        self._shown = {situation for situation, _, _ in pictures}
        self._now = now
        self._variants = list(variants)
        self._lines = [Line(one.name, one.source, one.sha, pictures) for one in variants]
        self._resumed: dict[str, tuple[str, str]] = {}
        self._looks, self._first, self._last = 0, 0.0, 0.0
        self._ground = False
        self._others: set[str] = set()
        self._stretches = Stretches(since, until)

    def run(self, most: int = 500) -> Result:
        """Raises UnknownVersion, OSError, and LookupError where a segment goes from the disk meanwhile."""
        began = time.monotonic()
        count = len(self._road.segments)
        for n, stage in enumerate(self._road.stages(), 1):
            self._go(stage)
            if self._progress is not None:
                self._progress(n / count, self._looks)
        told = {line.name: list(situations_of(line.told)) for line in self._lines}
        alive = told.get(NOW, [])
        each = max(1, most // max(1, len(self._lines)))
        tried, situations = [], []
        for line, variant in zip(self._lines, self._variants, strict=True):
            found = [s for s in told[line.name] if self._since <= s.opened.utc <= self._until]
            situations += [self._supposed(line.name, one, alive) for one in found[:each]]
            tried.append(self._tried(variant, found, each))
        trial = Trial(
            tried=tried,
            looks=self._looks,
            film_s=round(max(0.0, self._last - self._first), 3),
            seconds=round(time.monotonic() - began, 3),
            stretches=self._stretches.all(),
        )
        return Result(trial, situations)

    def _go(self, stage: Stage) -> None:
        past = stage.past
        for line in self._lines:
            if stage.begin is not None:
                line.begin(stage.begin)
            if line.name == NOW:
                self._resumed.update(line.open())
            line.go(past, stage.end, stage.limit)
        if stage.end:
            if not self._looks:
                self._first = float(past.utc[0])
                self._stretches.first(self._first)
            self._looks += stage.end
            self._last = float(past.utc[stage.end - 1])
            self._ground = self._ground or bool(past.regions[: stage.end].any())
        if stage.begin is not None:
            self._others.add(stage.begin.audit.configuration or "")
        self._stretches.add(stage)

    def _supposed(self, variant: str, one: Situation, alive: Sequence[Situation]) -> Supposed:
        word, last = one.opened, one.cleared or one.opened
        data = word.incident
        zone = data.zone.id if data.zone else ""
        reasons = [*data.reasons[:7], *(one.cleared.incident.reasons[:1] if one.cleared else ())]
        same = self._same(one, alive)
        evidence = list(data.evidence) or [
            picture
            for other in alive
            if other.opened.situation == same
            for picture in other.opened.incident.evidence
        ]
        return Supposed(
            variant=variant,
            situation=word.situation,
            same=same,
            zone=zone,
            rule=data.rule.id,
            kind=data.kind,
            label=data.objects[0].label if data.objects else None,
            since=data.since,
            opened=utc(word.utc),
            cleared=utc(one.cleared.utc) if one.cleared else None,
            box=data.box,
            observed_s=last.incident.observed_s or 0.0,
            coverage=last.incident.coverage or 0.0,
            reasons=reasons,
            evidence=evidence[:4],
        )

    def _same(self, one: Situation, alive: Sequence[Situation]) -> str | None:
        """The live situation that it is: by its id, or else one of the kind at that place at that time."""
        word = one.opened
        name, kind = word.situation, word.incident.kind
        if name in self._shown or name in self._resumed or any(o.opened.situation == name for o in alive):
            return name
        for other in alive:
            told = other.opened
            at_once = told.utc <= one.end and word.utc <= other.end
            if told.key == word.key and told.incident.kind == kind and at_once:
                return told.situation
        return next((s for s, what in self._resumed.items() if what == (word.key, kind)), None)

    def _tried(self, variant: Tryable, found: Sequence[Situation], most: int) -> Tried:
        kinds = Counter(one.opened.incident.kind for one in found)
        warnings = [*self._warnings(variant)] if variant.name != NOW else [*self._written_otherwise()]
        return Tried(
            variant=variant.name,
            situations=len(found),
            told=min(most, len(found)),
            by_kind=dict(sorted(kinds.items())),
            warnings=warnings[:16],
        )

    def _written_otherwise(self) -> Iterator[Reason]:
        if self._now.sha is not None and self._others - {self._now.sha}:
            text = "part of this time another configuration ran; what runs now judges it too"
            yield Reason(code="other_configuration", text=text)

    def _warnings(self, variant: Tryable) -> Iterator[Reason]:
        """Where what was seen may not be enough: the eyes looked for what the zones of then asked for."""
        rules = [rule for zone in variant.source.zones for rule in zone.rules]
        if any(rule.of_ground for rule in rules) and not self._ground and not _of_ground(self._now.source):
            text = "nobody watched the ground then: what is left there without a name cannot be found"
            yield Reason(code="ground_not_watched", text=text)
        known = shapely.union_all([shapely.Polygon(zone.polygon) for zone in self._now.source.zones])
        for zone in variant.source.zones:
            shape = shapely.Polygon(zone.polygon)
            off = shapely.area(shapely.difference(shape, known)) / shape.area
            if off > _ELSEWHERE:
                text = f"{off:.0%} of zone {zone.id} lies outside of today's: small things may be missed"
                yield Reason(code="not_looked_closely", text=text, values={"share": round(off, 3)})


def _of_ground(source: SourceSettings) -> bool:
    return any(rule.of_ground for zone in source.zones for rule in zone.rules)


def situations_of(told: Sequence[Word]) -> Iterator[Situation]:
    """What was opened, in order, each with what ended it. What was open before the first word is no part."""
    ends: dict[int, Word] = {}
    opened: list[tuple[int, Word]] = []
    running: dict[str, int] = {}
    for n, word in enumerate(told):
        if word.phase == "opened":
            running[word.situation] = n
            opened.append((n, word))
        elif word.phase == "cleared" and word.situation in running:
            ends[running.pop(word.situation)] = word
    return (Situation(word, ends.get(n)) for n, word in opened)
