"""What people do with tickets, on both databases: rights, versions, repetition, the log, and the scene."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.events import Reason
from central.casework.deeds import NEEDED, Given, called, misgiven
from central.casework.facts import Facts, Handler
from central.casework.machine import ACTIONS, BY_SCENE, Action, State
from central.casework.permits import permitted
from central.casework.profile import Profile
from central.casework.rights import options
from central.casework.routes import Destination
from central.clock.settings import ClockSettings
from central.letters import Told
from central.people.roles import ROLES, Role
from central.store import acting
from central.store.acting import NotDoable, Said, by_itself, comment, perform, resume_due
from central.store.audit import Asked as Lines
from central.store.audit import lines
from central.store.clocking import Clockwork
from central.store.database import Store, take_turn
from central.store.pictures import Arrival, arrived
from central.store.queries import Wanted, list_tickets
from central.store.schema import situations
from central.store.taking import take
from central.store.working import Work
from tests.unit.central.casework import (
    BOX,
    LINE,
    NOW,
    STANDARD,
    again,
    asked,
    clear,
    do,
    doer,
    either,
    facts,
    later,
    lead_to,
    log,
    migrated,
    replayed,
    report,
    store,
    terms,
)
from tests.unit.central.makers import at, event, evidence, letter

__all__ = ["either", "migrated", "store"]


def refused(store: Store, who: str, action: Action, **given: Any) -> NotDoable:
    before = facts(store)
    with pytest.raises(NotDoable) as error:
        do(store, who, action, **given)
    assert facts(store) == before
    return error.value


def test_the_main_line(either: Store) -> None:
    for n, (who, action) in enumerate(LINE):
        do(either, who, action, moment=later(n))
    found = facts(either)
    assert found.state == "evaluated"
    assert (found.department, found.dispatches, found.deeds) == ("Sanitation", 1, 6)
    assert found.handlers == (Handler("dai"),)
    moments = [found.accepted_at, found.dispatched_at, found.fed_back_at, found.verified_at, found.closed_at]
    assert moments == [later(n) for n in (0, 1, 3, 4, 4)]
    said = [(line.who, line.action, line.state) for line in log(either) if line.action]
    assert said == [
        ("olga", "accept", "accepted"),
        ("olga", "dispatch", "dispatched"),
        ("dai", "take", "handling"),
        ("dai", "feed_back", "fed_back"),
        ("gao", "verify", "verified"),
        (None, "close", "closed"),
        ("sun", "evaluate", "evaluated"),
    ]
    versions = [line.version for line in log(either) if line.action]
    assert versions == list(range(2, 9))
    assert replayed(log(either)) == "evaluated"
    audited = lines(either, Lines(action="ticket.work", about="T-000001"), limit=20)
    assert [line.who for line in audited] == ["sun", "gao", "dai", "dai", "olga", "olga"]


def test_one_request_is_done_once(either: Store) -> None:
    wanted = asked(either, "olga", "accept", request="request-a")
    first = perform(either, STANDARD, wanted, NOW)
    second = perform(either, STANDARD, wanted, later(5))
    assert not first.again
    assert second.again
    assert second.line == first.line
    assert facts(either).version == 2
    assert len(lines(either, Lines(action="ticket.work"), limit=9)) == 1
    error = refused(either, "olga", "reject", request="request-a")
    assert (error.sort, error.reason.code) == ("request", "request_reused")


def test_a_repeated_request_answers_what_the_centre_did_then(store: Store) -> None:
    lead_to(store, "fed_back")
    wanted = asked(store, "gao", "verify")
    first = perform(store, STANDARD, wanted, NOW)
    do(store, "sun", "evaluate", moment=later(1))
    second = perform(store, STANDARD, wanted, later(2))
    assert [line.action for line in first.followed] == ["close"]
    assert second.followed == first.followed


def test_who_looked_too_early_is_told_what_happened_since(store: Store) -> None:
    do(store, "olga", "accept")
    do(store, "olga", "dispatch")
    error = refused(store, "olga", "reject", version=2)
    assert (error.sort, error.version) == ("stale", 3)
    assert [(line.who, line.action) for line in error.since] == [("olga", "dispatch")]
    assert "olga: dispatch" in error.reason.text


def test_what_only_the_scene_tells_does_not_make_a_look_stale(store: Store) -> None:
    again(store, "sit-2", 30)
    assert facts(store).version == 1
    do(store, "olga", "accept", version=1)


def test_of_two_at_the_same_moment_one_is_told(either: Store) -> None:
    both, errors, gate = (
        [asked(either, "olga", action) for action in ("accept", "reject")],
        [],
        threading.Barrier(2),
    )

    def race(wanted: acting.Asked) -> None:
        gate.wait()
        try:
            perform(either, STANDARD, wanted, NOW)
        except NotDoable as error:
            errors.append(error)

    threads = [threading.Thread(target=race, args=(each,)) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (error,) = errors
    assert error.sort == "stale"
    assert len([line for line in log(either) if line.action]) == 1


def test_who_handles_never_verifies(store: Store) -> None:
    lead_to(store, "dispatched")
    do(store, "dai", "take", by=doer("dai", department="Sanitation"))
    do(store, "dai", "feed_back", by=doer("dai", department="Sanitation"))
    error = refused(store, "gao", "verify", by=replace(doer("gao"), who="dai"))
    assert (error.sort, error.reason.code) == ("rights", "handled_it")
    error = refused(store, "gao", "verify", by=doer("gao", department="Sanitation"))
    assert error.reason.code == "own_department"
    do(store, "gao", "rework", by=doer("gao", department="Street office"))
    assert facts(store).reworks == 1
    do(store, "dai", "send_back")
    do(store, "olga", "dispatch", department="Parks")
    assert facts(store).handlers == (), "a new round"


def test_a_department_handles_what_is_its_own(store: Store) -> None:
    lead_to(store, "dispatched")
    error = refused(store, "dai", "take", by=doer("dai", department="Parks"))
    assert (error.reason.code, error.reason.text) == ("other_department", "the ticket is with Sanitation")
    do(store, "dai", "take", by=doer("dai", department="Sanitation"))


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_offered_what_the_table_says(role: Role) -> None:
    known = Facts(1, 1, "reported", "illegal_parking", "normal", "camera", opened_at=NOW, created=NOW)
    found = options(STANDARD.profile, known, doer("olga", role=role))
    assert {option.action for option in found} == set(ACTIONS) - BY_SCENE
    for option in found:
        may = permitted(role, option.action)
        sort = option.why_not.sort if option.why_not else None
        assert sort in ((None, "state") if may else ("rights",)), option


def test_nobody_asks_for_what_the_scene_says(store: Store) -> None:
    assert refused(store, "olga", "clear_itself").reason.code == "by_the_scene"


def test_a_token_does_what_it_was_made_for(store: Store) -> None:
    token = doer("olga", scopes={"ticket.work", "ticket.report"})
    assert refused(store, "olga", "accept", by=token).reason.code == "scope_lacks"
    do(store, "olga", "withdraw", by=token)


def test_what_is_missing_is_named(store: Store) -> None:
    known = facts(store)
    for action, needed in NEEDED.items():
        wrong = misgiven(known, action, Given(), NOW)
        assert wrong is not None
        assert wrong.code == f"missing_{called(needed[0])}"
        assert wrong.text == f"{action} needs {called(needed[0])}"
    assert refused(store, "olga", "reject", reason="").reason.code == "missing_reason"


def test_what_does_not_belong_to_an_action_is_said(store: Store) -> None:
    assert refused(store, "olga", "accept", department="Parks").reason.code == "unused_department"
    lead_to(store, "dispatched")
    assert refused(store, "olga", "defer", until=NOW).reason.code == "past_until"


def test_held_until_its_time_has_come(either: Store) -> None:
    lead_to(either, "handling")
    do(either, "olga", "defer", until=later(60))
    assert (facts(either).state, facts(either).held_from, facts(either).deferrals) == (
        "deferred",
        "handling",
        1,
    )
    assert resume_due(either, STANDARD, later(59)) == 0
    assert resume_due(either, STANDARD, later(60)) == 1
    assert resume_due(either, STANDARD, later(61)) == 0
    found = facts(either)
    assert (found.state, found.hold_until, found.held_from) == ("handling", None, None)
    assert log(either)[-1].reason["code"] == "hold_ran_out"


def test_what_is_held_may_go_and_come_back_and_is_still_held(store: Store) -> None:
    lead_to(store, "dispatched")
    do(store, "olga", "park", until=later(600))
    clear(store, box=BOX)
    assert (facts(store).state, facts(store).before) == ("self_cleared", "parked")
    again(store, "sit-2", -50)
    found = facts(store)
    assert (found.state, found.held_from, found.hold_until) == ("parked", "dispatched", later(600))
    do(store, "olga", "resume")
    assert facts(store).state == "dispatched"
    assert replayed(log(store)) == "dispatched"


def test_more_time_and_a_higher_level(store: Store) -> None:
    lead_to(store, "handling")
    do(store, "olga", "extend", amount_s=3600.0)
    do(store, "sun", "extend", amount_s=1800.0)
    do(store, "sun", "escalate", level="street")
    found = facts(store)
    assert (found.extended_s, found.extensions, found.level, found.state) == (5400.0, 2, "street", "handling")


def test_one_ticket_into_another(store: Store) -> None:
    report(store, "other", source=event().data.source.model_copy(update={"id": "cam-2"}))
    assert refused(store, "olga", "merge", into=1).reason.code == "own_into"
    assert refused(store, "olga", "merge", into=77).reason.code == "no_into"
    do(store, "olga", "merge", number=2, into=1)
    assert (facts(store, 2).state, facts(store, 2).merged_into) == ("merged", 1)
    assert log(store)[-1].reason["text"] == "T-000002 was merged into this one by olga"
    assert refused(store, "olga", "merge", into=2).reason.code == "bad_into"


def test_a_repeat_reopens_what_was_closed(either: Store) -> None:
    lead_to(either, "closed")
    clear(either, box=BOX, revision=600)
    assert facts(either).state == "closed"
    again(either, "sit-2", 50)
    found = facts(either)
    assert (found.state, found.reopenings, found.closed_at, found.department) == ("accepted", 1, None, None)
    line = log(either)[-1]
    assert (line.effect, line.action, line.who, line.version) == ("reopened", "reopen", None, found.version)
    assert replayed(log(either)) == "accepted"


def test_what_was_seen_before_the_closing_reopens_nothing(store: Store) -> None:
    lead_to(store, "closed")
    again(store, "sit-2", -40)
    assert facts(store).state == "closed"


@pytest.mark.parametrize(("action", "state"), [("reject", "false_alarm"), ("withdraw", "withdrawn")])
def test_what_people_said_of_it_holds_however_often_it_is_seen(
    store: Store, action: Action, state: State
) -> None:
    do(store, "olga", action)
    clear(store, box=BOX, revision=600)
    again(store, "sit-2", 50)
    assert facts(store).state == state
    assert log(store)[-1].effect == "stays"
    assert state in log(store)[-1].reason["text"]
    assert len(list_tickets(store, Wanted(), limit=9).tickets) == 1


def test_a_repeat_of_what_was_merged_by_hand_reopens_the_other(either: Store) -> None:
    report(either, "other", source=event().data.source.model_copy(update={"id": "cam-2"}))
    do(either, "olga", "merge", into=2)
    lead_to(either, "closed", 2)
    clear(either, box=BOX, revision=600)
    again(either, "sit-2", 50)
    assert (facts(either, 1).state, facts(either, 2).state) == ("merged", "accepted")
    assert replayed(log(either, 2)) == "accepted"


def test_comments_are_kept_once(store: Store) -> None:
    who, by = doer("dai"), asked(store, "dai", "take").by
    first = comment(store, 1, Said("the lorry comes at noon"), "comment-1", who, by, NOW)
    assert comment(store, 1, Said("the lorry comes at noon"), "comment-1", who, by, later(1)) == first
    with pytest.raises(NotDoable, match="was used for something else"):
        comment(store, 1, Said("another"), "comment-1", who, by, NOW)
    assert (first.who, first.effect, first.action) == ("dai", "commented", None)
    assert facts(store).version == 1


def profile(**changes: Any) -> Work:
    return Work(Profile.model_validate(STANDARD.profile.model_dump() | changes))


def test_the_centre_takes_its_own_steps(sqlite_store: Store) -> None:
    rules = ClockSettings.model_validate({"limits": [{"stage": "handle", "limit": "4 hours"}]}).rules()
    steps = profile(automatic=["accept", "dispatch", "close", "evaluate"]).profile
    work = Work(steps, clockwork=Clockwork(rules))
    opened = event()
    take(sqlite_store, [_told(opened)], terms=terms(work))
    found = facts(sqlite_store)
    assert (found.state, found.department, found.due_at) == (
        "dispatched",
        "department",
        at(100) + timedelta(hours=4),
    )
    assert [line.action for line in log(sqlite_store)] == [None, "accept", "dispatch"]
    assert log(sqlite_store)[-1].details["reasons"][0]["code"] == "one_department"
    assert replayed(log(sqlite_store)) == "dispatched"
    cleared = event("cleared", 1)
    take(sqlite_store, [_told(cleared)], terms=terms(work))
    assert (facts(sqlite_store).state, facts(sqlite_store).due_at) == ("self_cleared", None)


def _told(each: Any) -> Any:
    return Told(letter(each.encode()), each)


def test_where_nobody_is_known_it_waits_and_says_why(sqlite_store: Store) -> None:
    why = Reason(code="no_owner", text="nobody looks after this street")
    work = Work(
        profile(automatic=["accept", "dispatch"]).profile, lambda _known, _at: Destination(None, None, (why,))
    )
    take(sqlite_store, [_told(event())], terms=terms(work))
    assert facts(sqlite_store).state == "accepted"
    assert (log(sqlite_store)[-1].effect, log(sqlite_store)[-1].reason["code"]) == ("stays", "no_owner")


def test_the_centre_verifies_what_it_has_seen(store: Store) -> None:
    lead_to(store, "fed_back")
    seen_clear = Reason(code="scene_clear", text="the camera that sees the place sees it empty")
    with store.write() as connection:
        take_turn(connection)
        why = by_itself(connection, STANDARD, 1, "take", seen_clear, NOW)
        assert isinstance(why, Reason)
        assert why.code == "illegal_action"
        shown = {"after": "0" * 64}
        by_itself(connection, STANDARD, 1, "verify", seen_clear, NOW, details=shown)
        assert not isinstance(by_itself(connection, STANDARD, 1, "reopen", seen_clear, NOW), Reason)
    assert facts(store).state == "accepted"
    told = [(line.action, line.who, line.details) for line in log(store)[-3:]]
    assert told == [("verify", None, shown), ("close", None, None), ("reopen", None, None)]
    assert facts(store).deeds == 4, "what the centre did is no deed of people"
    assert replayed(log(store)) == "accepted"


def test_a_picture_of_now_where_the_city_asks_for_one(either: Store) -> None:
    work = profile(needs={"verify": {"picture": True}})
    lead_to(either, "fed_back")
    with pytest.raises(NotDoable) as error:
        perform(either, work, asked(either, "gao", "verify"), NOW)
    assert error.value.reason.code == "missing_picture"
    shown = evidence(b"after", "after").model_copy(update={"taken": later(1)})
    told = event("updated", 3, evidence=[shown], box=BOX)
    take(either, [_told(told)])
    with pytest.raises(NotDoable):
        perform(either, work, asked(either, "gao", "verify"), NOW)
    arrived(either, Arrival(shown.sha256, shown.size, shown.media_type, later(2), told.source))
    perform(either, work, asked(either, "gao", "verify"), later(3))


def seen(subject: str, since: float, until: float | None = None) -> list[Any]:
    """The events of one sighting, in minutes from nine."""
    moments = {"opened": later(since)} | ({"cleared": later(until)} if until is not None else {})
    made = [
        event(phase, n, subject=subject, box=BOX, since=later(since), last_seen=moment)
        for n, (phase, moment) in enumerate(moments.items())
    ]
    return [
        each.model_copy(update={"time": moments[phase]}) for each, phase in zip(made, moments, strict=True)
    ]


@pytest.fixture
def torn(new_store: Callable[[], Store]) -> Store:
    """Two tickets, the first gone by itself; `between` comes late and makes them one thing."""
    made = new_store()
    for each in [*seen("one", 0, 10), *seen("two", 60)]:
        take(made, [_told(each)])
    assert [facts(made, number).state for number in (1, 2)] == ["self_cleared", "reported"]
    return made


def between(store: Store) -> dict[str, int]:
    """The late sighting; which situation is in which ticket then."""
    for each in seen("between", 30, 40):
        take(store, [_told(each)])
    with store.read() as connection:
        return {row.subject: row.ticket for row in connection.execute(situations.select())}


def test_what_nobody_touched_is_one_ticket_by_the_oldest_number(torn: Store) -> None:
    assert between(torn) == {"one": 1, "two": 1, "between": 1}
    assert (facts(torn, 2).state, facts(torn, 2).merged_into, facts(torn, 1).state) == (
        "merged",
        1,
        "reported",
    )
    assert replayed(log(torn, 1)) == "reported"
    assert replayed(log(torn, 2)) == "merged"


def test_the_number_that_people_have_worked_on_goes_on(torn: Store) -> None:
    lead_to(torn, "handling", 2)
    assert between(torn) == {"one": 2, "two": 2, "between": 2}
    assert (facts(torn, 1).state, facts(torn, 1).merged_into, facts(torn, 2).state) == (
        "merged",
        2,
        "handling",
    )
    assert replayed(log(torn, 1)) == "merged"


def test_what_people_finished_is_not_merged_away(torn: Store) -> None:
    do(torn, "olga", "reject", 2)
    assert between(torn) == {"one": 1, "two": 2, "between": 1}
    assert (facts(torn, 1).state, facts(torn, 2).state) == ("self_cleared", "false_alarm")


def test_what_people_finished_takes_nothing_of_what_is_open(torn: Store) -> None:
    do(torn, "olga", "reopen", 1, moment=later(15))
    for who, action in LINE[1:]:
        do(torn, who, action, 1, moment=later(90))
    lead_to(torn, "handling", 2)
    assert between(torn) == {"one": 1, "two": 2, "between": 1}
    assert (facts(torn, 1).state, facts(torn, 2).state) == ("evaluated", "handling")


def test_between_two_that_people_finished_there_is_nothing_new(torn: Store) -> None:
    do(torn, "olga", "reopen", 1, moment=later(15))
    do(torn, "olga", "reject", 1, moment=later(16))
    do(torn, "olga", "reject", 2, moment=later(70))
    assert between(torn) == {"one": 1, "two": 2, "between": 1}
    assert [facts(torn, number).state for number in (1, 2)] == ["false_alarm", "false_alarm"]
