"""Timers fire once each, in order, with their reasons: after downtime, restarts and clock steps."""

import random
from datetime import datetime, timedelta, timezone

import pytest

from central.clock.courses import TicketClock, extend, moved, raised
from central.clock.escalation import Escalation, EscalationStep
from central.clock.limits import matter_of, read_limit
from central.clock.settings import ClockSettings
from central.clock.shipped import ESCALATION
from central.clock.timers import Key, Look, Timer, look, stepped, timers_of

RULES = ClockSettings().rules()
SHANGHAI = timezone(timedelta(hours=8))
GARBAGE = matter_of("exposed_garbage")


def at(text: str) -> float:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).timestamp()


class Table:
    """Rows as a store would keep them: clocks, timers and what fired, all that a restart leaves."""

    def __init__(self) -> None:
        self.clocks: dict[int, TicketClock] = {}
        self.timers: dict[int, tuple[Timer, ...]] = {}
        self.fired: set[Key] = set()
        self.done: list[tuple[int, str]] = []

    def put(self, ticket: int, clock: TicketClock) -> None:
        """A change of a ticket's clock: its timers are made anew."""
        self.clocks[ticket] = clock
        self.timers[ticket] = timers_of(ticket, clock, RULES)

    def dispatch(self, ticket: int, when: str) -> None:
        """A ticket whose handling begins."""
        self.put(ticket, moved(TicketClock(), "dispatch", "dispatched", at(when), GARBAGE, RULES).clock)

    def look(self, now: float) -> Look:
        """One look, and what comes of it."""
        rows = [timer for timers in self.timers.values() for timer in timers]
        versions = {ticket: clock.version for ticket, clock in self.clocks.items()}
        seen = look(rows, now, versions=versions, fired=self.fired, escalation=RULES.escalation)
        for firing in seen.firings:
            self.fired.add(firing.timer.key)
            ticket = firing.timer.ticket
            self.clocks[ticket] = raised(self.clocks[ticket], firing.step).clock
            self.done.append((ticket, firing.timer.kind))
        return seen


def test_each_fires_at_its_time_and_once() -> None:
    table = Table()
    table.dispatch(1, "11-20 10:00")
    assert table.look(at("11-20 14:11")).again_at == at("11-20 14:12")
    assert table.done == []
    for when in ("11-20 14:12", "11-20 14:12", "11-20 15:00", "11-20 16:00", "11-20 17:00", "11-20 17:01"):
        table.look(at(when))
    assert table.done == [(1, "handle_urge"), (1, "handle_street"), (1, "handle_district")]
    assert (table.clocks[1].level, table.clocks[1].supervised) == ("district", True)
    assert table.look(at("11-30 17:01")).again_at is None


def test_after_hours_of_downtime_all_fire_in_the_order_of_their_time() -> None:
    table = Table()
    table.dispatch(2, "11-20 10:00")
    table.dispatch(1, "11-20 10:30")
    seen = table.look(at("11-20 16:00"))
    assert table.done == [
        (2, "handle_urge"),
        (1, "handle_urge"),
        (2, "handle_street"),
        (1, "handle_street"),
    ]
    assert [firing.overtaken for firing in seen.firings] == [True, True, False, False]
    assert seen.firings[0].reason.text == (
        "80% of the limit to handle has passed: urge; "
        "1.8 h late, for nobody looked in time or the clock was set; a graver one follows"
    )
    assert seen.firings[0].reason.values == {"share": 0.8, "late_s": 6480.0}
    assert seen.again_at == at("11-20 17:00")


def test_in_time_the_reason_says_no_more_than_that() -> None:
    table = Table()
    table.dispatch(1, "11-20 10:00")
    (firing,) = table.look(at("11-20 14:12:30")).firings
    assert firing.reason.text == "80% of the limit to handle has passed: urge"
    assert not firing.overtaken


def test_all_that_a_step_does_is_told() -> None:
    step = EscalationStep(1.5, urge=True, to="district", supervise=True)
    assert step.told == "urge, escalate to district, supervise"


def test_a_clock_that_is_put_back_fires_nothing_again_and_one_put_forward_all_at_once() -> None:
    table = Table()
    table.dispatch(1, "11-20 10:00")
    table.look(at("11-20 15:00"))
    table.look(at("11-20 10:00"))
    table.look(at("11-20 15:00"))
    assert table.done == [(1, "handle_urge"), (1, "handle_street")]
    table.look(at("12-30 10:00"))
    table.look(at("11-20 15:01"))
    table.look(at("11-20 17:01"))
    assert table.done[2:] == [(1, "handle_district")]


def test_why_a_timer_does_not_fire_is_told() -> None:
    rows = [
        Timer(1, 3, 0, "handle_urge", 100.0),
        Timer(2, 1, 0, "handle_urge", 100.0),
        Timer(3, 1, 0, "handle_urge", 100.0),
        Timer(4, 1, 0, "handle_shout", 100.0),
        Timer(5, 1, 0, "handle_urge", 7300.0),
        Timer(6, 1, 1, "handle_urge", 100.0),
    ]
    versions = {1: 4, 3: 1, 4: 1, 5: 1, 6: 1}
    seen = look(
        rows,
        100.0,
        versions=versions,
        fired={(3, 0, "handle_urge"), (6, 0, "handle_urge")},
        escalation=ESCALATION,
    )
    assert {each.timer.ticket: (each.why, each.reason.text) for each in seen.passed_over} == {
        1: ("other_version", "made for version 3 of the ticket's clock, which has 4 now"),
        2: ("no_ticket", "its ticket is closed, or is none"),
        3: ("fired_before", "it fired before in this round"),
        4: ("no_step", "clock.escalation has no step handle_shout any more"),
        5: ("not_yet", "it fires in 2 h"),
    }
    assert [firing.timer.ticket for firing in seen.firings] == [6]
    assert seen.again_at == 7300.0
    assert all(each.reason.code == each.why for each in seen.passed_over)


