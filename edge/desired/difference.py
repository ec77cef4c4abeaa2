"""What of a new configuration can be taken up while everything runs on. Pure."""

from dataclasses import dataclass

from edge.asked.plain import HOT
from edge.configured import EdgeSettings
from edge.desired.reach import HOT_PARTS
from edge.settings import SourceSettings


@dataclass(frozen=True, slots=True)
class Difference:
    """hot: whether nothing has to be started anew. changed: the sources that are told something else."""

    hot: bool
    changed: tuple[str, ...]


def difference(now: EdgeSettings, then: EdgeSettings) -> Difference:
    """Between what runs and what is to run."""
    before = {source.id: source for source in now.sources}
    after = {source.id: source for source in then.sources}
    changed = tuple(name for name, source in after.items() if before.get(name) != source)
    hot = before.keys() == after.keys() and _rest(now) == _rest(then)
    return Difference(hot and all(_same_stream(before[name], after[name]) for name in changed), changed)


def _rest(settings: EdgeSettings) -> EdgeSettings:
    return settings.model_copy(update={"sources": [], **dict.fromkeys(HOT_PARTS)})


def _same_stream(before: SourceSettings, after: SourceSettings) -> bool:
    if type(before) is not type(after):
        return False
    known = {name: getattr(before, name) for name in HOT if name in type(before).model_fields}
    return after.model_copy(update=known) == before
