"""Kill -9 of the outbox at every place of an event's life: it then goes on as if nothing had been."""

import os
import signal
from pathlib import Path

import pytest

from broker.events import DayDigest, EventsDropped, parse
from broker.messages import Resend
from edge.failpoint import Place
from edge.housekeeping import Housekeeping
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.resending import Resending
from tests.unit.drafts import ADDRESS, batch
from tests.unit.outboxes import receipts, span

NOON = 1_772_366_400.0  # 2026-03-01
DAY_S = 86_400.0
OLD = "0000000000001-abcd"
OUTBOX: tuple[Place, ...] = (
    "in_commit",
    "after_commit",
    "on_resend",
    "after_resend",
    "before_digest",
    "after_digest",
    "in_receipt",
    "after_receipt",
    "in_forget",
    "after_forget",
)


def live(path: Path, boot: int) -> Outbox:
    """One process: it takes up where an earlier one was, and does all that a node does with its outbox."""
    outbox = Outbox(path, ADDRESS)
    outbox.open(NOON + boot, "aaaa")
    clocks = Clocks(lambda: 0.0, lambda: NOON + 2 * DAY_S)
    intake = Intake(outbox, clocks, lambda events: None)
    done = int(outbox.snapshots().get("script", b"0"))
    for n in range(done, 4):
        outbox.commit(batch(f"s-{n}", f"t-{n}", snapshots={"script": str(n + 1).encode()}), NOON + n)
    answer(outbox)
    epochs = {event.epoch for event in map(parse, centre)}
    asked = [span(epoch, 0, 99) for epoch in sorted(epochs)] + [span(OLD, 3, 4)]
    Resending(outbox, intake, clocks).asked(Resend(id="r", ranges=asked))
    Housekeeping(outbox, intake, clocks, 7 * DAY_S).tidy()
    answer(outbox)
    return outbox


centre: list[bytes] = []  # of this process alone: what it sent


def answer(outbox: Outbox) -> None:
    """Everything that waits is sent, and has its receipt."""
    events = [event for _, event in outbox.next(0, 99)] + outbox.again(("", -1), 99)
    centre.extend(event.body for event in events)
    outbox.receive(receipts(events), NOON + 2 * DAY_S)


def killed(path: Path, place: Place, nth: int) -> bool:
    """Whether a process that lives so is ended at that place, the nth time it comes there."""
    if (child := os.fork()) == 0:
        os.environ["GEWU_FAILPOINT"] = f"{place}:{nth}"
        try:
            live(path, nth).close()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("place", OUTBOX)
def test_after_a_kill_at_any_place_everything_is_there_once(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    kills = sum(killed(path, place, nth) for nth in (1, 1, 2))
    assert kills >= 1
    centre.clear()
    outbox = live(path, 9)
    epochs = sorted({row.epoch for row in map(parse, centre)})
    outbox.want([span(epoch, 0, 99) for epoch in known(outbox)], [], NOON)
    events = [parse(event.body) for event in outbox.again(("", -1), 99)]
    assert epochs
    told = [event.subject for event in events if event.subject != ADDRESS.node]
    assert sorted(told) == sorted(f"{kind}-{n}" for kind in "st" for n in range(4))
    assert len({event.id for event in events}) == len(events)
    counted = [event.data for event in events if isinstance(event, DayDigest)]
    assert sum(digest.events for digest in counted) == len(told)  # told once, all of it
    assert any(isinstance(event, EventsDropped) for event in events)
    assert outbox.count("events") == 0
    outbox.close()


def known(outbox: Outbox) -> list[str]:
    """Every epoch of which an event is held."""
    with outbox._transaction() as db:
        return [row[0] for row in db.execute("SELECT DISTINCT epoch FROM events")]
