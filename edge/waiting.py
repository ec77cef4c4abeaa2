"""What waits in memory while the disk takes nothing: bounded, what is left out is counted. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from broker.events import IncidentUpdated
from edge.drafts import Batch, Draft, Upload
from edge.offering import pictures_of

MOST_EVENTS = 10_000
MOST_BYTES = 16_000_000  # as they would be written; in memory they take several times that
AFTER = 0.9  # of either, once something was left out: so it is not looked for with every event


@dataclass
class Waiting:
    """Events in order, pictures they belong to, and of every source the later state.

    Beyond its bounds an update goes when the same situation has a later one, which says all that it said;
    so every situation keeps its opening, its newest update and its clearing. Only if that is not enough the
    oldest events are lost, and their number is kept until it is told.
    """

    most_events: int = MOST_EVENTS
    most_bytes: int = MOST_BYTES
    outdated: int = 0
    lost: int = 0
    _events: list[tuple[Draft, int]] = field(default_factory=list)
    _uploads: dict[str, Upload] = field(default_factory=dict)
    _snapshots: dict[str, bytes] = field(default_factory=dict)
    _bytes: int = 0

    def __len__(self) -> int:
        return len(self._events)

    def __bool__(self) -> bool:
        return bool(self._events or self._uploads or self._snapshots or self.lost)

    @property
    def left_out(self) -> str:
        """What to tell of it, behind what else there is to say."""
        told = f"; {self.lost} events are lost, memory is full" if self.lost else ""
        return told + (f"; of {self.outdated} updates only a later one is kept" if self.outdated else "")

    def add(self, batch: Batch, sizes: Sequence[int]) -> None:
        """After everything that is there. sizes: bytes of each of its events."""
        self._events += zip(batch.drafts, sizes, strict=True)
        self._bytes += sum(sizes)
        self._uploads |= {upload.sha256: upload for upload in batch.uploads}
        self._snapshots |= batch.snapshots
        if not self._fits(1.0):
            self._shrink()

    def batch(self) -> Batch:
        """All of it, to be committed at once."""
        drafts = tuple(draft for draft, _ in self._events)
        return Batch(drafts, tuple(self._uploads.values()), dict(self._snapshots), self.lost)

    def _fits(self, share: float) -> bool:
        return len(self) <= share * self.most_events and self._bytes <= share * self.most_bytes

    def _shrink(self) -> None:
        newest = {
            draft.subject: n for n, (draft, _) in enumerate(self._events) if draft.model is IncidentUpdated
        }
        self.outdated += self._keep(lambda n, draft: newest.get(draft.subject, n) == n or not _update(draft))
        count, left = len(self), self._bytes
        for _, size in self._events:
            if count <= AFTER * self.most_events and left <= AFTER * self.most_bytes:
                break
            count, left = count - 1, left - size
        gone = len(self) - count
        self.lost += self._keep(lambda n, _: n >= gone)

    def _keep(self, wanted: Callable[[int, Draft], bool]) -> int:
        """Leave out all others, and the pictures that none of these shows; how many that were."""
        kept = [(d, size) for n, (d, size) in enumerate(self._events) if wanted(n, d)]
        shown = {picture.sha256 for draft, _ in kept for picture in pictures_of(draft.data)}
        before = {picture.sha256 for draft, _ in self._events for picture in pictures_of(draft.data)}
        for sha256 in before - shown:
            self._uploads.pop(sha256, None)
        gone = len(self._events) - len(kept)
        self._events, self._bytes = kept, sum(size for _, size in kept)
        return gone


def _update(draft: Draft) -> bool:
    return draft.model is IncidentUpdated
