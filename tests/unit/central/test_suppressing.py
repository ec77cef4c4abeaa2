"""The same thing at the same place is hidden for a while, in any order of arrival; a different one never."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from broker.events import ObjectCount, SourceRef, ZoneRef
from central.correlation.sightings import overlap_of
from central.feedback.suppressing import Looks, looks_of, thing_of, unlike
from central.following import all_followers
from central.letters import Told
from central.people.asker import COMMAND_LINE
from central.settings import CentralSettings
from central.store.database import Store
from central.store.fingerprint import ticket_state_hash
from central.store.people_tables import audit
from central.store.schema import situations, ticket_log, tickets
from central.store.seating import Terms
from central.store.suppressing import (
    NotSuppressed,
    Wanted,
    Which,
    end_due,
    hidden_of,
    hiding_now,
    lift,
    listed,
    suppress,
)
from central.store.sweeps.openings import sweep
from central.store.taking import take
from central.terms import ground_of
from tests.unit.central.makers import NODE, at, event, letter
from tests.unit.central.retained import keeping

BOX = (0.4, 0.5, 0.6, 0.7)
NEAR = (0.41, 0.5, 0.61, 0.7)
APART = (0.1, 0.5, 0.3, 0.7)
CAR, BIN = [ObjectCount(label="car", count=1)], [ObjectCount(label="bin", count=1)]
MADE, HOUR = at(60), 3600.0


def seen(
    phase: str, subject: str, seconds: float, *, revision: int | None = None, heard: float = 0, **facts: Any
) -> Told:
    """One event of a car in the middle of the picture; `heard`: when the centre gets it."""
    facts = {"box": BOX, "objects": CAR} | facts
    number = {"opened": 0, "updated": 1, "cleared": 9}[phase] if revision is None else revision
    made = event(phase, number, subject=subject, **facts)
    made = made.model_copy(update={"time": at(seconds), "id": f"{subject}-{phase}-{number}-{seconds:g}"})
    return Told(letter(made.encode(), received=heard or seconds + 1), made)


def told(store: Store, *items: Told) -> list[str]:
    return [outcome.effect for outcome in take(store, items).outcomes]


def numbers(store: Store) -> dict[str, tuple[int | None, bool]]:
    """Of each situation its ticket, and whether something hides it."""
    with store.read() as connection:
        rows = connection.execute(select(situations)).all()
    return {row.subject: (row.ticket, row.suppressed is not None) for row in rows}


def hide(store: Store, lasts_s: float = HOUR, now: datetime = MADE, **changes: Any) -> int:
    wanted = replace(Wanted("request-1", "T-000001", lasts_s, "the bin store's own van"), **changes)
    number: int = suppress(store, wanted, COMMAND_LINE, now).number
    return number


@pytest.fixture
def hiding(store: Store) -> Store:
    """With a ticket of a car that was seen clear, and its like hidden for an hour from minute one on."""
    told(store, seen("opened", "first", 5), seen("cleared", "first", 50))
    hide(store)
    return store


def test_the_same_thing_gets_no_ticket_and_what_is_known_of_it_is_kept(hiding: Store) -> None:
    effects = told(
        hiding,
        seen("opened", "again", 3000, box=NEAR),
        seen("updated", "again", 3100, severity="high"),
        seen("cleared", "again", 3200),
    )
    assert effects == ["suppressed", "updated", "cleared"]
    assert numbers(hiding) == {"first": (1, False), "again": (None, True)}
    (one,) = listed(hiding, at(3300))
    assert (one.row.number, one.hides, one.hid, one.last) == (1, 0, 1, at(3000))
    assert [row.subject for row in hidden_of(hiding, 1)] == ["again"]
    with hiding.read() as connection:
        line = connection.execute(select(ticket_log).where(ticket_log.c.effect == "suppressed")).one()
    assert line.reason["code"] == "suppressed"
    assert "overlap 0.90" in line.reason["text"]


@pytest.mark.parametrize(
    "different",
    [
        {"box": APART},
        {"box": (0.4, 0.5, 0.6, 0.84)},  # much larger
        {"box": None},
        {"objects": BIN},
        {"objects": [*CAR, *BIN]},
        {"kind": "stall"},
        {"zone": ZoneRef(id="gate", version="v1")},
        {"zone": None},
        {"source": SourceRef(id="cam-2", kind="camera")},
        {"source": SourceRef(id="cam-1", kind="drone")},
    ],
)
def test_a_different_thing_is_never_hidden(hiding: Store, different: Any) -> None:
    assert told(hiding, seen("opened", "other", 3000, **different)) != ["suppressed"]
    assert numbers(hiding)["other"][0] is not None


def test_what_becomes_different_is_shown_at_once(hiding: Store) -> None:
    assert told(hiding, seen("opened", "again", 3000)) == ["suppressed"]
    assert told(hiding, seen("updated", "again", 3100, box=(0.2, 0.3, 0.9, 0.9))) == ["opened"]
    assert numbers(hiding)["again"] == (2, False)
    assert hiding_now(hiding, at(3200)) == (1, 0)


def test_a_label_that_changes_within_its_group_is_the_same_thing(hiding: Store) -> None:
    van = [ObjectCount(label="truck", count=1)]
    assert told(hiding, seen("opened", "again", 3000, objects=van)) == ["suppressed"]


def test_what_was_opened_before_or_after_its_time_is_not_hidden(hiding: Store) -> None:
    late = seen("opened", "before", 30, heard=3000)
    assert told(hiding, late, seen("opened", "after", 61 + HOUR)) == ["opened", "opened"]


def test_what_stands_when_it_ends_gets_its_ticket_then(hiding: Store) -> None:
    told(hiding, seen("opened", "stands", 3000), seen("opened", "gone", 2000), seen("cleared", "gone", 2500))
    assert not end_due(hiding, Terms(), at(59 + HOUR))
    assert hiding_now(hiding, at(3300)) == (1, 1)
    while end_due(hiding, Terms(), at(61 + HOUR)):
        pass
    assert numbers(hiding) == {"first": (1, False), "stands": (2, False), "gone": (None, True)}
    with hiding.read() as connection:
        line = connection.execute(select(ticket_log).where(ticket_log.c.ticket == 2)).one()
        made = connection.execute(select(tickets).where(tickets.c.number == 2)).one()
    assert (line.effect, line.reason["code"]) == ("opened", "shown")
    assert (made.opened_at, made.created, made.state) == (at(3000), at(61 + HOUR), "reported")
    assert listed(hiding, at(62 + HOUR)) == []
    assert len(listed(hiding, at(62 + HOUR), Which(ended=True))) == 1


def test_lifting_shows_what_stands_and_is_in_the_audit(hiding: Store) -> None:
    told(hiding, seen("opened", "stands", 3000))
    lift(hiding, 1, "it is the wrong one", COMMAND_LINE, at(3100))
    while end_due(hiding, Terms(), at(3101)):
        pass
    assert numbers(hiding)["stands"] == (2, False)
    with pytest.raises(NotSuppressed, match="is over"):
        lift(hiding, 1, "again", COMMAND_LINE, at(3200))
    with hiding.read() as connection:
        lines = connection.execute(select(audit.c.why).where(audit.c.action == "ticket.suppress")).scalars()
        assert list(lines) == [
            "suppression 1 for 1 h: the bin store's own van",
            "suppression 1 lifted: it is the wrong one",
        ]
        trail = select(ticket_log.c.reason).where(ticket_log.c.effect == "suppression")
        assert [each["code"] for each in connection.execute(trail).scalars()] == [
            "hidden_for",
            "hidden_lifted",
        ]


def test_a_clear_that_comes_late_does_not_bring_a_ticket(hiding: Store) -> None:
    """Opened and gone while it counted, heard of when it is over."""
    late = at(70 + HOUR).timestamp() - at(0).timestamp()
    told(hiding, seen("cleared", "again", 3200, heard=late))
    assert told(hiding, seen("opened", "again", 3000, heard=late)) == ["suppressed"]


def test_what_another_suppression_hides_too_stays_hidden(hiding: Store) -> None:
    hide(hiding, 2 * HOUR, request="request-2")
    told(hiding, seen("opened", "again", 3000))
    while end_due(hiding, Terms(), at(61 + HOUR)):
        pass
    assert numbers(hiding)["again"] == (None, True)
    assert [each.hides for each in listed(hiding, at(62 + HOUR))] == [1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ticket": "T-000099"}, "no_ticket"),
        ({"lasts_s": 31 * 86_400.0}, "too_long"),
        ({"situation": "nobody"}, "no_situation"),
    ],
)
def test_what_cannot_be_hidden_is_refused(hiding: Store, changes: Any, code: str) -> None:
    with pytest.raises(NotSuppressed) as refused:
        hide(hiding, request="request-9", **changes)
    assert refused.value.code == code


def test_without_a_place_in_the_picture_nothing_is_hidden(store: Store) -> None:
    told(store, seen("opened", "first", 5, box=None))
    with pytest.raises(NotSuppressed) as refused:
        hide(store)
    assert refused.value.code == "no_place"


def test_the_same_request_makes_one(hiding: Store) -> None:
    assert hide(hiding) == hide(hiding, now=at(90)) == 1
    assert len(listed(hiding, at(100))) == 1


def test_what_is_hidden_and_stands_is_not_swept_away(hiding: Store) -> None:
    told(hiding, seen("opened", "stands", 3000), seen("opened", "gone", 2000), seen("cleared", "gone", 2500))
    old = keeping(hiding, at(3000) + timedelta(days=400))
    with hiding.write() as connection:
        sweep(connection, old, None)
    assert sorted(numbers(hiding)) == ["first", "stands"]


STORY: Sequence[Told] = [
    *(seen("opened", "same", 600), seen("updated", "same", 700), seen("cleared", "same", 900)),
    *(seen("opened", "next", 1000, box=NEAR), seen("updated", "next", 1100, box=NEAR)),
    *(seen("opened", "grows", 1300), seen("updated", "grows", 1400, box=(0.3, 0.4, 0.7, 0.8))),
    seen("updated", "grows", 1500, revision=2),
    *(seen("opened", "twice", 1600, box=APART), seen("opened", "twice", 1650, revision=1)),
    *(seen("opened", "bin", 1700, objects=BIN), seen("cleared", "bin", 1800, objects=BIN)),
    seen("updated", "early", 1900, box=APART, revision=3),
    seen("opened", "early", 1850),
]


@pytest.fixture
def stores(new_store: Callable[[], Store]) -> Callable[[], Store]:
    def make() -> Store:
        store = new_store()
        told(store, seen("opened", "first", 5), seen("cleared", "first", 50))
        hide(store)
        return store

    return make


def test_any_order_repetition_and_cutting_hides_the_same(stores: Callable[[], Store]) -> None:
    found = []
    for turn in range(6):
        store, chance = stores(), random.Random(turn)  # noqa: S311 - no secret depends on it
        story = list(STORY)
        if turn:
            story += chance.choices(STORY, k=8)
            chance.shuffle(story)
        while story:
            size = chance.randint(1, 7) if turn else 1
            batch, story = story[:size], story[size:]
            take(store, batch)
        hidden = {subject for subject, (_, hides) in numbers(store).items() if hides}
        assert hidden == {"same", "next"}, turn
        found.append(ticket_state_hash(store))
    assert set(found) == {found[0]}


def test_an_end_in_the_middle_loses_nothing_that_stands(stores: Callable[[], Store]) -> None:
    """Whatever is heard of before it and whatever after: what stands then has its ticket."""
    for turn in range(6):
        store, chance = stores(), random.Random(turn)  # noqa: S311 - no secret depends on it
        story = [each for each in STORY if each.event.subject in ("same", "next")]
        chance.shuffle(story)
        cut = turn % (len(story) + 1)
        take(store, story[:cut]) if cut else None
        lift(store, 1, "enough", COMMAND_LINE, at(1200))
        while end_due(store, Terms(), at(1201)):
            pass
        after = [replace(each, letter=replace(each.letter, received=at(1300))) for each in story[cut:]]
        take(store, after) if after else None
        found = numbers(store)
        assert found["next"][0] is not None
        assert found["same"][0] is None or all_gone(store, found["same"][0])


def all_gone(store: Store, number: int) -> bool:
    """Its end was not known when the suppression ended: then its ticket went by itself, or is another's."""
    with store.read() as connection:
        rows = connection.execute(select(situations).where(situations.c.ticket == number)).all()
        ticket = connection.execute(select(tickets).where(tickets.c.number == number)).one()
    return any(row.subject != "same" for row in rows) or ticket.scene == "clear"


