"""What a rule keeps of a situation that it has told: enough for a last word, also after a restart."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from broker.events import Reason
from edge.observation import Box
from edge.places import Place


@dataclass(frozen=True, slots=True)
class Last:
    """A place as it was last given, with stamps that outlive the process."""

    group: str
    label: str
    score: float
    box: Box
    since_utc: float
    last_seen_utc: float
    observed_s: float
    coverage: float

    @classmethod
    def of(cls, place: Place, utc_minus_t: float) -> "Last":
        """Keep what a last word about the place would need."""
        since, seen = place.since + utc_minus_t, place.last_seen + utc_minus_t
        what = (place.group, place.label, place.score, place.box)
        return cls(*what, since, seen, place.observed_s, place.coverage)

    def place(self, name: str, utc_minus_t: float, why: Reason) -> Place:
        """The place again, cleared."""
        since, seen = self.since_utc - utc_minus_t, self.last_seen_utc - utc_minus_t
        what = (name, self.group, self.label, self.score, self.box)
        return Place(*what, "cleared", since, seen, self.observed_s, self.coverage, (why,))


@dataclass(slots=True)
class Told:
    """A situation that is open. level: the multiple of what is allowed at which it is told again."""

    id: str
    label: str
    last: Last
    level: int = 2
    revision: int = 0

    def dump(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)

    @classmethod
    def restore(cls, item: dict[str, Any]) -> "Told":
        """Raises KeyError, TypeError or ValueError for what is no dump."""
        last = dict(item["last"])
        x1, y1, x2, y2 = map(float, last.pop("box"))
        return cls(**{**item, "last": Last(box=(x1, y1, x2, y2), **last)})


def next_level(stood_s: float, allowed_s: float) -> int:
    """The next of 2, 4, 8 ... times what is allowed that has not passed yet."""
    level = 2
    while stood_s >= level * allowed_s:
        level *= 2
    return level


def situation_id(place: Place, zone: str, incident: str, *, rule: str | None = None, left: int = 0) -> str:
    """The same place in the same zone under the same rule is the same situation, over restarts too.

    rule: the id given to it, if any. left: how often a situation there has ended while the thing stood on.
    """
    key = [place.id, zone, "dwell", incident, str(place.episode)]
    key += [f"rule {rule}"] if rule else []
    key += [f"left {left}"] if left else []
    return "s-" + hashlib.sha256("|".join(key).encode()).hexdigest()[:20]
