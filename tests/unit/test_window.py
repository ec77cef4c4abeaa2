"""The window: how many events are on their way, in what order, and what never holds up the others."""

from collections.abc import Callable
from dataclasses import replace

from broker.events import Reason
from broker.fields import LARGEST
from edge.drafts import Batch
from edge.outbox import Outbox
from edge.retries import Retries
from edge.suspects import MOST as MOST_SUSPECTS
from edge.suspects import STRIKES, Suspects
from edge.window import FIRST, LEAST, MOST, Tried, Window
from tests.unit.drafts import batch, draft
from tests.unit.outboxes import Open, open_it, receipts, span

__all__ = ["open_it"]

FIRST_S, LONGEST_S = 5.0, 300.0


class Line:
    """A connection that tests bend: what it was given, and what it says to the next."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.sent: list[bytes] = []
        self.says: Callable[[bytes], Tried] = lambda body: "sent"
        self.retries = Retries(FIRST_S, LONGEST_S, lambda: 0.0)
        self.window = Window(outbox, self.retries, self._publish)

    def _publish(self, body: bytes) -> Tried:
        said = self.says(body)
        if said == "sent":
            self.sent.append(body)
        return said

    def send(self, now: float) -> int:
        """How many were sent in one look."""
        before = len(self.sent)
        self.window.send_due(now)
        return len(self.sent) - before

    def answer(self, now: float) -> None:
        """Receipts for all that was sent."""
        given, self.sent = self.sent, []
        events = [event for _, event in self.outbox.next(0, LARGEST)] + self.outbox.again(("", -1), LARGEST)
        told = receipts([event for event in events if event.body in given])
        self.outbox.receive(told, now)
        self.window.answered([receipt.id for receipt in told], now)


def test_it_begins_small_grows_with_every_receipt_and_is_bounded(open_it: Open) -> None:
    outbox = open_it()
    outbox.commit(batch(*(f"s-{n}" for n in range(1200))), 1001.0)
    line, sizes = Line(outbox), []
    for n in range(8):
        sizes.append(line.send(float(n)))
        assert line.send(float(n)) == 0  # no room before an answer
        line.answer(float(n))
    assert sizes == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST, MOST, MOST, MOST, 1200 - 15 * FIRST - 3 * MOST]
    assert len(line.retries) == 0


def test_waits_in_vain_halve_it_down_to_a_few(open_it: Open) -> None:
    outbox = open_it()
    outbox.commit(batch(*(f"s-{n}" for n in range(300))), 1001.0)
    line = Line(outbox)
    for now in (0.0, 1.0, 2.0):
        line.send(now)
        line.answer(now)
    sizes = [line.send(10.0 + 6.0 * n) for n in range(6)]
    assert sizes[0] == 8 * FIRST
    assert sizes[1:] == [size - size // 4 for size in (4 * FIRST, 2 * FIRST, FIRST, LEAST, LEAST)]


def test_events_that_are_never_answered_do_not_take_all_the_room_in_the_end(open_it: Open) -> None:
    outbox = open_it()
    never = {event.body for event in outbox.commit(batch(*(f"never-{n}" for n in range(200))), 1001.0)}
    line, sent = Line(outbox), set[bytes]()
    for n in range(1000):
        line.send(float(n))
        sent |= set(line.sent)
        line.sent = []
    assert sent == never
    outbox.commit(batch("s-1", "s-2"), 1002.0)
    for n in range(1000, 1020):
        line.send(float(n))
    assert any(body not in never for body in line.sent)


def test_after_a_long_silence_everything_goes_again_at_once_and_in_order(open_it: Open) -> None:
    outbox = open_it()
    bodies = [event.body for event in outbox.commit(batch(*(f"s-{n}" for n in range(60))), 1001.0)]
    line = Line(outbox)
    line.window.begin(0.0)
    for n in range(10):
        line.send(40.0 * n)  # the centre is away; the broker takes it and loses it
    assert FIRST < len(line.retries) < 60
    line.sent = line.sent[-1:]
    first = line.sent[0]
    line.answer(400.0)
    came = []
    for n in range(8):
        line.send(401.0 + 0.01 * n)
        came += line.sent
        line.answer(401.0 + 0.01 * n)
    assert came == [body for body in bodies if body != first]
    assert outbox.count("events") == 0


def test_the_first_receipt_of_a_connection_brings_nothing_twice(open_it: Open) -> None:
    outbox = open_it()
    outbox.commit(batch("a", "b"), 1001.0)
    line = Line(outbox)
    line.window.begin(5000.0)
    assert line.send(5000.0) == 2
    line.sent = line.sent[:1]
    line.answer(5001.0)
    assert line.send(5002.0) == 0


def test_one_that_cannot_go_now_holds_those_behind_it_and_keeps_its_place(open_it: Open) -> None:
    outbox = open_it()
    bodies = [event.body for event in outbox.commit(batch("a", "b", "c"), 1001.0)]
    line = Line(outbox)
    line.says = lambda body: "later" if body == bodies[1] else "sent"
    assert line.send(0.0) == 1
    line.says = lambda body: "sent"
    line.send(0.2)
    assert line.sent == bodies


def test_one_that_is_too_large_holds_nobody_and_goes_where_it_fits(open_it: Open) -> None:
    outbox = open_it()
    bodies = [event.body for event in outbox.commit(batch("a", "b", "b", "c"), 1001.0)]
    line = Line(outbox)
    line.says = lambda body: "too_large" if body in bodies[1:3] else "sent"
    line.send(0.0)
    assert line.sent == [bodies[0], bodies[3]]
    assert line.window.too_large is not None
    assert line.window.too_large.startswith(f"2 events, of up to {len(bodies[1])} bytes")
    for now in (10.0, 20.0, 400.0):
        line.send(now)
    assert bodies[1] not in line.sent
    line.says = lambda body: "sent"
    line.answer(401.0)
    line.window.begin(402.0)  # a broker that takes more
    line.send(402.0)
    assert line.sent == bodies[1:3]
    assert line.window.too_large is None


def test_one_on_which_the_broker_hangs_up_twice_goes_alone_and_seldom(open_it: Open) -> None:
    outbox = open_it()
    good, bad = draft("good"), draft("bad")
    reasons = [Reason(code="dwelt", text="x" * 240)] * 50
    bad = replace(bad, data=bad.data.model_copy(update={"reasons": reasons}))
    first, poison, last = (event.body for event in outbox.commit(Batch((good, bad, good)), 1001.0))
    line = Line(outbox)
    for now in (0.0, 1.0):  # the broker says nothing, and hangs up on what came with it
        line.send(now)
        assert line.sent == [first, poison, last]
        line.sent = []
        line.window.begin(now + 0.5)
    line.send(2.0)
    assert line.sent == [first, last]
    line.answer(2.1)
    assert "hangs up on 1 events" in str(line.window.too_large)
    outbox.commit(batch("later"), 1002.0)
    line.send(60.0)
    assert len(line.sent) == 1
    line.send(61.6)  # its time has come, but something is on its way
    assert len(line.sent) == 1
    line.answer(62.0)
    line.send(62.1)
    assert line.sent == [poison]
    line.window.begin(62.2)
    line.sent = []
    line.send(62.3)
    line.send(180.0)
    assert line.sent == []
    line.send(182.3)
    line.answer(182.4)
    assert outbox.count("events") == 0
    assert line.window.too_large is None
    assert not line.window._suspects._strikes


def test_an_ordinary_event_is_never_suspected_however_often_the_line_breaks(open_it: Open) -> None:
    outbox = open_it()
    outbox.commit(batch("a"), 1001.0)
    line = Line(outbox)
    for n in range(10):
        assert line.send(float(n)) == 1
        line.window.begin(n + 0.5)


def test_suspects_are_bounded_and_a_larger_one_that_gets_through_clears_the_smaller() -> None:
    suspects = Suspects()
    for n in range(3 * STRIKES * MOST):
        suspects.sent(f"e-{n // STRIKES}", 10_000)
        suspects.broke(float(n))
    assert len(suspects) <= len(suspects._strikes) <= MOST_SUSPECTS
    suspects.sent("small", 9_000)
    suspects.sent("large", 20_000)
    suspects.answered("large")
    suspects.broke(1e6)
    assert "small" not in suspects._strikes


def test_one_that_became_too_large_on_the_way_is_not_tried_again_and_again(open_it: Open) -> None:
    outbox = open_it()
    (event,) = outbox.commit(batch("a"), 1001.0)
    line = Line(outbox)
    line.send(0.0)
    line.says = lambda body: "too_large"
    line.send(6.0)
    assert event.id not in line.retries
    assert line.window.too_large is not None


def test_what_is_wanted_again_goes_after_what_was_never_sent_and_within_the_window(open_it: Open) -> None:
    outbox = open_it()
    old = outbox.commit(batch(*(f"old-{n}" for n in range(50))), 1001.0)
    outbox.receive(receipts(old), 1002.0)
    new = outbox.commit(batch("new-1", "new-2"), 1003.0)
    line = Line(outbox)
    outbox.want([span(outbox.epoch, 0, LARGEST)], [], 1004.0)
    assert line.send(0.0) == FIRST
    assert line.sent == [event.body for event in [*new, *old[: FIRST - 2]]]
    outbox.want([span(outbox.epoch, 0, LARGEST)], [], 1005.0)
    line.window.asked()  # once more, while they are on their way
    assert line.send(0.1) == 0
    line.answer(0.2)
    assert line.send(0.3) == len(old) - FIRST + 2
    line.answer(0.4)
    assert outbox.count("wanted") == 0
    assert (line.send(10.0), len(line.retries)) == (0, 0)


def test_what_is_wanted_again_is_sent_again_until_its_receipt(open_it: Open) -> None:
    outbox = open_it()
    old = outbox.commit(batch("a"), 1001.0)
    outbox.receive(receipts(old), 1002.0)
    outbox.want([span(outbox.epoch, 0, 0)], [], 1004.0)
    line = Line(outbox)
    assert [line.send(now) for now in (0.0, 1.0, 6.0, 7.0, 17.0)] == [1, 0, 1, 0, 1]
    line.answer(18.0)
    assert line.send(100.0) == 0
