"""What follows from tickets: once, by one, from where it stopped; storms and places where things recur."""

import random
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from broker.events import Location, Point, SourceRef
from central.correlation.bonds import Kinds
from central.correlation.spots import SpotRule
from central.correlation.storms import Opening, StormRule, folded
from central.followers.spots import Follower as Spots
from central.followers.storms import Follower as Storms
from central.following import Following
from central.letters import Told
from central.settings import CentralSettings
from central.store import leases
from central.store.database import Store
from central.store.follow_tables import followers, spots
from central.store.recurring import list_spots
from central.store.schema import ticket_log, tickets
from central.store.seating import Terms
from central.store.tailing import Entry
from central.store.taking import take
from central.terms import Ground, ground_of
from tests.unit.central.makers import Event, at, event, letter

COMMUNITY = ("131002001001001", "131002001001", None)
TERMS = Terms(Kinds(), lambda _longitude, _latitude, _at: COMMUNITY)
LATITUDE, LONGITUDE = 39.5, 116.7
DAY = 86_400.0


def lid(n: int, seconds: float, *, metres: float | None = None, phase: str = "opened") -> Event:
    """A lid that reports open, so many seconds after the start; 100 m apart, or where it is said."""
    metres = 100.0 * n if metres is None else metres
    place = Point(type="Point", coordinates=(LONGITUDE, LATITUDE + metres / 111_320))
    made = event(
        phase,
        int(phase == "cleared"),
        subject=f"lid-{n}",
        kind="manhole_open",
        source=SourceRef(id=f"lid-{n}", kind="sensor"),
        since=at(seconds),
        last_seen=at(seconds + 60),
        location=Location(geometry=place, accuracy_m=1.0, method="surveyed"),
    )
    return made.model_copy(update={"time": at(seconds + 60 * (phase == "cleared"))})


def tell(store: Store, *events: Event) -> None:
    take(store, [Told(letter(each.encode()), each) for each in events], terms=TERMS)


def following(store: Store, *all_of_them: Any, holder: str = "a") -> Following:
    made = Following(store, all_of_them, holder=holder)
    made.begin()
    return made


def settings(**correlation: Any) -> CentralSettings:
    return CentralSettings.model_validate(
        {"broker": {"url": "mqtt://127.0.0.1"}, "storage": {"directory": "x"}, "correlation": correlation}
    )


def ground(store: Store, **correlation: Any) -> Ground:
    return ground_of(settings(**correlation), store)


def parents(store: Store) -> dict[str, str | None]:
    with store.read() as connection:
        rows = connection.execute(select(tickets.c.number, tickets.c.subject, tickets.c.parent)).all()
    names = {row.number: row.subject for row in rows}
    return {row.subject: names.get(row.parent) for row in rows}


class Counting:
    """Counts what it is told of, in the database; stumbles when it is told to."""

    name = "counting"

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.stumble = 0
        self.ticks = 0

    def follow(self, connection: Connection, found: Sequence[Entry], now: datetime) -> None:
        self.seen += [each.seq for each in found]
        if self.stumble:
            self.stumble -= 1
            raise RuntimeError("on purpose")

    def tick(self, store: Store, now: datetime) -> None:
        self.ticks += 1

    def close(self) -> None:
        self.seen.append(-1)


