"""What was refused goes again when the centre asks for it: the refusal may not have been the centre's."""

from broker.events import Dropped, SequenceRange, parse
from broker.messages import Resend
from edge.drafts import Stamped
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.resending import Resending
from edge.wanted import AGAIN_S, MOST_TRIES, Answer
from edge.window import BEGINNING
from tests.unit.drafts import batch
from tests.unit.outboxes import Open, open_it, receipts, span

__all__ = ["open_it"]


def test_a_rejection_that_the_centre_never_gave_costs_no_event(open_it: Open) -> None:
    outbox = open_it()
    events = outbox.commit(batch("a", "b", "c"), 1001.0)
    outbox.receive(receipts(events[1:2], "rejected", reason="forged"), 1002.0)
    assert outbox.again(BEGINNING, 9) == []  # nobody asked
    assert outbox.read(events[1].id) is None
    assert outbox.want([span(outbox.epoch, 0, 9)], [], 1003.0) == Answer(1, [], {})
    assert outbox.want([span(outbox.epoch, 0, 9)], [], 1004.0) == Answer(0, [], {})
    outbox.close()
    outbox = open_it(2000.0)  # what is asked for outlives the process
    assert outbox.again(BEGINNING, 9) == [events[1]]
    assert outbox.read(events[1].id) == events[1]
    other = receipts(events[1:2])[0].model_copy(update={"sha256": "0" * 64})
    assert outbox.receive([other], 2001.0) == ["other_body"]
    assert outbox.receive(receipts(events[1:2]), 2002.0) == ["committed"]
    assert [outbox.count(what) for what in ("events", "refused", "wanted")] == [2, 0, 0]
    assert outbox.want([span(events[1].epoch, 1, 1)], [], 2003.0).marked == 1  # held like any that was taken


def test_what_is_refused_each_time_goes_three_times_whatever_restarts_and_is_then_told_once(
    open_it: Open,
) -> None:
    outbox = open_it(1000.0)
    events = outbox.commit(batch("a"), 1001.0)
    asked = [span(outbox.epoch, 0, 0)]
    outbox.receive(receipts(events, "rejected", reason="no"), 1002.0)
    sent = 0
    for boot in range(1, 10):
        outbox.close()
        outbox = open_it(1000.0 + boot)
        sent += _asked(outbox, asked)
        assert len(outbox.again(BEGINNING, 9)) <= 1
        outbox.receive(receipts(events, "rejected", reason=f"no, {boot}"), 1002.0)
        outbox.receive(receipts(events, "rejected", reason="twice"), 1002.0)  # late; counts for nothing
    assert sent == MOST_TRIES
    assert outbox.again(BEGINNING, 9) == []
    told = _dropped(outbox)
    assert {(t.reasons[0].code, t.reasons[0].text) for t in told} == {("refused", "no, 3")}
    assert len(told) == 9 - MOST_TRIES  # what was told is remembered by the process alone


def test_however_often_it_is_asked_for_it_is_told_once_in_an_hour(open_it: Open) -> None:
    outbox, now = open_it(), [0.0]
    resending = _resending(outbox, now)
    events = outbox.commit(batch("a"), 1001.0)
    outbox.receive(receipts(events, "rejected", reason="no"), 1002.0)
    command = Resend(id="r-1", ranges=[span(outbox.epoch, 0, 0)])
    again = 0
    for _ in range(100):
        now[0] += AGAIN_S / 200
        again += resending.asked(command)
        outbox.receive(receipts(events, "rejected", reason="no"), 1002.0)
    assert again == MOST_TRIES
    assert len(_dropped(outbox)) == 1
    assert resending.trouble is None


def test_what_the_centre_takes_after_all_is_no_longer_asked_for(open_it: Open) -> None:
    outbox = open_it()
    events = outbox.commit(batch("a", "b"), 1001.0)
    outbox.receive(receipts(events, "rejected"), 1002.0)
    outbox.want([span(outbox.epoch, 0, 9)], [], 1003.0)
    assert outbox.receive(receipts(events[:1]), 1004.0) == ["committed"]
    assert outbox.again(BEGINNING, 9) == events[1:]
    outbox.forget(1002.5)  # nothing is old enough
    assert outbox.count("wanted") == 1
    outbox.forget(1004.0 + 31 * 86_400.0)
    assert [outbox.count(what) for what in ("refused", "wanted")] == [0, 0]
    assert outbox.want([span(events[1].epoch, 1, 1)], [], 1005.0).lost == [span(events[1].epoch, 1, 1)]


def _resending(outbox: Outbox, now: list[float]) -> Resending:
    clocks = Clocks(lambda: now[0], lambda: 1000.0 + now[0])
    return Resending(outbox, Intake(outbox, clocks, lambda events: None), clocks)


def _asked(outbox: Outbox, ranges: list[SequenceRange]) -> bool:
    return _resending(outbox, [0.0]).asked(Resend(id="r-1", ranges=ranges))


def _dropped(outbox: Outbox) -> list[Dropped]:
    held: list[Stamped] = [event for _, event in outbox.next(0, 99)]
    told = [parse(event.body).data for event in held]
    return [data for data in told if isinstance(data, Dropped)]
