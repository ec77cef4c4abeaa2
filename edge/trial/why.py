"""Why, and why not: the candidates of a period at a source, by what runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from broker.asks import Candidate, SeenLook, Stretch
from edge.trial.draft import Tryable
from edge.trial.film import film
from edge.trial.ladder import Ladders
from edge.trial.line import Line
from edge.trial.road import Road, Walk
from edge.trial.stretches import Stretches


@dataclass(frozen=True, slots=True)
class Explained:
    """left_out: candidates that there was no room for."""

    candidates: Sequence[Candidate]
    stretches: Sequence[Stretch]
    left_out: int


def explained(
    directory: Path, now: Tryable, since: float, until: float, walk: Walk, most: int = 200
) -> Explained:
    """Raises UnknownVersion, OSError, and LookupError where a segment goes from the disk meanwhile."""
    road = Road(directory, now.source.id, since, until, walk)
    stretches = Stretches(since, until)
    ladders = Ladders(lambda: line.lookouts, since, until)
    line = Line(now.name, now.source, now.sha, road.pictures(), ladders.look)
    begun = False
    for stage in road.stages():
        if stage.begin is not None:
            line.begin(stage.begin)
        line.go(stage.past, stage.end, stage.limit)
        if stage.end and not begun:
            stretches.first(float(stage.past.utc[0]))
            begun = True
        stretches.add(stage)
    candidates = list(ladders.candidates(most))
    return Explained(candidates, stretches.all(), ladders.left_out)


def filmed(
    directory: Path, source: str, since: float, until: float, walk: Walk, most: int
) -> tuple[list[SeenLook], list[Stretch]]:
    """Raises as `explained`."""
    road = Road(directory, source, since, until, walk)
    stages = list(road.stages())
    stretches = Stretches(since, until)
    for stage in stages:
        stretches.add(stage)
    return film(stages, since, most), stretches.all()