def test_a_follower_reads_each_line_once_and_goes_on_after_it_stumbled(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(store, lid(0, 0))
    counting = Counting()
    follows = following(store, counting)  # begins at the end of the log
    tell(store, *(lid(n, n) for n in range(1, 301)))
    counting.stumble = 1
    assert follows.once()
    assert "counting stumbled" in caplog.text
    first = list(counting.seen)
    assert follows.once()
    assert counting.seen == first  # it waits
    monkeypatch.setattr("central.following.HELD_BACK_S", 0.0)
    follows._held_back.clear()
    counting.seen.clear()
    assert follows.once()
    with store.read() as connection:
        wanted = list(connection.execute(select(ticket_log.c.seq).order_by(ticket_log.c.seq)).scalars())[1:]
    assert counting.seen == wanted
    assert not follows._held_back
    again = following(store, other := Counting(), holder="a")
    assert again.once()
    assert other.seen == []
    assert other.ticks == 1


def test_of_two_processes_one_leads_until_it_lets_go(store: Store) -> None:
    first, second = Counting(), Counting()
    one, two = following(store, first, holder="one"), following(store, second, holder="two")
    assert one.once()
    assert not two.once()
    tell(store, lid(0, 0))
    one.start()
    one.call()
    for _ in range(100):
        if first.seen:
            break
        threading.Event().wait(0.05)
    one.stop()
    assert len(first.seen) == 2
    assert first.seen[-1] == -1  # it was closed
    two._renew = 0.0
    assert two.once()
    assert second.seen == []


def test_a_lease_that_ran_out_is_taken_and_the_old_holder_does_nothing_more(sqlite_store: Store) -> None:
    store = sqlite_store
    assert leases.held(store, "following", "one", 10, at(0))
    assert not leases.held(store, "following", "two", 10, at(9))
    assert leases.held(store, "following", "two", 10, at(11))
    old = following(store, seen := Counting(), holder="one")
    old._leading, old._renew = True, float("inf")  # as it thinks
    tell(store, lid(0, 0))
    old.once()
    assert seen.seen == []
    assert not old._leading


def test_a_storm_folds_into_its_first_and_ends_with_a_pause(store: Store) -> None:
    storms = following(store, Storms(ground(store, storms={"number": 4, "window": "10m"})))
    tell(store, *(lid(n, 60.0 * n) for n in range(3)))
    storms.once()
    assert set(parents(store).values()) == {None}
    tell(store, lid(3, 180), lid(4, 700), lid(5, 1400))
    storms.once()
    assert parents(store) == {
        "lid-0": None, "lid-1": "lid-0", "lid-2": "lid-0", "lid-3": "lid-0", "lid-4": "lid-0", "lid-5": None,
    }  # fmt: skip
    with store.read() as connection:
        said = connection.execute(
            select(ticket_log.c.reason).where(ticket_log.c.effect == "folded")
        ).scalars()
        assert "T-000001 was the first" in next(iter(said))["text"]


@pytest.mark.parametrize("seed", range(4))
def test_storms_and_places_do_not_depend_on_the_order_of_arrival(store: Store, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    times = [chance.uniform(0, 6000) for _ in range(40)]
    story = [lid(n, seconds) for n, seconds in enumerate(times)]
    rule = StormRule(5, 600)
    wanted = folded([Opening(each, str(n), n) for n, each in enumerate(times)], rule)
    storms = following(store, Storms(ground(store, storms={"number": 5, "window": "10m"})))
    chance.shuffle(story)
    while story:
        tell(store, *story[:7])
        storms.once()
        story = story[7:]
    found = {name: parent for name, parent in parents(store).items() if parent}
    assert found == {f"lid-{n}": f"lid-{parent}" for n, parent in wanted.items()}
    assert found


def weekly(count: int, chance: random.Random | None = None) -> Iterator[Event]:
    days = list(range(count))
    if chance is not None:
        chance.shuffle(days)
    for day in days:
        for phase in ("opened", "cleared"):
            yield lid(1000 + day, day * 5 * DAY, metres=3.0 * (day % 3), phase=phase)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_place_where_a_kind_recurs_is_recognised_in_any_order(store: Store, seed: int | None) -> None:
    follows = following(store, Spots(ground(store, spots={"times": 4, "days": 30, "within_m": 20})))
    for each in weekly(10, random.Random(seed) if seed is not None else None):  # noqa: S311
        tell(store, each)
        follows.once()
    tell(store, lid(1, 0), lid(2, 46 * DAY, metres=18))
    follows.once()
    with store.read() as connection:
        t = tickets.c
        wanted = select(t.subject, t.recurs, t.spot).where(t.state != "merged")
        rows = connection.execute(wanted.order_by(t.opened_at)).all()
    times = {row.subject: row.recurs for row in rows}
    # within 30 days before it: itself and the six before
    assert [times[f"lid-{1000 + n}"] for n in range(10)] == [1, 2, 3, 4, 5, 6, 7, 7, 7, 7]
    assert times["lid-1"] == 1
    (spot,) = list_spots(store)
    assert {row.subject for row in rows if row.spot == spot.number} == {
        "lid-2", *(f"lid-{1000 + n}" for n in range(10))
    }  # fmt: skip
    assert (spot.last, spot.tickets) == (at(46 * DAY), 11)
    assert list_spots(store, since=at(0) + timedelta(days=47)) == []
    assert list_spots(store, kind="bin_full") == []


def test_what_was_a_false_alarm_counts_no_more(store: Store) -> None:
    rule = {"times": 3, "days": 30, "within_m": 20}
    follows = following(store, Spots(ground(store, spots=rule)))
    tell(store, *weekly(2))
    follows.once()
    with store.write() as connection:
        connection.execute(tickets.update().where(tickets.c.number == 1).values(state="false_alarm"))
        line = {"ticket": 1, "effect": "acted", "reason": {}, "source": "-", "subject": "-", "at": at(0)}
        connection.execute(ticket_log.insert().values(line))
    follows.once()
    with store.read() as connection:
        assert connection.execute(select(tickets.c.recurs).order_by(tickets.c.number)).scalars().all() == [
            1,
            1,
        ]
        assert connection.execute(select(spots)).all() == []
        assert connection.execute(select(followers.c.name)).scalars().all() == ["spots"]


def test_no_storms_where_they_are_switched_off() -> None:
    assert settings(storms={"number": 0}).correlation.storms.rule() is None
    assert settings().correlation.spots.rule() == SpotRule()


class Counted:
    """A follower that counts its looks."""

    name = "counted"

    def __init__(self) -> None:
        self.looked = threading.Event()

    def follow(self, connection: Any, found: Any, now: Any) -> None:
        pass

    def tick(self, store: Store, now: Any) -> None:
        self.looked.set()

    def close(self) -> None:
        pass


def test_what_follows_gives_way_to_what_comes_in_but_not_for_ever(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, backlog = Counted(), [1000]
    made = Following(sqlite_store, [counted], holder="a")
    made.give_way_to(lambda: backlog[0])
    made.start()
    try:
        assert not counted.looked.wait(0.3)
        backlog[0] = 0
        assert counted.looked.wait(5)
        monkeypatch.setattr("central.following.GIVES_WAY_S", 0.1)
        backlog[0] = 1000
        counted.looked.clear()
        assert counted.looked.wait(5)
    finally:
        made.stop()
