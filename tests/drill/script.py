"""What a sender has to tell, and the tickets that must come of it. Pure: the seed decides everything."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from broker.events import (
    Audit,
    Clock,
    Incident,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    ObjectCount,
    Reason,
    RuleRef,
    SourceHealth,
    SourceHealthChanged,
    SourceRef,
    ZoneRef,
)
from broker.fields import utc
from edge.drafts import Draft

Phase = Literal["opened", "updated", "cleared", "raised", "recovered"]
Step = tuple["Told", ...]

STAYS_OPEN, HEALTH, TOGETHER, AT_ONCE = 0.2, 0.04, 0.15, 0.3  # shares of what they name
SIDE_BY_SIDE = 12.0  # situations that stand at the same time
KINDS = ("illegal_parking", "exposed_garbage", "street_vendor", "fire_lane_blocked")
AUDIT = Audit(software="drill-1", configuration="d" * 64, clock=Clock(quality="unknown"))
INCIDENTS: Mapping[str, type[IncidentOpened | IncidentUpdated | IncidentCleared]] = {
    "opened": IncidentOpened,
    "updated": IncidentUpdated,
    "cleared": IncidentCleared,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a script; `number` is its place in it, and is written into the event."""

    number: int
    subject: str
    phase: Phase
    revision: int

    @property
    def mark(self) -> str:
        """The sentence by which the judge knows it again, whatever id it got."""
        return f"step {self.number}"


def script(seed: int, sender: int, events: int) -> list[Step]:
    """So many events, as the commits in which they are made: the same for the same seed, always."""
    chance = random.Random(f"{seed}/{sender}")  # noqa: S311 - no secret depends on it
    lives = sorted(_lives(chance, sender, events))
    told = [Told(n, *life[2:]) for n, life in enumerate(islice(lives, events))]
    return list(_together(chance, told))


def _lives(chance: random.Random, sender: int, events: int) -> Iterator[tuple[float, int, str, Phase, int]]:
    """(when, tie, subject, phase, revision) of at least so many events, situation by situation."""
    count = begun = 0
    at = 0.0
    while count < 2 * events + 50:
        at += chance.expovariate(1.0)
        begun += 1
        for revision, (when, phase) in enumerate(_life(chance, at)):
            yield (
                when,
                count,
                f"s{sender}-{begun}" if phase in INCIDENTS else f"cam-{begun % 5}",
                phase,
                revision,
            )
            count += 1


def _life(chance: random.Random, at: float) -> Iterator[tuple[float, Phase]]:
    """One situation from its opening on; now and then it is a camera that fails and recovers."""
    pace = 0.001 if chance.random() < AT_ONCE else SIDE_BY_SIDE / 3
    if chance.random() < HEALTH:
        yield at, "raised"
        yield at + chance.expovariate(1 / pace), "recovered"
        return
    yield at, "opened"
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5))):
        at += chance.expovariate(1 / pace)
        yield at, "updated"
    if chance.random() > STAYS_OPEN:
        yield at + chance.expovariate(1 / pace), "cleared"


def _together(chance: random.Random, told: list[Told]) -> Iterator[Step]:
    """Most events are committed alone, some with the one before."""
    step: list[Told] = []
    for each in told:
        if step and (chance.random() > TOGETHER or len(step) == 4):
            yield tuple(step)
            step = []
        step.append(each)
    if step:
        yield tuple(step)


def draft(told: Told, at: float) -> Draft:
    """The event as a rule would make it. `at`: what the node's clock says."""
    reasons = [Reason(code="drill", text=told.mark, values={"step": float(told.number)})]
    source = SourceRef(id=f"cam-{told.subject}", kind="camera")  # each sees one thing, so none is another's
    if told.phase in ("raised", "recovered"):
        return Draft(
            SourceHealthChanged,
            told.subject,
            at,
            SourceHealth(
                condition="signal_loss",
                state="raised" if told.phase == "raised" else "cleared",
                since=utc(at),
                source=source.model_copy(update={"id": told.subject}),
                reasons=reasons,
                audit=AUDIT,
            ),
        )
    facts = Incident(
        kind=KINDS[sum(told.subject.encode()) % len(KINDS)],
        state="cleared" if told.phase == "cleared" else "open",
        revision=told.revision,
        reasons=reasons,
        since=utc(at),
        last_seen=utc(at),
        observed_s=10.0 + told.revision,
        coverage=0.97,
        source=source,
        place=f"Shoe Street {told.number % 200}, 鞋街路口",
        zone=ZoneRef(id="kerb", version="3f9d21c07b"),
        rule=RuleRef(id="kerb-cars", kind="dwell", version="a07b44d912"),
        box=(0.4125, 0.4875, 0.5375, 0.6625),
        objects=[ObjectCount(label="car", count=1, score=0.81)],
        audit=AUDIT,
    )
    return Draft(INCIDENTS[told.phase], told.subject, at, facts)


def tickets(told: Iterable[Told]) -> dict[str, tuple[str, int]]:
    """The reference: one ticket for each situation that opened, cleared if it was, at its newest revision."""
    opened, facts = set(), {}
    for each in told:
        if each.phase in INCIDENTS:
            opened |= {each.subject} if each.phase == "opened" else set()
            facts[each.subject] = ("self_cleared" if each.phase == "cleared" else "reported", each.revision)
    return {subject: fact for subject, fact in facts.items() if subject in opened}
