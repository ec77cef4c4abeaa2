"""Tickets are counted as they change, and reports that are frozen stay as they were."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, func, select, update

from broker.events import SourceRef
from broker.messages import About, NodeHealth, NodeState, SourceAbout, SourceReport
from central.casework.machine import Action
from central.figures import Asked, frozen_of, indicators_of, wanted_of
from central.followers.indicators import Follower
from central.followers.uptime import Follower as Uptime
from central.following import Following
from central.indicators.cases import Case
from central.indicators.periods import named
from central.letters import Letter, Word
from central.remembered import Remembered
from central.settings import CentralSettings
from central.store import reckoning
from central.store.acting import perform
from central.store.casing import case_in
from central.store.database import Store
from central.store.figuring import listing, tickets_of
from central.store.freezing import read_on
from central.store.indicator_tables import indicator_cases, indicator_reports
from central.store.nodes import keep_words
from central.store.schema import nodes, tickets
from central.terms import ground_of
from tests.unit.central.casework import asked
from tests.unit.central.counted import OCTOBER, case, put
from tests.unit.central.makers import NODE
from tests.unit.central.test_ticket_clock import MONDAY, WORK, later, open_one

MARCH = "2026-03"


def settings(**indicators: Any) -> CentralSettings:
    limits = [
        {"stage": "accept", "limit": "1 working hour"},
        {"stage": "handle", "limit": "2 working hours"},
        {"stage": "verify", "limit": "30 minutes"},
    ]
    return CentralSettings.model_validate(
        {
            "broker": {"url": "mqtt://127.0.0.1"},
            "storage": {"directory": "x"},
            "clock": {"limits": limits},
            "indicators": indicators,
        }
    )


INDICATORS = indicators_of(settings())
CALENDAR = settings().clock.working_calendar()


def do(store: Store, who: str, action: Action, at: datetime, number: int = 1, **given: Any) -> None:
    perform(store, WORK, asked(store, who, action, number, **given), at)


def rows(store: Store) -> Sequence[Row[Any]]:
    """Of tickets themselves, not of their dispatches."""
    order = (indicator_cases.c.ticket, indicator_cases.c.edition)
    with store.read() as connection:
        return connection.execute(
            select(indicator_cases).where(indicator_cases.c.dispatch == 0).order_by(*order)
        ).all()


def now_of(store: Store, number: int = 1) -> Case:
    c = indicator_cases.c
    mine = (c.ticket == number) & (c.dispatch == 0) & c.until.is_(None)
    with store.read() as connection:
        return case_in(connection.execute(select(indicator_cases).where(mine)).one())


def due_of(store: Store) -> datetime | None:
    with store.read() as connection:
        return connection.execute(select(tickets.c.due_at).where(tickets.c.number == 1)).scalar_one()


class Town:
    """A store with the follower at work."""

    def __init__(self, store: Store, follower: Follower | None = None) -> None:
        self.store = store
        self.follower = follower or Follower(ground_of(settings(), store))
        Following(store, [self.follower], holder="a").begin()

    def do(self, who: str, action: Action, hours: float, number: int = 1, **given: Any) -> Case:
        do(self.store, who, action, later(hours), number, **given)
        self.read()
        return now_of(self.store, number)

    def read(self) -> None:
        """What the log says. Its ticks come when a test says so: the time of the machine is another."""
        with self.store.write() as connection:
            read_on(connection, self.follower.name, CALENDAR)

    def closed(self, hours: float = 0.5) -> Case:
        for who, action in (
            ("olga", "accept"),
            ("olga", "dispatch"),
            ("dai", "feed_back"),
            ("gao", "verify"),
        ):
            found = self.do(who, action, hours)  # type: ignore[arg-type]
        return found


@pytest.fixture
def town(sqlite_store: Store) -> Town:
    open_one(sqlite_store)
    return Town(sqlite_store)


def test_a_ticket_is_counted_as_it_goes(town: Town) -> None:
    town.follower.tick(town.store, MONDAY)
    first = now_of(town.store)
    assert (first.state, first.owed_at, first.district) == ("reported", later(1), "131002")
    town.do("olga", "accept", 0.1)
    sent = town.do("olga", "dispatch", 0.5)
    assert (sent.department, sent.dispatched_at, sent.owed_at) == ("Sanitation", later(0.5), later(17.5))
    town.do("dai", "take", 0.6)
    done = town.do("dai", "feed_back", 16.5)
    assert (done.handled_at, done.in_time, done.owed_at) == (later(16.5), True, later(17.5))
    assert (done.worked_s, done.passed_s) == (3600, 16 * 3600)  # half an hour on each of the days
    over = town.do("gao", "verify", 16.6)
    assert (over.state, over.owed_at, over.closed_at) == ("closed", later(17.5), later(16.6))
    assert len(rows(town.store)) == 1


def test_when_it_was_due_stays_known_when_it_was_late_reworked_or_deferred(town: Town) -> None:
    town.do("olga", "accept", 0)
    town.do("olga", "dispatch", 0)
    due = due_of(town.store)
    assert due == later(17)
    late = town.do("dai", "feed_back", 18)
    assert (late.owed_at, late.in_time) == (due, False)
    again = town.do("gao", "rework", 18.5)
    assert again.owed_at == due_of(town.store) == later(20.5)  # half of the limit is given back
    held = town.do("sun", "defer", 19, until=later(200))
    assert (due_of(town.store), held.owed_at, held.state) == (None, later(20.5), "deferred")


def test_each_dispatch_counts_for_whom_it_went_to(town: Town) -> None:
    town.do("olga", "accept", 0)
    town.do("olga", "dispatch", 0.1, department="Parks")
    town.do("olga", "dispatch", 0.2)
    found = {each.key: each.values for each in month(town.store, later(1)).groups}
    accuracy = {key: values["dispatch_accuracy"] for key, values in found.items()}
    assert {key: (each.numerator, each.denominator) for key, each in accuracy.items()} == {
        "Parks": (0, 1),
        "Sanitation": (1, 1),
    }
    total = month(town.store, later(1)).total.values
    assert (total["dispatch_accuracy"].value, total["machine_share"].denominator) == (0.5, 1)
    town.do("dai", "send_back", 0.3, reason="not ours")
    assert month(town.store, later(1)).total.values["dispatch_accuracy"].numerator == 0


def test_reopening_begins_anew(town: Town) -> None:
    town.closed()
    found = town.do("olga", "reopen", 24, reason="it is back")
    assert (found.handled_at, found.worked_s, found.reopenings) == (None, 0, 1)
    assert (found.state, found.owed_at) == ("accepted", due_of(town.store))


def test_what_was_there_before_is_counted_too_and_again_by_other_rules(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        open_one(sqlite_store, subject=f"sit-{number}")
    monkeypatch.setattr(reckoning, "AT_ONCE", 3)
    town = Town(sqlite_store)  # it begins at the end of the log
    ticks(town, 4)
    assert [row.ticket for row in rows(sqlite_store)] == list(range(1, 8))
    with sqlite_store.write() as connection:
        connection.execute(update(indicator_cases).values(owed_at=None))
    ticks(Town(sqlite_store), 4)  # the same rules: nothing is done again
    assert {row.owed_at for row in rows(sqlite_store)} == {None}
    other = settings()
    other = other.model_copy(update={"clock": other.clock.model_copy(update={"calendar": "none"})})
    ticks(Town(sqlite_store, Follower(ground_of(other, sqlite_store))), 4)
    assert {row.owed_at for row in rows(sqlite_store)} == {later(1)}


def ticks(town: Town, number: int) -> None:
    for _ in range(number):
        town.follower.tick(town.store, MONDAY)


def month(store: Store, now: datetime, *, live: bool = False) -> Any:
    asked_for = Asked(named(MARCH, INDICATORS.zone), live=live)
    return INDICATORS.report(store, "department", asked_for, now)


APRIL = datetime(2026, 3, 31, 16, 0, tzinfo=timezone.utc)
CUT_OFF = APRIL + timedelta(days=3)


def test_a_frozen_report_stays_as_it_was_when_a_ticket_is_reopened(either_town: Town) -> None:
    town = either_town
    town.follower.tick(town.store, MONDAY)
    town.closed()
    running = month(town.store, later(48))
    assert (running.state, running.total.values["closing_rate"].value) == ("running", 1.0)
    assert month(town.store, APRIL).state == "open"
    town.follower.tick(town.store, CUT_OFF - timedelta(seconds=1))
    assert month(town.store, CUT_OFF).state == "open"
    town.follower.tick(town.store, CUT_OFF)
    then = month(town.store, CUT_OFF)
    assert (then.state, then.frozen, then.cut_off, then.changed) == ("frozen", CUT_OFF, CUT_OFF, 0)
    assert then.total.values["closing_rate"].value == 1.0

    town.do("olga", "reopen", 900, reason="it is back")
    town.do("olga", "reject", 901, reason="it was a shadow")
    frozen, live = month(town.store, later(950)), month(town.store, later(950), live=True)
    assert frozen.groups == then.groups
    assert frozen.total == then.total
    assert (frozen.changed, live.changed) == (1, None)
    assert live.total.values["closing_rate"].value is None
    assert live.total.values["false_alarm_rate"].value == 1.0
    asked_for = Asked(named(MARCH, INDICATORS.zone))
    told = INDICATORS.differences(town.store, "department", asked_for, later(950))
    assert ("total", "closing_rate", 1, 0) in [
        (each.key, each.figure, each.frozen.numerator, each.now.numerator) for each in told
    ]
    assert [row.state for row in rows(town.store)] == ["closed", "false_alarm"]


def test_what_is_remembered_is_bounded() -> None:
    held: Remembered[int] = Remembered(3)
    made = [held.get(n % 5, lambda n=n: n) for n in range(5)]  # type: ignore[misc]
    assert (made, len(held)) == ([0, 1, 2, 3, 4], 3)
    assert held.get(2, lambda: -1) == 2
    held.get(9, lambda: 9)
    assert held.get(2, lambda: -1) == 2  # the one asked for last stayed
    assert held.get(3, lambda: -1) == -1


@pytest.fixture
def either_town(store: Store) -> Town:
    open_one(store)
    return Town(store)


def test_each_report_is_frozen_once_and_by_what_the_log_says_then(town: Town) -> None:
    town.follower.tick(town.store, MONDAY)
    do(town.store, "olga", "accept", later(0.1))  # the follower has not read this yet
    town.follower.tick(town.store, CUT_OFF)
    with town.store.read() as connection:
        found = connection.execute(select(indicator_reports)).all()
    days = [row.name for row in found if row.kind == "day"]
    assert (min(days), max(days)) == ("2026-02-27", "2026-03-31")
    assert {row.edition for row in found} == {0}
    assert next(row.sums["found"] for row in found if row.name == MARCH) == 1
    assert [row.state for row in rows(town.store)] == ["accepted"]
    second = Town(town.store)
    second.follower.tick(town.store, CUT_OFF + timedelta(hours=1))
    with town.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(indicator_reports)).scalar() == len(found)
        assert connection.execute(select(indicator_reports)).all() == found


def test_a_report_of_the_past_before_the_centre_counted_is_never_frozen(town: Town) -> None:
    town.follower.tick(town.store, CUT_OFF + timedelta(days=1))
    town.follower.tick(town.store, CUT_OFF + timedelta(days=1, seconds=1))
    assert month(town.store, CUT_OFF + timedelta(days=2)).state == "open"


def test_only_what_is_to_be_frozen_is(sqlite_store: Store) -> None:
    follower = Follower(ground_of(settings(freeze=["month"], cut_off="0s"), sqlite_store))
    Town(sqlite_store, follower)
    follower.tick(sqlite_store, MONDAY)
    follower.tick(sqlite_store, APRIL)
    with sqlite_store.read() as connection:
        assert connection.execute(select(indicator_reports.c.name)).scalars().all() == [MARCH]


def test_the_tickets_of_a_frozen_figure_are_those_it_counted(sqlite_store: Store) -> None:
    town = Town(sqlite_store)
    put(sqlite_store, [case(n, state="closed" if n % 3 else "handling") for n in range(1, 31)])
    november = OCTOBER + timedelta(days=31)
    town.follower.tick(sqlite_store, november)
    town.follower.tick(sqlite_store, november + timedelta(days=4))
    put(sqlite_store, [case(n, state="handling") for n in range(1, 31)])
    asked_for = Asked(named("2026-10", INDICATORS.zone))
    now = november + timedelta(days=5)
    report = INDICATORS.report(sqlite_store, "cell", asked_for, now)
    assert (report.total.values["closing_rate"].numerator, report.changed) == (20, 20)
    with sqlite_store.read() as connection:
        query = listing("closed", wanted_of(asked_for, frozen_of(connection, asked_for), now))
        found = tickets_of(connection, query, limit=100)
    assert [row.ticket for row in found] == [n for n in range(30, 0, -1) if n % 3]


def test_uptime_is_what_was_known(sqlite_store: Store, tmp_path: Path) -> None:
    follower = Uptime(ground_of(settings(), sqlite_store))
    say(sqlite_store, "ok", online=True, at=MONDAY)
    for minutes in range(11):  # 10 minutes well
        say(sqlite_store, "ok", online=True, at=MONDAY + timedelta(minutes=minutes))
        follower.tick(sqlite_store, MONDAY + timedelta(minutes=minutes))
        follower.tick(sqlite_store, MONDAY + timedelta(minutes=minutes, seconds=1))  # not a minute yet
    for minutes in range(11, 16):  # 5 minutes without a picture
        say(sqlite_store, "lost", online=True, at=MONDAY + timedelta(minutes=minutes))
        follower.tick(sqlite_store, MONDAY + timedelta(minutes=minutes))
    for minutes in range(16, 26):  # no pulse: after five minutes nothing is known
        follower.tick(sqlite_store, MONDAY + timedelta(minutes=minutes))
    say(sqlite_store, "ok", online=False, at=MONDAY + timedelta(minutes=26))
    follower.tick(sqlite_store, MONDAY + timedelta(minutes=26))  # one minute away
    follower.tick(sqlite_store, MONDAY + timedelta(hours=5))  # the centre stood still
    by_district = INDICATORS.report(
        sqlite_store, "district", Asked(named(MARCH, INDICATORS.zone)), MONDAY + timedelta(days=1)
    )
    found = by_district.total.values["camera_uptime"]
    assert (found.numerator, found.denominator) == (600, 600 + 300 + 300 + 60)


def say(store: Store, state: str, *, online: bool, at: datetime) -> None:
    camera = SourceRef(id="cam-1", kind="camera")
    report = SourceReport(id="cam-1", state=state, frames=1, dropped=0)  # type: ignore[arg-type]
    words = (
        NodeState(online=online),
        About(at=at, software="1", configuration="c" * 64, sources=[SourceAbout(source=camera)]),
        NodeHealth(at=at, uptime_s=1, pending=0, evidence_pending=0, disk_free_mb=1, sources=[report]),
    )
    with store.write() as connection:
        for channel, word in zip(("state", "about", "health"), words, strict=True):
            told = Letter(NODE.source, NODE.topic(channel), word.encode(), at)
            keep_words(connection, [Word(told, channel, word)])  # type: ignore[arg-type]


def test_uptime_is_not_made_up_for_what_is_smaller(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection:
        assert connection.execute(select(func.count()).select_from(nodes)).scalar() == 0
    report = INDICATORS.report(sqlite_store, "cell", Asked(named(MARCH, INDICATORS.zone)), MONDAY)
    found = report.total.values["camera_uptime"]
    assert (found.value, found.why and found.why.code) == (None, "nothing_to_divide_by")
    assert report.groups == ()