BOXES = st.tuples(*(st.floats(0, 1) for _ in range(4))).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
)


@settings(max_examples=200)
@given(BOXES, BOXES)
def test_likeness_is_mutual_and_needs_most_of_the_place(a: Any, b: Any) -> None:
    one = Looks(NODE.source, "cam-1", "illegal_parking", "kerb", frozenset({"vehicle"}), a)
    other = replace(one, box=b)
    assert (unlike(one, other) is None) == (unlike(other, one) is None)
    if unlike(one, other) is None:
        assert abs((a[0] + a[2]) - (b[0] + b[2])) <= 2 * (a[2] - a[0])


def test_things_go_by_group_where_labels_flip_and_by_label_else() -> None:
    assert (thing_of("car"), thing_of("moped"), thing_of("bin")) == ("vehicle", "two_wheeler", "bin")
    made = event("opened", 0, source=SourceRef(id="r-1", kind="drone"), box=BOX)
    assert looks_of(made) is None


def test_boxes_too_small_for_their_area_do_not_overlap() -> None:
    tiny = 2.2e-311
    assert overlap_of((0.0, 0.0, 4.4e-186, 2.3e-309), (0.0, 0.0, tiny, tiny)) == 0.0


def test_the_follower_shows_what_stands_and_sends_it_on(hiding: Store) -> None:
    """As the centre does it: the ticket is accepted and dispatched like any other."""
    said = {"broker": {"url": "mqtt://127.0.0.1"}, "storage": {"directory": "x"}}
    ground = ground_of(CentralSettings.model_validate(said), hiding)
    (follower,) = (each for each in all_followers(ground) if each.name == "suppressions")
    told(hiding, seen("opened", "stands", 3000))
    follower.tick(hiding, at(3100))
    assert numbers(hiding)["stands"] == (None, True)
    lift(hiding, 1, "enough", COMMAND_LINE, at(3200))
    follower.tick(hiding, at(3201))
    follower.tick(hiding, at(3202))
    assert numbers(hiding)["stands"] == (2, False)
    with hiding.read() as connection:
        lines = connection.execute(select(ticket_log).where(ticket_log.c.ticket == 2)).all()
        clocked = connection.execute(select(tickets).where(tickets.c.number == 2)).one()
    assert next(line.effect for line in lines) == "opened"
    assert clocked.clock is not None, "its limits run"
