"""Events to test with."""

import hashlib
from datetime import datetime, timedelta, timezone
from typing import Any

from broker.events import (
    AnyEvent,
    Audit,
    Clock,
    Evidence,
    Incident,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Reason,
    RuleRef,
    SourceHealth,
    SourceHealthChanged,
    SourceRef,
    ZoneRef,
)
from broker.topics import Address
from central.letters import Letter, Told
from central.store.database import Store
from central.store.outcome import Outcome
from central.store.taking import take

NODE = Address("131002", "yard-7")
START = datetime(2026, 3, 1, 8, 0, tzinfo=timezone.utc)
AUDIT = Audit(software="0.1.0", configuration="c" * 64, clock=Clock(quality="synchronised"))
TYPES = {"opened": IncidentOpened, "updated": IncidentUpdated, "cleared": IncidentCleared}
Event = IncidentOpened | IncidentUpdated | IncidentCleared


def at(seconds: float) -> datetime:
    """So many seconds after the start of the story."""
    return START + timedelta(seconds=seconds)


def incident(phase: str, revision: int, **changes: Any) -> Incident:
    """Facts of a car that stands at the kerb."""
    facts: dict[str, Any] = {
        "kind": "illegal_parking",
        "state": "cleared" if phase == "cleared" else "open",
        "revision": revision,
        "reasons": [Reason(code="standing", text=f"standing {5 + revision}.2 s", values={"seconds": 5.2})],
        "since": at(0),
        "last_seen": at(5 + 10 * revision),
        "observed_s": 5.0 + revision,
        "coverage": 0.95,
        "source": SourceRef(id="cam-1", kind="camera"),
        "place": "Shoe Street, at the crossing",
        "zone": ZoneRef(id="kerb", version="v1"),
        "rule": RuleRef(id="kerb-cars", kind="dwell", version="v1"),
        "audit": AUDIT,
    }
    return Incident(**(facts | changes))


def event(
    phase: str = "opened",
    revision: int = 0,
    *,
    subject: str = "sit-1",
    event_id: str | None = None,
    sequence: int | None = None,
    node: Address = NODE,
    **changes: Any,
) -> Event:
    """An incident event; its id follows from what it says unless one is given."""
    happened = at(5 + 10 * revision)
    return TYPES[phase](
        id=event_id or f"{subject}-{revision}-{phase}",
        source=node.source,
        subject=subject,
        time=happened,
        recordedtime=happened,
        epoch="boot-1",
        sequence=f"{revision if sequence is None else sequence:012d}",
        data=incident(phase, revision, **changes),
    )


def health(state: str, number: int, *, condition: str = "signal_loss") -> SourceHealthChanged:
    """A source that fails or recovers, `number` minutes into the story."""
    return SourceHealthChanged(
        id=f"health-{condition}-{number}",
        source=NODE.source,
        subject="cam-1",
        time=at(60 * number),
        recordedtime=at(60 * number),
        epoch="boot-1",
        sequence=f"{1000 + number:012d}",
        data=SourceHealth(
            condition=condition,
            state=state,  # type: ignore[arg-type]
            since=at(0),
            source=SourceRef(id="cam-1", kind="camera"),
            reasons=[Reason(code="silent", text="no picture for 30 s")],
            audit=AUDIT,
        ),
    )


def evidence(content: bytes, role: str = "scene") -> Evidence:
    """The reference to a picture with these bytes."""
    return Evidence(
        role=role,  # type: ignore[arg-type]
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type="image/jpeg",
        masked=True,
        taken=at(5),
    )


def take_event(store: Store, letter: Letter, event: AnyEvent) -> Outcome:
    """Take a batch of one event."""
    return take(store, [Told(letter, event)]).outcomes[0]


def letter(body: bytes, *, node: Address = NODE, received: float = 100.0) -> Letter:
    """The body as it comes on the node's event topic."""
    return Letter(node.source, node.topic("event"), body, at(received))
