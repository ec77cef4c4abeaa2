"""What the rule for left things keeps of a region once it is told: enough for a last word about it."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from broker.events import Reason
from edge.observation import Box, StaticRegion
from edge.places import Place, PlaceState

GROUP: Final = "pile"
UNNAMED: Final = "left_thing"


@dataclass(slots=True)
class Pile:
    """An open situation, with stamps that outlive the process.

    told: the area last told, a share of the picture. share: of its box in the zone. given_utc: when it was
    last spoken of, seen or not. level: the multiple of the dwell at which it is told again.
    """

    id: str
    label: str
    score: float
    box: Box
    since_utc: float
    seen_utc: float
    seen_s: float
    area: float
    told: float
    share: float
    given_utc: float
    level: int = 2
    revision: int = 0

    @classmethod
    def of(cls, name: str, region: StaticRegion, share: float, t: float, utc: float) -> "Pile":
        """A new one, seen now."""
        since = region.since + utc - t
        what = (name, region.label or UNNAMED, _score(region), region.box, since, utc, region.seen_s)
        return cls(*what, region.area, region.area, share, utc)

    def keep(self, region: StaticRegion, share: float, utc: float) -> None:
        """It is seen again. Its beginning never moves."""
        self.box, self.area, self.score, self.share = region.box, region.area, _score(region), share
        self.label = region.label or self.label
        self.seen_utc, self.seen_s = utc, region.seen_s

    def shift(self, by: float) -> None:
        """The clock was set: times move with it."""
        self.since_utc += by
        self.seen_utc += by
        self.given_utc += by

    def place(self, region: str, state: PlaceState, utc_minus_t: float, *why: Reason) -> Place:
        """As a place of the group `pile`."""
        since, last = self.since_utc - utc_minus_t, self.seen_utc - utc_minus_t
        coverage = min(1.0, self.seen_s / (last - since)) if last > since else 1.0
        what = (region, GROUP, self.label, self.score, self.box, state)
        return Place(*what, since, last, self.seen_s, coverage, why or (covers("left", self.area),))

    def dump(self) -> dict[str, Any]:
        """JSON-able values."""
        return asdict(self)

    @classmethod
    def restored(cls, data: dict[str, Any]) -> "Pile":
        """A dumped one. Raises KeyError, TypeError or ValueError for what is none."""
        x1, y1, x2, y2 = map(float, data["box"])
        return cls(**{**data, "box": (x1, y1, x2, y2)})


def covers(code: str, now: float, before: float = 0.0) -> Reason:
    """How large it is, and was when last told."""
    text = f"it covers {now:.2%} of the picture" + (f", {before:.2%} when last told" if before else "")
    return Reason(code=code, text=text, values={"area": round(now, 5), "before": round(before, 5)})


def _score(region: StaticRegion) -> float:
    """The classifier's word where it has one, else how little is left of the ground's structure."""
    return region.score if region.label else region.unlike
