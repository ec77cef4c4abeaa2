"""What a broker has kept, and says again to whoever subscribes, is a last known state and no sign of life."""

import json

import pytest

from edge.devices.book import DeviceBook
from edge.devices.findings import Found, SituationFound
from edge.devices.keeping import dump, restore
from edge.readings import Reading
from tests.unit.devices import (
    FLAPPING,
    MISSING,
    OPEN,
    RISING,
    T0,
    book,
    one,
    play,
    said,
    settings,
    silences,
    told,
)

BARE = Reading("d", "contact", False)


def kept(given: DeviceBook, reading: Reading, arrival_s: float, more_s: float = 0.0) -> list[Found]:
    """The broker says it again; then time goes on."""
    given.take([reading], T0 + arrival_s, retained=True)
    return given.advance(T0 + arrival_s + max(more_s, given.late_s))


@pytest.mark.parametrize("again", [BARE, said(False, 100)])
def test_a_silent_device_does_not_come_alive(again: Reading) -> None:
    given = book(one(MISSING, silence="10m"))
    found = play(given, [said(False, 100)], 5000)
    assert silences(found) == [("d", "raised", 700.0)]
    found = kept(given, again, 5001, 5000)
    assert silences(found) == []
    assert [phase for _, phase, _ in told(found)] in ([], ["updated"])
    assert (given.states["d"].heard, given.states["d"].readings) == (T0 + 100, 1)


def test_one_that_was_never_heard_is_missed_in_time_and_its_last_state_holds_until_then() -> None:
    given = book(one(OPEN, MISSING, silence="10m"))
    found = kept(given, BARE, 5, 3000)
    assert told(found) == [("manhole_cover", "opened", 305.0), ("device_silent", "opened", 1800.0)]
    assert silences(found) == [("d", "raised", 600.0)]
    opened = found[0]
    assert isinstance(opened, SituationFound)
    assert not given.states["d"].ever


def test_its_own_stamp_says_since_when() -> None:
    given = book(one(OPEN))
    found = kept(given, said(False, -1000), 5)
    assert told(found) == [("manhole_cover", "opened", -700.0)]
    assert isinstance(found[0], SituationFound)
    assert found[0].since == T0 - 1000


def test_a_stamp_that_cannot_be_believed_is_none() -> None:
    for at in (-200_000, 5000):
        assert told(kept(book(one(OPEN)), said(False, at), 5, 400)) == [("manhole_cover", "opened", 305.0)]


def test_what_was_told_before_changes_nothing_when_it_is_kept() -> None:
    given = book(one(OPEN))
    found = play(given, [BARE], 200)
    found += kept(given, BARE, 200)
    assert told(found + given.advance(T0 + 400)) == [("manhole_cover", "opened", 300.0)]
    found = play(given, [Reading("d", "contact", True, T0 + 500)], 530)
    found += kept(given, Reading("d", "contact", True), 530)
    assert told(found + given.advance(T0 + 700)) == [("manhole_cover", "cleared", 560.0)]


def test_what_is_older_than_what_is_known_says_nothing() -> None:
    given = book(one({**OPEN, "after": "0s"}))
    play(given, [said(True, 100)], 200)
    assert told(kept(given, said(False, 50), 200, 1000)) == []
    assert given.late == 0
    assert told(kept(given, said(False, 150), 1300)) == [("manhole_cover", "opened", 150.0)]


def test_what_came_while_the_node_was_away_is_taken() -> None:
    given = book(one({**OPEN, "after": "1m"}, silence="10h"))
    play(given, [said(True, 100)], 200)
    assert told(kept(given, BARE, 5000, 100)) == [("manhole_cover", "opened", 5060.0)]


def test_a_device_that_spoke_during_a_break_is_heard_as_of_then() -> None:
    given = book(one(MISSING, silence="10m"))
    play(given, [said(True, 100)], 1000)
    found = kept(given, said(True, 900), 1010)
    assert silences(found) == [("d", "cleared", 900.0)]
    assert silences(given.advance(T0 + 1600)) == [("d", "raised", 1500.0)]


def test_a_rate_and_changes_are_not_taken_from_what_has_no_time() -> None:
    given = book(one(RISING, FLAPPING))
    kept(given, Reading("d", "water_level", 0.1), 10)
    found = play(given, [said(0.5, 20, "water_level")], 100)
    for n in range(12):
        found += kept(given, Reading("d", "contact", n % 2 == 0), 100 + 3 * n)
    assert told(found) == []
    found = kept(given, said(0.1, -10, "water_level"), 200)
    assert told(found + play(given, [said(0.8, 210, "water_level")], 300)) == [
        ("road_water", "opened", 210.0)
    ]


def test_a_stamped_message_is_not_held_up_by_one_without() -> None:
    given = book(one({**OPEN, "after": "0s"}))
    kept(given, Reading("d", "online", True), 100)
    given.take([said(False, 90)], T0 + 105)
    assert told(given.advance(T0 + 110)) == [("manhole_cover", "opened", 90.0)]


def test_what_is_kept_counts_for_rules_over_several_devices() -> None:
    lamp = {
        "kind": "combination",
        "incident": "street_lamp",
        "conditions": [
            {"quantity": "switch", "value": False},
            {"device": "meter", "quantity": "power", "above": 50},
        ],
    }
    given = book(settings({"id": "lamp", "silence": "1h", "rules": [lamp]}, {"id": "meter", "silence": "1h"}))
    kept(given, Reading("lamp", "switch", False), 10)
    found = kept(given, Reading("meter", "power", 60.0), 20)
    assert told(found) == [("street_lamp", "opened", 20.0)]
    found = kept(given, Reading("meter", "power", 60.0), 500, 1500)
    assert [each.readings[1].at for each in found if isinstance(each, SituationFound)] == [T0 + 20]


def test_what_waits_its_turn_is_still_known_as_kept_after_a_restart() -> None:
    given = book(one(MISSING, silence="10m"))
    given.take([BARE], T0 + 5, retained=True)
    fresh = book(one(MISSING, silence="10m"), T0 + 6)
    assert restore(fresh, json.loads(json.dumps(dump(given)))) == []
    fresh.advance(T0 + 20)
    assert not fresh.states["d"].ever
