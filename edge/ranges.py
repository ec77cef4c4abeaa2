"""Intervals of sequence numbers. Pure."""

from collections.abc import Iterable

from broker.events import SequenceRange


def ranges_of(numbers: Iterable[tuple[str, int]]) -> list[SequenceRange]:
    """(epoch, sequence) pairs as the fewest intervals."""
    result: list[SequenceRange] = []
    for epoch, sequence in sorted(set(numbers)):
        if result and result[-1].epoch == epoch and result[-1].last == sequence - 1:
            result[-1] = SequenceRange(epoch=epoch, first=result[-1].first, last=sequence)
        else:
            result.append(SequenceRange(epoch=epoch, first=sequence, last=sequence))
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
