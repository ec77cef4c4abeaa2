"""All clocks of a ticket through the closed loop: what each action does to them."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.casework.machine import ACTIONS, DONE, HELD, OPEN, State, allowed, step
from central.clock.courses import (
    STAGE_OF,
    TicketClock,
    due_of,
    extend,
    moved,
    raised,
    read,
    reconsider,
    written,
)
from central.clock.deadlines import CannotExtend, left
from central.clock.escalation import LEVELS, EscalationStep
from central.clock.limits import matter_of, read_limit
from central.clock.settings import ClockSettings

RULES = ClockSettings().rules()
SHANGHAI = timezone(timedelta(hours=8))
GARBAGE = matter_of("exposed_garbage")


def at(text: str) -> float:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).timestamp()


class Ticket:
    """Its state and its clock, as the store would keep them."""

    def __init__(self) -> None:
        self.state: State = "reported"
        self.before: State | None = None
        self.clock = moved(TicketClock(), None, "reported", at("11-20 09:00"), GARBAGE, RULES).clock
        self.said = ""

    def do(self, action: str, when: str) -> None:
        """An action of the closed loop."""
        state = step(self.state, action, before=self.before).state  # type: ignore[arg-type]
        if state in HELD:
            self.before = self.state
        changed = moved(self.clock, action, state, at(when), GARBAGE, RULES)  # type: ignore[arg-type]
        self.state, self.clock, self.said = state, changed.clock, changed.reason.text

    @property
    def due(self) -> str | None:
        """Of the stage that runs."""
        found = due_of(self.clock, RULES).due
        return None if found is None else f"{RULES.calendar.local(found):%m-%d %H:%M}"

    @property
    def stage(self) -> str | None:
        """The one that runs."""
        return None if self.clock.running is None else self.clock.running.stage


def handled() -> Ticket:
    ticket = Ticket()
    ticket.do("accept", "11-20 09:10")
    ticket.do("dispatch", "11-20 10:00")
    ticket.do("take", "11-20 10:30")
    return ticket


def test_each_stage_runs_in_its_turn() -> None:
    ticket = Ticket()
    assert (ticket.stage, ticket.due) == ("accept", "11-20 09:30")
    ticket.do("accept", "11-20 09:10")
    assert (ticket.stage, ticket.due) == ("dispatch", "11-20 09:40")
    ticket.do("dispatch", "11-20 10:00")
    assert (ticket.stage, ticket.due) == ("handle", "11-20 15:00")
    assert ticket.said.startswith("4 working hours to handle exposed_garbage (normal): as shipped")
    ticket.do("take", "11-20 11:00")
    assert (ticket.stage, ticket.due) == ("handle", "11-20 15:00")
    ticket.do("feed_back", "11-20 13:30")
    assert (ticket.stage, ticket.due) == ("verify", "11-20 17:30")
    ticket.do("verify", "11-20 14:00")
    ticket.do("close", "11-20 14:30")
    assert (ticket.stage, ticket.due, ticket.said) == (None, None, "closed: the clock stands")
    assert due_of(ticket.clock, RULES).reason.code == "clock_stands"
    late = {course.stage: course.late for course in ticket.clock.courses}
    assert late == {"accept": False, "dispatch": True, "handle": False, "verify": False, "close": False}


def test_handling_stands_while_it_waits_to_be_verified_and_goes_on_with_rework() -> None:
    ticket = handled()
    ticket.do("feed_back", "11-20 11:00")
    ticket.do("rework", "11-23 09:00")
    assert (ticket.stage, ticket.due, ticket.clock.round) == ("handle", "11-23 12:00", 1)
    ticket.do("feed_back", "11-23 11:30")
    assert ticket.due == "11-23 16:30"  # verification begins anew
    ticket.do("rework", "11-24 09:00")
    assert (ticket.due, ticket.clock.round) == (
        "11-24 11:00",
        2,
    )  # half an hour was left, two hours are given
    assert "given back" in ticket.said


@pytest.mark.parametrize("pause", ["defer", "park"])
def test_everything_stands_while_it_is_deferred_or_parked(pause: str) -> None:
    ticket = handled()
    ticket.do(pause, "11-20 11:00")
    assert (ticket.stage, ticket.due) == (None, None)
    ticket.do("resume", "11-25 09:00")
    assert (ticket.stage, ticket.due, ticket.clock.round) == ("handle", "11-25 12:00", 0)
    assert ticket.said == "the clock to handle goes on"


def test_a_ticket_parked_before_it_was_dispatched_goes_on_there() -> None:
    ticket = Ticket()
    ticket.do("accept", "11-20 09:10")
    ticket.do("park", "11-20 09:20")
    ticket.do("resume", "11-25 09:00")
    assert (ticket.stage, ticket.due) == ("dispatch", "11-25 09:20")


def test_another_department_gets_the_whole_limit_and_a_round_of_its_own() -> None:
    ticket = handled()
    ticket.do("send_back", "11-20 14:00")
    assert (ticket.stage, ticket.due, ticket.clock.round) == ("dispatch", "11-20 14:30", 1)
    ticket.do("dispatch", "11-20 14:10")
    assert (ticket.stage, ticket.due) == ("handle", "11-23 09:10")
    rounds = ticket.clock.round
    ticket.do("dispatch", "11-23 09:00")
    assert (ticket.due, ticket.clock.round) == ("11-23 14:00", rounds + 1)


def test_reopened_everything_begins_anew_but_the_level() -> None:
    ticket = handled()
    ticket.clock = raised(ticket.clock, EscalationStep(1.5, to="district", supervise=True)).clock
    for action in ("feed_back", "verify", "close"):
        ticket.do(action, "11-20 16:00")
    ticket.do("reopen", "11-24 10:00")
    assert (ticket.stage, ticket.due, ticket.clock.round) == ("dispatch", "11-24 10:30", 1)
    assert [course.stage for course in ticket.clock.courses] == ["dispatch"]
    assert (ticket.clock.level, ticket.clock.supervised) == ("district", True)


def test_a_scene_that_is_occupied_again_goes_on_where_it_stopped() -> None:
    ticket = Ticket()
    ticket.do("accept", "11-20 09:10")
    ticket.do("clear_itself", "11-20 09:20")
    assert ticket.stage is None
    changed = moved(ticket.clock, None, "accepted", at("11-20 11:00"), GARBAGE, RULES)
    ticket.clock = changed.clock
    assert (ticket.stage, ticket.due) == ("dispatch", "11-20 11:20")


def test_more_time_is_a_round_of_its_own() -> None:
    ticket = handled()
    changed = extend(ticket.clock, read_limit("2 working hours"), at("11-20 14:30"), RULES)
    assert (changed.clock.round, changed.clock.version) == (1, ticket.clock.version + 1)
    assert due_of(changed.clock, RULES).due == at("11-20 17:00")
    ticket.do("park", "11-20 14:40")
    with pytest.raises(CannotExtend, match="the clock stands; a stage is extended while it runs"):
        extend(ticket.clock, read_limit("2 working hours"), at("11-20 14:50"), RULES)


DEBRIS = matter_of("accumulated_debris", "high")


def test_a_ticket_that_turned_out_to_be_graver_gets_the_limit_of_that() -> None:
    ticket = handled()
    changed = reconsider(ticket.clock, DEBRIS, at("11-20 11:00"), RULES)
    assert changed is not None
    assert changed.reason.text.startswith("4 working days to handle accumulated_debris")
    assert due_of(changed.clock, RULES).due == at("11-26 10:00")
    assert (changed.clock.round, changed.clock.version) == (0, ticket.clock.version + 1)
    bins = matter_of("bin_full", "high")  # of the same limit
    assert reconsider(ticket.clock, bins, at("11-20 11:00"), RULES) is None
    assert reconsider(TicketClock(), DEBRIS, at("11-20 11:00"), RULES) is None


def test_a_ticket_that_turned_out_to_be_graver_has_less_time_to_be_accepted() -> None:
    ticket = Ticket()
    grave = matter_of("exposed_garbage", "high")
    changed = reconsider(ticket.clock, grave, at("11-20 09:05"), RULES)
    assert changed is not None
    assert due_of(changed.clock, RULES).due == at("11-20 09:10")


def test_a_changed_configuration_leaves_what_runs_alone() -> None:
    ticket, limits = handled(), [{"stage": "handle", "limit": "1 hour"}]
    other = ClockSettings.model_validate({"limits": limits}).rules()
    assert reconsider(ticket.clock, GARBAGE, at("11-20 11:00"), other) is None
    assert due_of(ticket.clock, other).due == at("11-20 15:00")


def test_a_graver_ticket_that_stands_goes_on_with_its_new_limit() -> None:
    ticket = handled()
    ticket.do("defer", "11-20 11:00")
    changed = reconsider(ticket.clock, DEBRIS, at("11-20 13:00"), RULES)
    assert changed is not None
    ticket.clock = changed.clock
    ticket.do("resume", "11-23 09:00")
    assert ticket.due == "11-26 17:00"
    ticket = handled()
    ticket.do("feed_back", "11-20 14:00")
    changed = reconsider(ticket.clock, matter_of("illegal_parking", "high"), at("11-20 14:30"), RULES)
    assert changed is not None
    handle = changed.clock.course("handle")
    assert handle is not None
    assert left(handle, at("11-20 14:30"), RULES.calendar).in_time  # as it was found when it stopped
    assert changed.clock.running == ticket.clock.running
    ticket.clock = changed.clock
    ticket.do("rework", "11-23 09:00")
    assert ticket.due == "11-23 10:00"  # two working hours were over; half of them is given back


def test_what_a_stage_came_to_is_told_once_it_stops() -> None:
    ticket = handled()
    late = moved(ticket.clock, "feed_back", "fed_back", at("11-20 16:00"), GARBAGE, RULES)
    assert late.stopped == "handle"
    assert late.left is not None
    assert (late.left.in_time, late.left.reason.text) == (False, "late by 1 working hour")
    taken = moved(ticket.clock, "take", "handling", at("11-20 11:00"), GARBAGE, RULES)
    assert (taken.stopped, taken.left) == (None, None)
    again = moved(ticket.clock, "dispatch", "dispatched", at("11-20 12:00"), GARBAGE, RULES)
    assert again.left is not None
    assert (again.stopped, again.left.seconds) == ("handle", 2 * 3600)
    closed = moved(late.clock, "merge", "merged", at("11-20 17:00"), GARBAGE, RULES)
    assert closed.stopped == "verify"
    assert moved(closed.clock, "reopen", "accepted", at("11-20 17:00"), GARBAGE, RULES).stopped is None


def test_levels_rise_and_never_fall_back() -> None:
    clock = TicketClock()
    street, district = EscalationStep(1.0, to="street"), EscalationStep(1.5, to="district", supervise=True)
    first = raised(clock, street)
    assert (first.clock.level, first.reason.text) == (
        "street",
        "100% of the limit has passed: it now lies with the street",
    )
    second = raised(first.clock, district)
    assert (second.clock.level, second.clock.supervised) == ("district", True)
    assert second.reason.text == "150% of the limit has passed: it now lies with the district, supervised"
    again = raised(second.clock, street)
    assert again.clock == second.clock
    assert (again.reason.code, again.reason.text) == (
        "level_stays",
        "100% of the limit has passed: it lies with the district already",
    )
    urged = raised(clock, EscalationStep(0.8, urge=True))
    assert (urged.clock, urged.reason.text) == (clock, "80% of the limit has passed: urged")
    watched = raised(clock, EscalationStep(2.0, supervise=True))
    assert (watched.clock.supervised, watched.reason.code) == (True, "supervised")


def test_each_open_state_has_its_stage_and_no_other() -> None:
    assert set(STAGE_OF) == set(OPEN) - set(HELD)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(-3600, 90_000)), max_size=25))
@settings(max_examples=150, deadline=None)
def test_whatever_is_done_one_clock_runs_and_it_can_be_kept(choices: list[tuple[int, int]]) -> None:
    ticket, now = Ticket(), at("11-20 09:00")
    for number, seconds in choices:
        actions = allowed(ticket.state)
        if not actions:
            break
        now += seconds  # the clock is put back now and then
        before = ticket.clock
        ticket.do(actions[number % len(actions)], f"{RULES.calendar.local(now):%m-%d %H:%M}")
        clock = ticket.clock
        assert [course.stage for course in clock.courses if course.since is not None] == (
            [STAGE_OF[ticket.state]] if ticket.state in STAGE_OF else []
        )
        assert len({course.stage for course in clock.courses}) == len(clock.courses) <= 5
        assert clock.version == before.version + 1
        assert before.round <= clock.round <= before.round + 1
        assert LEVELS.index(clock.level) >= LEVELS.index(before.level)
        assert all(course.worked_s >= 0 and course.passed_s >= 0 for course in clock.courses)
        assert read(written(clock)) == clock
        due = due_of(clock, RULES)
        assert (due.due is None) == (ticket.state in HELD or ticket.state in DONE)
        if clock.running is not None:
            assert due.due is not None
            assert left(clock.running, due.due + 0.002, RULES.calendar).reason.text


def test_every_action_is_known_to_the_test_above() -> None:
    assert {action for state in (*OPEN, *DONE) for action in allowed(state)} == set(ACTIONS)
