"""What a node committed on each day, kept as it is committed, so that a day's digest costs nothing. Pure.

A day is the UTC date of `recordedtime`. It is told once it has been over for five minutes, which is as far
as a clock may be set back over midnight without a second telling. What the clock stamps into a day that was
told (it was set back further, or the day began again) makes an amended digest: the whole day once more. A day
that lies ahead, because the clock ran ahead, is not told before it has come and gone.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from broker.daysums import body_value, folded, written
from broker.events import Digest, SequenceRange
from broker.fields import utc
from edge.drafts import Stamped, event_id

AFTER_MIDNIGHT_S = 300.0
MOST_RANGES = 1000  # that one digest may name


@dataclass(frozen=True, slots=True)
class Run:
    """Events of one day that follow each other in one epoch. `bodies`: their sum as the digest defines it."""

    day: str
    epoch: str
    first: int
    last: int
    bodies: int

    def then(self, later: "Run") -> "Run | None":
        """Both as one, when `later` goes on where this one ends."""
        if (self.day, self.epoch, self.last + 1) != (later.day, later.epoch, later.first):
            return None
        return replace(self, last=later.last, bodies=folded(self.bodies + later.bodies))


def day_of(recorded: float) -> str:
    """The UTC date of a commit (seconds since 1970), as its events carry it."""
    return utc(recorded).date().isoformat()


def last_over(now: float) -> str:
    """The last day that has been over for long enough to be told."""
    return day_of(now - AFTER_MIDNIGHT_S - 86_400.0)


def runs_of(events: Iterable[tuple[str, Stamped]]) -> list[Run]:
    """(day, event) pairs in order as the fewest runs."""
    return joined(Run(day, e.epoch, e.sequence, e.sequence, body_value(e.id, e.sha256)) for day, e in events)


def joined(runs: Iterable[Run]) -> list[Run]:
    """Runs in order, those that go on where another ends as one with it."""
    result: list[Run] = []
    for run in runs:
        whole = result[-1].then(run) if result else None
        if whole is None:
            result.append(run)
        else:
            result[-1] = whole
    return result


def digests(source: str, day: str, runs: Sequence[Run]) -> Iterator[Digest]:
    """A day's digest; several, each of its own ranges, for a day of very many restarts."""
    ordered = joined(sorted(runs, key=lambda run: (run.epoch, run.first)))
    for first in range(0, len(ordered), MOST_RANGES):
        yield _digest(source, day, ordered[first : first + MOST_RANGES])


def _digest(source: str, day: str, runs: Sequence[Run]) -> Digest:
    ids = hashlib.sha256()
    for run in runs:
        for sequence in range(run.first, run.last + 1):
            ids.update(f"{event_id(source, run.epoch, sequence)}\n".encode())
    return Digest(
        day=day,
        ranges=[SequenceRange(epoch=run.epoch, first=run.first, last=run.last) for run in runs],
        events=sum(run.last - run.first + 1 for run in runs),
        sha256=ids.hexdigest(),
        bodies=written(sum(run.bodies for run in runs)),
    )
