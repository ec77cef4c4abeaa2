"""A lane that is told something else between two looks: new zones, rules or names, and the same life."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from broker.events import Audit, ClockQuality, Reason
from edge import assembly
from edge.answering import Answering
from edge.drafts import Batch
from edge.journal.beginning import begin
from edge.perception.observer import Observer
from edge.photographs import Photographer
from edge.pipeline import Pipeline
from edge.rounds import Lane
from edge.settings import SourceSettings
from edge.steps import Lookout


@dataclass(frozen=True, slots=True)
class Redrawing:
    """Everything new of one lane that can fail to be made, before anything of the old is given up."""

    lane: Lane
    source: SourceSettings
    lookouts: Sequence[Lookout]
    eyes: Observer
    camera: Photographer | None


def prepared(
    lane: Lane, source: SourceSettings, models: assembly.Models, camera: Photographer | None
) -> Redrawing:
    """camera: what takes its pictures from now on. Raises whatever goes wrong; the lane is as it was then."""
    eyes = assembly.redrawn(lane.eyes, lane.source, source, models)
    return Redrawing(lane, source, assembly.lookouts(source), eyes, camera)


def redraw(new: Redrawing, made_by: Audit, utc: float, quality: ClockQuality) -> Batch:
    """Swap it in; returns the last words of what goes. On the thread that looks."""
    lane, old = new.lane, new.lane.pipeline
    gone = going(lane, new.lookouts)
    words = ended(lane, gone, new.lookouts, utc, quality)
    answering = lane.answering or Answering(new.source, None, made_by, 0)
    pipeline = Pipeline(new.source, new.eyes, new.lookouts, new.camera, made_by, lane.writer, answering)
    pipeline.resume(_without(old.snapshot(deep=True), gone, new.lookouts))
    pipeline.observations = old.observations
    answering.redraw(new.source, made_by, None if new.camera is None else new.camera.place)
    lane.writer.turn(partial(begin, new.source, pipeline, made_by))
    lane.source, lane.pipeline, lane.eyes, lane.camera = new.source, pipeline, new.eyes, new.camera
    lane.want()
    return words


def going(lane: Lane, staying: Sequence[Lookout]) -> list[Lookout]:
    """The rules of a lane that are not among those that stay."""
    kept = {_same(lookout) for lookout in staying}
    return [lookout for lookout in lane.pipeline.lookouts if _same(lookout) not in kept]


def ended(
    lane: Lane, gone: Sequence[Lookout], staying: Sequence[Lookout], utc: float, quality: ClockQuality
) -> Batch:
    """The last words of what no rule will hold any more."""
    zones = {lookout.zone.id for lookout in staying}
    words = Batch()
    for lookout in gone:
        what = "rule" if lookout.zone.id in zones else "zone"
        words = words.then(lane.pipeline.end([lookout], _why(what), utc, quality))
    return words


def _same(lookout: Lookout) -> tuple[str, str, str]:
    """Under this it goes on: another kind of rule, or of incident, is another one."""
    return lookout.key, lookout.settings.kind, lookout.settings.incident


def _why(gone: str) -> Reason:
    text = f"its {gone} is not watched any more; whether the place is empty was not seen"
    return Reason(code=f"{gone}_removed", text=text)


def _without(snapshot: bytes, gone: Sequence[Lookout], staying: Sequence[Lookout]) -> bytes:
    """The state without rules that have become others: those must not take up what these held."""
    state = json.loads(snapshot)
    keys = {lookout.key for lookout in gone} & {lookout.key for lookout in staying}
    state["rules"] = {key: rule for key, rule in state["rules"].items() if key not in keys}
    return json.dumps(state, separators=(",", ":")).encode()
