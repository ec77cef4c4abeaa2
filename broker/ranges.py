"""Intervals of sequence numbers. Pure."""

from collections.abc import Iterable, Iterator, Sequence

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


def missing(wanted: SequenceRange, present: Iterable[int]) -> Iterator[SequenceRange]:
    """The parts of `wanted` that are not in `present` (ascending)."""
    first = wanted.first
    for sequence in present:
        if sequence > first:
            yield SequenceRange(epoch=wanted.epoch, first=first, last=sequence - 1)
        first = max(first, sequence + 1)
    if first <= wanted.last:
        yield SequenceRange(epoch=wanted.epoch, first=first, last=wanted.last)


def without(ranges: Iterable[SequenceRange], known: Sequence[SequenceRange]) -> Iterator[SequenceRange]:
    """What of `ranges` is not in `known`; both in order and without overlaps."""
    at = 0
    for part in ranges:
        first = part.first
        while at < len(known) and (known[at].epoch, known[at].last) < (part.epoch, first):
            at += 1
        ahead = at  # one that is known may reach into the next part
        while ahead < len(known) and (known[ahead].epoch, known[ahead].first) <= (part.epoch, part.last):
            if known[ahead].first > first:
                yield SequenceRange(epoch=part.epoch, first=first, last=known[ahead].first - 1)
            first = max(first, known[ahead].last + 1)
            ahead += 1
        at = max(at, ahead - 1)
        if first <= part.last:
            yield SequenceRange(epoch=part.epoch, first=first, last=part.last)
