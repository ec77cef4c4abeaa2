"""What stands before a place."""

from collections.abc import Iterable

from edge.checks import reasons
from edge.checks.look import Look, Sight
from edge.geometry import area, overlap
from edge.observation import Box

COVER = 0.3  # of the place: then what stands there may not be seen


def share_of(box: Box, by: Box) -> float:
    """How much of a box another covers."""
    return overlap(box, by) / max(area(box), 1e-9)


def hidden(box: Box, look: Look, others: Iterable[Box]) -> Sight | None:
    """Whether the place is hidden: by the view's own trouble, by somebody, or by one of the others."""
    blind = max((share_of(box, b) for b in look.seen.view.blind), default=0.0)
    if blind >= COVER:
        return Sight("hidden", reasons.part_hidden(blind))
    most = max((share_of(box, b) for b in (*look.seen.hidden, *others)), default=0.0)
    return Sight("hidden", reasons.occluded(most)) if most >= COVER else None
