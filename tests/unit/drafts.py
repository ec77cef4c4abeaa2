"""Events for the tests of the node's delivery: small, valid, and told apart by their subject."""

from broker.events import Audit, Clock, Incident, IncidentOpened, Reason, RuleRef, SourceRef
from broker.fields import utc
from broker.topics import Address
from edge.drafts import Batch, Draft

ADDRESS = Address("131002", "edge-01")
AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))


def draft(subject: str = "s-1", at: float = 1000.0) -> Draft:
    """An opened incident."""
    data = Incident(
        kind="illegal_parking",
        state="open",
        revision=0,
        reasons=[Reason(code="dwelt", text="stood too long")],
        since=utc(at),
        last_seen=utc(at),
        observed_s=1.0,
        coverage=1.0,
        source=SourceRef(id="cam-1", kind="camera"),
        rule=RuleRef(id="dwell", kind="dwell", version="1"),
        audit=AUDIT,
    )
    return Draft(IncidentOpened, subject, at, data)


def batch(*subjects: str, snapshots: dict[str, bytes] | None = None) -> Batch:
    """One event for each subject."""
    return Batch(tuple(draft(subject) for subject in subjects), snapshots=snapshots or {})
