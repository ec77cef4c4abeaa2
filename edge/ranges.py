"""Intervals of sequence numbers. Pure."""

from collections.abc import Iterable

from broker.events import SequenceRange


def ranges_of(numbers: Iterable[tuple[str, int]]) -> list[SequenceRange]:
    """(epoch, sequence) pairs as the fewest intervals."""
    return joined(SequenceRange(epoch=epoch, first=n, last=n) for epoch, n in numbers)


def joined(ranges: Iterable[SequenceRange]) -> list[SequenceRange]:
    """Intervals that may touch and overlap as the fewest, in order."""
    result: list[SequenceRange] = []
    for part in sorted(ranges, key=lambda part: (part.epoch, part.first)):
        if result and result[-1].epoch == part.epoch and part.first <= result[-1].last + 1:
            last = max(result[-1].last, part.last)
            result[-1] = result[-1].model_copy(update={"last": last})
        else:
            result.append(part)
    return result


def missing(wanted: SequenceRange, present: Iterable[int]) -> list[SequenceRange]:
    """The parts of `wanted` that are not in `present` (ascending)."""
    result: list[SequenceRange] = []
    first = wanted.first
    for sequence in present:
        if sequence > first:
            result.append(SequenceRange(epoch=wanted.epoch, first=first, last=sequence - 1))
        first = max(first, sequence + 1)
    if first <= wanted.last:
        result.append(SequenceRange(epoch=wanted.epoch, first=first, last=wanted.last))
    return result
