"""What a detector answered, as the ledger takes it. One that is given again is not taken apart again."""

from edge.ledger.history import Look, Row, spots_of
from edge.ledger.settings import LedgerSettings
from edge.observation import Observation


class Answer:
    """The spots of one answer. count: how many of the row are sightings; the rest may hide something.

    left_out: how many boxes were too many. look: the spots as they are remembered, at no time yet.
    """

    def __init__(self, seen: Observation, settings: LedgerSettings) -> None:
        self._seen = seen
        spots, veils, self.left_out = spots_of(seen, settings)
        self.count = len(spots)
        self.row = Row([*spots, *veils])
        self.look = Look.of(0.0, self.row.spots)

    @classmethod
    def none(cls, settings: LedgerSettings) -> "Answer":
        """That of no look at all."""
        return cls(Observation("", 0.0, 0.0, "unknown", 1.0, ()), settings)

    def is_of(self, seen: Observation) -> bool:
        """Whether this very answer is given again."""
        mine = self._seen
        return (
            seen.sightings is mine.sightings
            and seen.hidden is mine.hidden
            and seen.view.blind is mine.view.blind
            and seen.aspect == mine.aspect
        )
