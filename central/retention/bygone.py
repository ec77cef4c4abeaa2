"""What comes of things that were erased. Pure.

An event that was here once must not found a ticket when it comes again years later, though nothing of what it
said is kept. Its id and hash stay for long, as does the name of its situation: so it is known as a repeat,
and another event of that situation as too late. Afterwards only its place in its node's sequence stays, as
ranges: a node gives no place twice, so what comes with it was here.
"""

from collections.abc import Collection, Iterable

from broker.events import Reason
from central.gaps import Span

ERASED = Reason(
    code="erased", text="what it belongs to was erased when its time was over; nothing follows from it"
)
TAKEN_BEFORE = Reason(
    code="place_was_taken", text="its place in the sequence was taken by an event that was erased since"
)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same places in as few spans as can be, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.first <= found[-1].last + 1:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def lies_in(place: int, spans: Collection[Span]) -> bool:
    """Whether one of them has it."""
    return any(span.first <= place <= span.last for span in spans)
