"""The clock of tickets in the database: due instants, timers that fire once, restarts and clock steps."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from broker.events import SourceRef
from central.casework_settings import CaseworkSettings, profile_of
from central.clock.courses import Rules
from central.clock.settings import ClockSettings
from central.followers.timers import Follower
from central.letters import Told
from central.settings import CentralSettings
from central.store.acting import NotDoable, perform
from central.store.clocking import Clockwork
from central.store.database import Store, take_turn
from central.store.firing import fire
from central.store.schema import ticket_log, tickets
from central.store.seating import Terms
from central.store.tailing import Entry
from central.store.taking import take
from central.store.timer_tables import fired, marks, timers
from central.store.working import Work
from central.terms import following, ground_of
from tests.unit.central.casework import asked
from tests.unit.central.makers import START, event, letter, take_event

# A Monday that is worked, 17:00 in Shanghai: the working day ends at 18:00.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
CLOCK = ClockSettings.model_validate(
    {
        "limits": [
            {"stage": "accept", "limit": "1 working hour"},
            {"stage": "handle", "limit": "2 working hours"},
            {"stage": "verify", "limit": "30 minutes"},
        ]
    }
)
WORK = Work(profile_of(CaseworkSettings()), clockwork=Clockwork(CLOCK.rules()))


def later(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def rules_of(**limits: str) -> Rules:
    said = [{"stage": stage, "limit": limit} for stage, limit in limits.items()]
    return ClockSettings.model_validate({"limits": said}).rules()


def open_one(store: Store, work: Work = WORK, subject: str = "sit-1") -> None:
    made = event(subject=subject, zone=None, source=SourceRef(id=subject, kind="camera"))
    said = letter(made.encode(), received=(MONDAY - START).total_seconds())
    take(store, [Told(said, made)], terms=Terms(follow=following(work)))


def do(store: Store, who: str, action: Any, at: datetime, **given: Any) -> None:
    perform(store, WORK, asked(store, who, action, **given), at)


def ticket(store: Store) -> Row[Any]:
    with store.read() as connection:
        return connection.execute(select(tickets).where(tickets.c.number == 1)).one()


def armed(store: Store) -> dict[str, datetime]:
    with store.read() as connection:
        return {row.kind: row.at for row in connection.execute(select(timers).where(timers.c.ticket == 1))}


def said(store: Store, *effects: str) -> list[tuple[str, str]]:
    with store.read() as connection:
        wanted = select(ticket_log).where(ticket_log.c.effect.in_(effects)).order_by(ticket_log.c.seq)
        return [(row.effect, row.reason["text"]) for row in connection.execute(wanted) if row.who is None]


def test_each_stage_has_its_limit_and_its_timers(store: Store) -> None:
    open_one(store)
    assert ticket(store).due_at == later(1)  # 18:00
    assert armed(store) == {"accept_urge": later(0.8), "accept_urge_2": later(1)}
    do(store, "olga", "accept", later(0.1))
    do(store, "olga", "dispatch", later(0.5))
    assert ticket(store).due_at == later(17.5)  # half an hour today, the rest from 09:00
    assert set(armed(store)) == {"handle_urge", "handle_street", "handle_district"}
    do(store, "dai", "feed_back", later(16.5))
    assert ticket(store).due_at == later(17)
    assert ticket(store).in_time is True
    do(store, "gao", "verify", later(16.6))
    assert ticket(store).state == "closed"
    assert ticket(store).due_at is None
    assert armed(store) == {}


def test_what_is_deferred_has_no_due_instant_until_it_goes_on(store: Store) -> None:
    open_one(store)
    do(store, "olga", "accept", later(0))
    do(store, "olga", "dispatch", later(0))
    do(store, "dai", "take", later(0.5))
    do(store, "sun", "defer", later(0.5), until=later(100))
    assert (ticket(store).due_at, armed(store)) == (None, {})
    follower = Follower(ground_of(settings(), store))
    follower.tick(store, later(101))  # Friday, 22:00: it goes on, and 1.5 of 2 hours are left
    assert ticket(store).state == "handling"
    assert ticket(store).due_at == datetime(2026, 3, 9, 2, 30, tzinfo=timezone.utc)


def test_timers_fire_once_each_and_levels_rise(store: Store) -> None:
    open_one(store)
    do(store, "olga", "accept", later(0))
    do(store, "olga", "dispatch", later(0))
    due = ticket(store).due_at
    assert due == later(17)  # 10:00 the next day
    version = ticket(store).version
    assert fire(store, WORK, WORK.clockwork, later(15.9)) == 0
    assert fire(store, WORK, WORK.clockwork, later(16.6) + timedelta(seconds=1)) == 1
    assert fire(store, WORK, WORK.clockwork, later(16.7)) == 0
    assert ticket(store).urgings == 1
    assert ticket(store).version == version
    fire(store, WORK, WORK.clockwork, due)
    assert (ticket(store).level, ticket(store).supervised) == ("street", False)
    fire(store, WORK, WORK.clockwork, later(5))  # the clock was put back
    fire(store, WORK, WORK.clockwork, due)
    fire(store, WORK, WORK.clockwork, later(19))
    assert (ticket(store).level, ticket(store).supervised) == ("district", True)
    effects = said(store, "urged", "supervised", "acted")
    assert [effect for effect, _ in effects] == ["urged", "acted", "acted"]
    assert "100% of the limit to handle has passed: escalate to street" in effects[1][1]
    with store.read() as connection:
        assert len(connection.execute(select(fired)).all()) == 3
        assert connection.execute(select(timers)).all() == []
    do(store, "dai", "feed_back", later(20))
    assert ticket(store).in_time is False
    do(store, "gao", "rework", later(20.1))
    assert ticket(store).level == "district"  # it never falls back
    assert "handle_street" in armed(store)  # a new round
    do(store, "olga", "reject", later(20.2))
    with store.read() as connection:
        assert connection.execute(select(fired)).all() == connection.execute(select(timers)).all() == []


def test_what_was_missed_for_a_week_fires_at_the_first_look_and_urges_nobody(store: Store) -> None:
    open_one(store)
    do(store, "olga", "accept", later(0))
    do(store, "olga", "dispatch", later(0))
    fire(store, WORK, WORK.clockwork, later(24 * 7))
    assert (ticket(store).level, ticket(store).supervised, ticket(store).urgings) == ("district", True, 0)
    assert "late" in said(store, "acted")[-1][1]


def test_an_extension_moves_the_due_instant_and_one_that_cannot_be_is_refused(store: Store) -> None:
    open_one(store)
    do(store, "olga", "accept", later(0))
    do(store, "olga", "dispatch", later(0))
    do(store, "sun", "extend", later(0.2), amount_s=3600.0)
    assert ticket(store).due_at == later(18)
    version = ticket(store).version
    open_ended = Work(WORK.profile, clockwork=Clockwork(rules_of(handle="none")))
    do(store, "olga", "reject", later(1))
    open_one(store, open_ended, "sit-2")
    perform(store, open_ended, asked(store, "olga", "accept", number=2), later(1))
    perform(store, open_ended, asked(store, "olga", "dispatch", number=2), later(1))
    assert version < ticket(store).version
    with pytest.raises(NotDoable, match="no limit that could be extended"):
        perform(store, open_ended, asked(store, "sun", "extend", number=2, amount_s=60.0), later(1))


def settings(**clock: Any) -> CentralSettings:
    said = CLOCK.model_dump(mode="json", exclude_unset=True) | clock
    return CentralSettings.model_validate(
        {"broker": {"url": "mqtt://127.0.0.1"}, "storage": {"directory": "x"}, "clock": said}
    )


def test_timers_are_made_anew_when_the_rules_of_the_clock_change(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    open_one(store)
    Follower(ground_of(settings(), store)).tick(store, later(0))
    before = armed(store)
    Follower(ground_of(settings(), store)).tick(store, later(0))
    assert armed(store) == before
    caplog.set_level("INFO")
    Follower(ground_of(settings(holidays=["2026-03-02"]), store)).tick(store, later(0))
    assert "its rules have changed" in caplog.text
    assert ticket(store).due_at == later(17)  # nobody works today: 10:00 tomorrow
    assert armed(store) == {"accept_urge": later(16.8), "accept_urge_2": later(17)}
    with store.read() as connection:
        assert len(connection.execute(select(marks)).all()) == 1


def test_a_ticket_without_a_clock_is_left_alone(store: Store) -> None:
    take_event(store, letter(event().encode()), event())
    Follower(ground_of(settings(), store)).tick(store, later(1000))
    assert ticket(store).clock is None


GRAVE = ClockSettings.model_validate(
    {
        "limits": [
            {"stage": "accept", "limit": "10 minutes", "severities": ["high"]},
            {"stage": "accept", "limit": "1 working hour"},
        ]
    }
)


def test_a_ticket_that_turns_out_graver_is_due_sooner(store: Store, tmp_path: Path) -> None:
    settings = CentralSettings.model_validate(
        {"storage": {"directory": str(tmp_path)}, "broker": {"url": "mqtt://127.0.0.1"}, "clock": GRAVE}
    )
    ground = ground_of(settings, store)
    open_one(store, ground.work)
    assert ticket(store).due_at == later(1)
    follower = Follower(ground)
    for n, (severity, due) in enumerate(
        [("high", later(1 / 6)), ("high", later(1 / 6)), ("normal", later(1))]
    ):
        camera = SourceRef(id="sit-1", kind="camera")
        told = event("updated", n + 1, zone=None, source=camera, severity=severity)
        said = letter(told.encode(), received=(MONDAY - START).total_seconds())
        take(store, [Told(said, told)], terms=Terms(follow=following(ground.work)))
        with store.write() as connection:
            take_turn(connection)
            follower.follow(connection, [Entry(1, 1, "updated", None)], later(0.05))
        assert ticket(store).due_at == due
    with store.read() as connection:
        armed = connection.execute(select(timers.c.at).order_by(timers.c.at.desc())).scalars().all()
        lines = connection.execute(
            select(ticket_log.c.reason).where(ticket_log.c.effect == "stays")
        ).scalars()
        said_why = [reason["text"] for reason in lines]
    assert armed[0] <= later(1)
    assert [text.split(" to ")[0] for text in said_why] == ["10 minutes", "1 working hour"]
