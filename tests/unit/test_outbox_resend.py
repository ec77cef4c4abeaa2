"""What the centre asks for again: marked until its receipt, in order, bounded; told once if it is gone."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.events import AnyEvent, Dropped, parse
from broker.fields import LARGEST
from broker.messages import Resend
from broker.ranges import joined, ranges_of, without
from edge.drafts import Stamped
from edge.dropping import MOST_WORDS, dropped, unanswerable
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.resending import Resending
from edge.wanted import AGAIN_S, MOST_TOLD, MOST_TRIES, Answer, Told
from edge.window import BEGINNING
from tests.unit.drafts import batch
from tests.unit.outboxes import Open, open_it, receipts, span

__all__ = ["open_it"]


def test_what_is_asked_for_again_stays_marked_over_a_restart_until_its_own_receipt(open_it: Open) -> None:
    outbox = open_it(1000.0)
    first = outbox.commit(batch("a", "b", "c"), 1001.0)
    outbox.receive(receipts(first), 1002.0)
    assert outbox.want([span(outbox.epoch, 1, 9)], [], 1003.0) == Answer(2, [], {})
    assert outbox.want([span(outbox.epoch, 1, 9)], [], 1004.0) == Answer(0, [], {})
    outbox.close()
    outbox = open_it(2000.0)
    assert outbox.count("wanted") == 2
    assert outbox.count("events") == 0
    assert outbox.again(BEGINNING, 9) == first[1:]
    assert outbox.read(first[1].id) == first[1]
    assert outbox.read(first[0].id) is None
    other = receipts(first[1:2])[0].model_copy(update={"sha256": "0" * 64})
    assert outbox.receive([other], 2001.0) == ["other_body"]
    assert outbox.receive(receipts(first), 2001.0) == ["unknown", "committed", "committed"]
    assert outbox.count("wanted") == 0


def test_what_waits_for_its_first_receipt_is_not_marked_and_not_missing(open_it: Open) -> None:
    outbox = open_it()
    outbox.commit(batch("a"), 1001.0)
    assert outbox.want([span(outbox.epoch, 0, 0)], [], 1002.0) == Answer(0, [], {})


def test_it_goes_in_order_of_epoch_and_sequence_page_by_page(open_it: Open) -> None:
    sent = []
    for boot in range(3):
        outbox = open_it(1000.0 + boot)
        sent += outbox.commit(batch("a", "b", "c"), 2000.0)
        outbox.close()
    outbox = open_it(5000.0)
    outbox.receive(receipts(sent[::-1]), 5001.0)
    outbox.want([span(event.epoch, 0, LARGEST) for event in sent[::-1]], [], 5002.0)
    found, after = [], BEGINNING
    while page := outbox.again(after, 2):
        found += page
        after = (page[-1].epoch, page[-1].sequence)
    assert found == sent


def test_a_rejection_of_what_was_asked_for_again_sets_it_aside(open_it: Open) -> None:
    outbox = open_it()
    events = outbox.commit(batch("a"), 1001.0)
    outbox.receive(receipts(events), 1002.0)
    assert outbox.receive(receipts(events, "rejected"), 1003.0) == ["unknown"]  # late, and nobody asked
    outbox.want([span(outbox.epoch, 0, 0)], [], 1004.0)
    assert outbox.receive(receipts(events, "rejected", reason="no"), 1005.0) == ["rejected"]
    assert (outbox.count("wanted"), outbox.count("refused")) == (0, 1)


def test_marks_go_with_their_time_and_with_their_events(open_it: Open) -> None:
    outbox = open_it()
    events = outbox.commit(batch("a", "b"), 1001.0)
    outbox.receive(receipts(events), 1002.0)
    outbox.want([span(outbox.epoch, 0, 0)], [], 2000.0)
    assert outbox.forget(1500.0) == 1  # the other one; this is wanted, and is held for as long again
    assert outbox.count("wanted") == 1
    outbox.forget(2500.0)
    assert outbox.count("wanted") == 0
    assert outbox.forget(2500.0) == 1


def test_receipted_events_take_no_more_room_than_they_may_the_oldest_go_first(open_it: Open) -> None:
    outbox = open_it(max_kept=4000)
    events = outbox.commit(batch(*(f"s-{n}" for n in range(20))), 1001.0)
    waiting = outbox.commit(batch("waits"), 1001.0)
    for n, event in enumerate(events):
        outbox.receive(receipts([event]), 1002.0 + n)
    outbox.want([span(outbox.epoch, 0, 0)], [], 1050.0)
    outbox.forget(0.0)
    outbox.want([span(outbox.epoch, 0, 99)], [], 1060.0)
    held = outbox.again(BEGINNING, 99)
    assert held == events[-len(held) :]
    assert 2000 < sum(len(event.body) for event in held) <= 4000
    assert [event.id for event in outbox.pending()] == [waiting[0].id]  # no bound of theirs touches it
    assert outbox.count("wanted") == len(held)  # the mark of one that had to go went with it


def test_a_command_for_everything_there_ever_was_is_answered_within_bounds(open_it: Open) -> None:
    outbox = open_it()
    events = outbox.commit(batch(*(f"s-{n}" for n in range(4000))), 1001.0)
    outbox.receive(receipts(events[1::2]), 1002.0)
    outbox.forget(1003.0)  # every other one is gone
    everything = [span(outbox.epoch, n, LARGEST) for n in range(1000)]
    statements: list[str] = []
    assert outbox._db is not None
    outbox._db.set_trace_callback(statements.append)
    answer = outbox.want([*everything, span("9" * 64, 0, LARGEST)], [], 1004.0)
    outbox._db.set_trace_callback(None)
    assert len(statements) < 20  # not once for each of the thousand
    assert answer.marked == 0
    assert len(answer.lost) == 2001
    assert answer.lost[-1] == span("9" * 64, 0, LARGEST)


def test_what_was_told_is_left_out_and_new_holes_are_not(open_it: Open) -> None:
    outbox = open_it()
    gone = span("0000000000001-abcd", 0, 99)
    part = span("0000000000001-abcd", 90, 120)
    assert outbox.want([gone], [], 1001.0).lost == [gone]
    assert outbox.want([gone], [gone], 1001.0).lost == []
    assert outbox.want([part], [gone], 1001.0).lost == [span(part.epoch, 100, 120)]


def test_what_the_centre_refused_is_told_in_its_own_words(open_it: Open) -> None:
    outbox = open_it()
    events = outbox.commit(batch("a", "b", "c"), 1001.0)
    _refuse(outbox, events[:2], "no such zone")
    _refuse(outbox, events[2:], "too large")
    asked = [span(outbox.epoch, 0, 9)]
    answer = outbox.want(asked, [span(outbox.epoch, 0, 0)], 1003.0)
    told = [draft.data for draft in unanswerable("edge-01", answer, 1003.0)]
    assert [(t.reasons[0].code, t.reasons[0].text, t.ranges) for t in told] == [  # type: ignore[attr-defined]
        ("refused", "no such zone", [span(outbox.epoch, 1, 1)]),
        ("refused", "too large", [span(outbox.epoch, 2, 2)]),
    ]


def test_a_thousand_different_words_of_refusal_make_few_events() -> None:
    refused = {f"reason {n}": [span("e", 2 * n, 2 * n)] for n in range(1000)}
    told = unanswerable("edge-01", Answer(0, [], refused), 1000.0)
    assert len(told) == MOST_WORDS + 1
    named = [part.first for draft in told for part in draft.data.ranges]  # type: ignore[attr-defined]
    assert sorted(named) == [2 * n for n in range(1000)]


def test_an_event_names_no_more_ranges_than_it_can_hold() -> None:
    ranges = [span("e", 2 * n, 2 * n) for n in range(2500)]
    told = dropped("edge-01", ranges, "not_held", "gone", 1000.0)
    assert [len(draft.data.ranges) for draft in told] == [1000, 1000, 500]  # type: ignore[attr-defined]


def test_what_was_told_is_remembered_for_an_hour_and_within_bounds() -> None:
    told = Told()
    told.tell([span("e", 0, 1)], 10.0)
    told.tell([span("e", 2, 3)], 20.0)
    assert told.ranges(30.0) == [span("e", 0, 3)]
    assert told.ranges(15.0 + AGAIN_S) == [span("e", 2, 3)]
    assert told.room == MOST_TOLD - 1
    assert told.ranges(20.0 + AGAIN_S) == []
    assert len(told) == 0


def test_the_same_command_every_ten_seconds_makes_one_event(open_it: Open) -> None:
    outbox, now = open_it(), [0.0]
    clocks = Clocks(lambda: now[0], lambda: 1000.0 + now[0])
    intake = Intake(outbox, clocks, lambda events: None)
    resending = Resending(outbox, intake, clocks)
    command = Resend(id="r-1", ranges=[span("nonsense", 0, LARGEST), span("0000000000001-abcd", 5, 9)])
    for _ in range(100):
        now[0] += 10.0
        assert not resending.asked(command)
    assert [event.type for event in _events(outbox)] == ["gewu.delivery.dropped.v1"]
    now[0] += AGAIN_S
    resending.asked(command)
    assert len(_events(outbox)) == 2
    assert resending.trouble is None


def test_however_many_holes_are_asked_for_so_many_are_told_in_an_hour(
    open_it: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.wanted.MOST_TOLD", 30)
    outbox, now = open_it(), [0.0]
    clocks = Clocks(lambda: now[0], lambda: 1000.0 + now[0])
    resending = Resending(outbox, Intake(outbox, clocks, lambda events: None), clocks)
    refused = outbox.commit(batch(*(f"s-{n}" for n in range(30))), 1001.0)
    _refuse(outbox, refused[::2], "no")
    outbox.receive(receipts(refused[1::2]), 1002.0)
    garbage = [span(f"{n:013d}-aaaa", 5, 9) for n in range(100)]

    def told() -> int:
        found = [event.data for event in _events(outbox)]
        return sum(len(data.ranges) for data in found if isinstance(data, Dropped))

    for hour in range(1, 5):
        for _ in range(3):
            resending.asked(Resend(id="r", ranges=[*garbage, span(outbox.epoch, 0, LARGEST)]))
            assert told() == 30 * hour
        now[0] += AGAIN_S


def _refuse(outbox: Outbox, events: Sequence[Stamped], reason: str) -> None:
    """As often as it takes until they do not go again."""
    for _ in range(1 + MOST_TRIES):
        outbox.want([span(event.epoch, event.sequence, event.sequence) for event in events], [], 1002.0)
        outbox.receive(receipts(events, "rejected", reason=reason), 1002.0)


def _events(outbox: Outbox) -> list[AnyEvent]:
    found = [outbox.read(waiting.id) for waiting in outbox.pending()]
    return [parse(event.body) for event in found if event is not None]


numbers = st.sets(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 30)))


@given(numbers, numbers)
def test_without_leaves_exactly_what_is_not_known(
    some: set[tuple[str, int]], known: set[tuple[str, int]]
) -> None:
    left = list(without(ranges_of(some), ranges_of(known)))
    assert {(p.epoch, n) for p in left for n in range(p.first, p.last + 1)} == some - known
    assert all((a.epoch, a.last) < (b.epoch, b.first) for a, b in pairwise(left))
    assert joined(left) == list(left)
