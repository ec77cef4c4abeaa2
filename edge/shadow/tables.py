"""What came of two models on a film, as lines that people read. Pure."""

from collections.abc import Iterator, Sequence

from broker.messages import ShadowThings
from edge.shadow.openings import Opening, Openings

HEAD = ("label", "both", "running alone", "shadow alone", "renamed", "IoU", "score", "shadow's")


def things(found: Sequence[ShadowThings]) -> list[str]:
    """One row a label."""
    rows = [HEAD, *(_row(each) for each in found)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    lines = ("  ".join(map(str.ljust, row, widths)) for row in rows)
    return [line.rstrip() for line in lines]


def _row(one: ShadowThings) -> tuple[str, ...]:
    counts = (one.both, one.only_running, one.only_shadow, one.renamed)
    means = (one.iou, one.score, one.shadow_score)
    return (one.label, *map(str, counts), *("-" if mean is None else f"{mean:.3f}" for mean in means))


def openings(found: Openings) -> Iterator[str]:
    """How many are the same, and those that are not."""
    alone = (len(found.only_running), len(found.only_shadow))
    by_one = f"{alone[0]} by the running one alone, {alone[1]} by the shadow alone"
    yield f"opened: {len(found.both)} by both, {by_one}"
    for who, ones in (("running alone", found.only_running), ("shadow alone", found.only_shadow)):
        yield from (f"  {who}: {_words(one)}" for one in ones)


def _words(one: Opening) -> str:
    until = "the end" if one.until is None else f"{one.until:.1f} s"
    return f"{one.kind} in {one.source} {one.zone} ({one.rule}), {one.t:.1f} s to {until}"
