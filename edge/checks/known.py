"""What a node keeps of a situation that it has told, so that its place can be looked at again."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from broker.events import Incident
from edge.groups import group_of
from edge.observation import Box
from edge.piles import GROUP as PILE

STALL = "stall"
# Ends that were seen: the place was empty. All others say only that nobody answers for it any more.
SEEN_EMPTY = frozenset({"empty", "packed_up", "ground_clean"})


@dataclass(frozen=True, slots=True)
class Known:
    """box: shares of the view in which its zone, by that version, was drawn. rule: the kind that told it.

    since, last_seen: UTC seconds. ended: the reason code with which it was cleared, None while it is open.
    """

    situation: str
    source: str
    kind: str
    rule: str
    zone: str
    version: str
    group: str
    label: str
    box: Box
    since: float
    last_seen: float
    ended: str | None = None

    @classmethod
    def of(cls, situation: str, told: Incident) -> "Known | None":
        """As an event tells it; None for one that has no place in a picture."""
        if told.box is None or told.zone is None:
            return None
        label = told.objects[0].label if told.objects else ""
        ended = told.reasons[0].code if told.state == "cleared" else None
        what = (situation, told.source.id, told.kind, told.rule.kind, told.zone.id, told.zone.version)
        group = {"left": PILE, "cluster": STALL}.get(told.rule.kind) or group_of(label) or "thing"
        times = (told.since.timestamp(), told.last_seen.timestamp())
        return cls(*what, group, label, told.box, *times, ended)

    @property
    def seen_empty(self) -> bool:
        """Whether it ended because its place was seen empty."""
        return self.ended in SEEN_EMPTY

    def as_ended(self, code: str) -> "Known":
        """The same, ended with this reason."""
        return replace(self, ended=code)

    def dump(self) -> bytes:
        """To be kept."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def restore(cls, body: bytes) -> "Known":
        """What was kept. Raises ValueError for what is none."""
        try:
            data: dict[str, Any] = json.loads(body)
            x1, y1, x2, y2 = map(float, data.pop("box"))
            return cls(**data, box=(x1, y1, x2, y2))
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"this is no situation that was kept: {error!r}") from error
