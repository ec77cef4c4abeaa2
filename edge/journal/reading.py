"""Reads a journal, also one that is being written: what is broken is passed over and told."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from edge.journal import blocks
from edge.journal.blocks import BEGIN, PICTURED, Block
from edge.journal.columns import Damaged
from edge.journal.entries import Begin, Entry, Happened, Lost, Pictured, Run
from edge.journal.segments import Segment, read_blocks, segments
from edge.observation import Observation

Span = tuple[float, float]
ALL: Span = (float("-inf"), float("inf"))


def read(
    directory: Path, source: str, since: float | None = None, until: float | None = None
) -> Iterator[Entry | Observation]:
    """The entries of a source in order, looks one by one as they were observed.

    since, until: UTC seconds. The first entry is the Begin of the segment in which `since` lies. Raises
    UnknownVersion, OSError.
    """
    for entry in read_runs(directory, source, since, until):
        if isinstance(entry, Run):
            yield from entry.looks()
        else:
            yield entry


def read_runs(
    directory: Path, source: str, since: float | None = None, until: float | None = None
) -> Iterator[Entry]:
    """As `read`, but looks in a row with one answer come as one Run, to be passed through at once."""
    span = (ALL[0] if since is None else since, ALL[1] if until is None else until)
    for segment in reaching(segments(directory / source), span[0]):
        for entry in entries(segment, source, span):
            yield from _within(entry, span)


def reaching(found: Sequence[Segment], low: float) -> Sequence[Segment]:
    """The segments from the one in which a time lies."""
    before = [n for n, segment in enumerate(found) if 0.0 < segment.start <= low]
    return found[before[-1] if before else 0 :]


def entries(segment: Segment, source: str, span: Span = ALL) -> Iterator[Entry]:
    """What a segment holds; blocks that lie outside the span are left out unless a Begin is in them."""
    broken: Damaged | None = None
    for block in read_blocks(segment):
        if broken is not None:
            number = block.number if isinstance(block, Block) else None
            yield Lost(f"{segment.name}: {broken}", number)
        broken = block if isinstance(block, Damaged) else None
        if not isinstance(block, Block):
            continue
        if span == ALL or block.has(BEGIN) or (block.since <= span[1] and block.until >= span[0]):
            yield from _decoded(segment, block, source)
    if broken is not None:
        yield Lost(f"{segment.name}: {broken}")


def begin_of(segment: Segment, source: str) -> Begin | None:
    """What a segment begins with; None where that is lost."""
    first = next(iter(read_blocks(segment)), None)
    if not isinstance(first, Block) or not first.has(BEGIN):
        return None
    return next((entry for entry in _decoded(segment, first, source) if isinstance(entry, Begin)), None)


def pictures(found: Sequence[Segment], source: str) -> Iterator[Pictured]:
    """Every word about a picture; blocks without one cost next to nothing."""
    for segment in found:
        for block in read_blocks(segment):
            if isinstance(block, Block) and block.has(PICTURED):
                told = _decoded(segment, block, source)
                yield from (entry for entry in told if isinstance(entry, Pictured))


def _decoded(segment: Segment, block: Block, source: str) -> Iterator[Entry]:
    try:
        yield from blocks.decode(block, source)
    except Damaged as error:
        yield Lost(f"{segment.name}: {error}")


def _within(entry: Entry, span: Span) -> Iterator[Entry]:
    if span == ALL:
        yield entry
    elif isinstance(entry, Run):
        yield from _cut(entry, span)
    elif not isinstance(entry, Happened) or span[0] <= entry.utc <= span[1]:
        yield entry


def _cut(run: Run, span: Span) -> Iterator[Run]:
    """The looks of a run that lie within; times need not grow."""
    start: int | None = None
    for n in range(len(run) + 1):
        inside = n < len(run) and span[0] <= run.utc[n] <= span[1]
        if inside and start is None:
            start = n
        elif not inside and start is not None:
            yield run.part(start, n)
            start = None