def test_one_row_that_is_there_twice_fires_once() -> None:
    row = Timer(1, 1, 0, "handle_urge", 100.0)
    seen = look([row, row], 100.0, versions={1: 1}, fired=(), escalation=ESCALATION)
    assert [len(seen.firings), seen.passed_over[0].why] == [1, "fired_before"]


def test_at_one_instant_the_lower_level_comes_first() -> None:
    rows = [Timer(1, 1, 0, kind, 100.0) for kind in ("handle_district", "handle_street", "handle_urge")]
    seen = look(rows, 100.0, versions={1: 1}, fired=(), escalation=ESCALATION)
    assert [firing.step.does for firing in seen.firings] == ["urge", "street", "district"]


def test_what_people_did_meanwhile_overtakes_a_timer() -> None:
    table = Table()
    table.dispatch(1, "11-20 10:00")
    stale = table.timers[1]
    table.put(1, moved(table.clocks[1], "feed_back", "fed_back", at("11-20 14:30"), GARBAGE, RULES).clock)
    table.timers[1] += stale
    seen = table.look(at("11-20 15:30"))
    assert table.done == []
    assert {each.why for each in seen.passed_over} == {"other_version", "not_yet"}


def test_after_rework_and_more_time_timers_fire_again_in_their_round() -> None:
    table = Table()
    table.dispatch(1, "11-20 10:00")
    table.look(at("11-20 15:00"))
    table.put(1, moved(table.clocks[1], "feed_back", "fed_back", at("11-20 15:10"), GARBAGE, RULES).clock)
    table.put(1, moved(table.clocks[1], "rework", "handling", at("11-20 15:30"), GARBAGE, RULES).clock)
    assert [timer.kind for timer in table.timers[1]] == ["handle_urge", "handle_street", "handle_district"]
    table.look(at("11-20 17:30"))
    assert table.done[2:] == [(1, "handle_urge"), (1, "handle_street")]
    table.put(1, extend(table.clocks[1], read_limit("1 working day"), at("11-20 17:40"), RULES).clock)
    table.look(at("11-20 17:40"))
    assert len(table.done) == 4
    table.look(at("11-30 09:00"))
    assert table.done[4:] == [(1, "handle_urge"), (1, "handle_street"), (1, "handle_district")]
    assert table.clocks[1].level == "district"


def test_timers_made_anew_by_another_calendar_do_not_fire_again() -> None:
    table = Table()
    table.dispatch(1, "11-20 10:00")
    table.look(at("11-20 14:12"))
    storm = ClockSettings.model_validate({"holidays": ["2026-11-20"]}).rules()
    table.timers[1] = timers_of(1, table.clocks[1], storm)
    seen = table.look(at("11-23 12:30"))
    assert table.done == [(1, "handle_urge")]
    assert {each.why for each in seen.passed_over} == {"fired_before", "not_yet"}
    table.look(at("11-23 14:00"))
    assert table.done == [(1, "handle_urge"), (1, "handle_street")]


def test_nothing_is_left_of_a_ticket_whose_clock_stands() -> None:
    table = Table()
    table.dispatch(1, "11-20 10:00")
    table.put(1, moved(table.clocks[1], "defer", "deferred", at("11-20 11:00"), GARBAGE, RULES).clock)
    assert table.timers[1] == ()
    assert timers_of(1, TicketClock(), RULES) == ()


@pytest.mark.parametrize("seed", range(20))
def test_however_often_and_whenever_one_looks_each_fires_once_and_in_order(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    table = Table()
    for ticket in range(6):
        table.dispatch(
            ticket, f"11-{chance.randint(19, 24)} {chance.randint(10, 17)}:{chance.randint(10, 59)}"
        )
    now = at("11-19 09:00")
    for _ in range(40):
        now += chance.choice((60, 3600, 40_000, -7200, -90_000))
        table.look(now)
    table.look(at("12-30 09:00"))
    assert sorted(table.done) == sorted(
        (ticket, kind) for ticket in range(6) for kind in ("handle_urge", "handle_street", "handle_district")
    )
    for ticket in range(6):
        kinds = [kind for which, kind in table.done if which == ticket]
        assert kinds == ["handle_urge", "handle_street", "handle_district"]


def test_a_clock_that_was_set_is_told() -> None:
    assert stepped(100.0, 160.5, 60.0) is None
    forward, back = stepped(100.0, 7360.0, 60.0), stepped(100.0, -86_240.0, 60.0)
    assert forward is not None
    assert back is not None
    assert forward.text == "the clock was put forward by 2 h; timers go by it from now on"
    assert back.text == "the clock was put back by 1 d; timers go by it from now on"
    assert forward.values == {"by_s": 7200.0}


def test_a_step_is_found_by_its_timer() -> None:
    escalation = Escalation([EscalationStep(0.5, urge=True, stages=("verify",))])
    assert escalation.named("verify_urge") is not None
    assert escalation.named("handle_urge") is None
