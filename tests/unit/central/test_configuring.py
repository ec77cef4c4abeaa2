"""Versions of what nodes shall run, and what nodes say of them; on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from broker.events import SourceRef
from broker.messages import About, ReportedConfiguration, SourceAbout, ZoneAbout
from central.letters import Letter, Word
from central.people.asker import Asker
from central.store import configuring
from central.store.audit import Asked, lines
from central.store.configuring import (
    Saving,
    Stale,
    body_of,
    configurations_of,
    save,
    standing_parts,
    versions_of,
)
from central.store.database import Store
from central.store.passing import end_passed
from central.store.publishing import newest_of, published, unpublished
from central.store.reported import zone_number
from central.store.taking import take
from tests.unit.central.makers import NODE, at

OLGA = Asker("olga", "session", "private")
ONE, TWO = "sources/cam-1", "sources/cam-2"


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    return new_store()


def saved(store: Store, part: str, body: Any, base: int | None = None, seconds: float = 100) -> int:
    bases = None if base is None else {part: base}
    said = OLGA.did("zone.edit", "131002/yard-7/cam-1")
    return save(store, Saving(NODE.source, {part: body}, "a bus stop", bases), said, at(seconds))


def reported(store: Store, number: int, status: str, seconds: float, **changes: Any) -> tuple[str, str]:
    rows = configurations_of(store, NODE.source, limit=100)
    sha = next((row.sha256 for row in rows if row.number == number), "0" * 64)
    told = {"version": f"v{number}", "sha256": sha, "status": status, "at": at(seconds)} | changes
    message = ReportedConfiguration.model_validate(told)
    letter = Letter(NODE.source, NODE.topic("config/reported"), b"", at(seconds + 1))
    outcome = take(store, [Word(letter, "reported", message)]).outcomes[0]
    return outcome.effect, outcome.reason.code


def tells(store: Store, seconds: float, version: str) -> None:
    zone = ZoneAbout(id="kerb", version=version, polygon=[(0, 0), (1, 0), (1, 1)], kinds=[])
    source = SourceAbout(source=SourceRef(id="cam-1", kind="camera"), zones=[zone])
    about = About(at=at(seconds), software="1", configuration="0" * 64, sources=[source])
    take(store, [Word(Letter(NODE.source, NODE.topic("about"), b"", at(seconds)), "about", about)])


def whole(store: Store) -> Any:
    return body_of(newest_of(store, NODE.source))


def states(store: Store) -> list[str]:
    return [row.status for row in configurations_of(store, NODE.source, limit=100)][::-1]


def test_each_save_is_a_version_of_the_whole_and_in_the_audit(store: Store) -> None:
    assert saved(store, ONE, {"name": "North"}, 0) == 1
    assert saved(store, TWO, {"name": "South"}, 0) == 2
    assert whole(store) == {"sources": [{"id": "cam-1", "name": "North"}, {"id": "cam-2", "name": "South"}]}
    assert saved(store, TWO, {"name": "South"}, 2) == 2, "which says the same"
    assert saved(store, ONE, {"name": "Gate"}, 1) == 3
    (first, second) = versions_of(store, NODE.source, ONE, limit=10)
    assert (first.number, second.number) == (3, 1)
    assert configuring.changes_of(first) == ["name: North to Gate"]
    told = lines(store, Asked(action="zone.edit"), limit=10)
    assert [line.why for line in told] == [f"v{n}: a bus stop" for n in (3, 2, 1)]


def test_who_saves_on_an_old_version_is_told_what_was_saved_since(store: Store) -> None:
    saved(store, ONE, {"name": "North"}, 0)
    saved(store, TWO, {"name": "South"}, 0)
    with pytest.raises(Stale) as told:
        saved(store, ONE, {"name": "East"}, 0)
    assert (told.value.number, [row.number for row in told.value.since]) == (1, [1])
    assert states(store) == ["wanted", "wanted"], "nothing was saved"


def test_what_is_refused_is_left_out_of_what_comes_later(store: Store) -> None:
    saved(store, ONE, {"name": "North"}, 0)
    assert reported(store, 1, "applied", 110) == ("reported", "applied")
    saved(store, ONE, {"sample": 99}, 1)
    bad = {"code": "too_large", "text": "sample: at most 30", "where": "sources[cam-1].sample"}
    assert reported(store, 2, "refused", 120, reasons=[bad]) == ("reported", "refused")
    saved(store, TWO, {"name": "South"}, 0)
    assert whole(store) == {"sources": [{"id": "cam-1", "name": "North"}, {"id": "cam-2", "name": "South"}]}
    assert states(store) == ["applied", "refused", "wanted"]
    with pytest.raises(Stale):
        saved(store, ONE, {"name": "East"}, 1)
    assert saved(store, ONE, {"name": "North"}, 2) == 4, "the same as what stands, after what was refused"


def test_a_report_may_come_twice_late_and_about_anything(store: Store) -> None:
    saved(store, ONE, {"name": "North"}, 0)
    saved(store, ONE, {"name": "East"}, 1)
    assert reported(store, 2, "applied", 120) == ("reported", "applied")
    assert states(store) == ["applied", "applied"], "the first was part of it"
    assert reported(store, 2, "applied", 120) == ("said", "known_already")
    assert reported(store, 2, "refused", 119) == ("said", "known_already")
    assert reported(store, 2, "rolled_back", 130) == ("reported", "rolled_back")
    for number, changes in (
        (9, {}),
        (2, {"sha256": "1" * 64}),
        (2, {"version": "mine"}),
        (2, {"version": "v9" * 9}),
    ):
        assert reported(store, number, "applied", 200, **changes) == ("said", "not_ours")
    assert states(store) == ["applied", "rolled_back"]
    with store.read() as connection:
        assert standing_parts(connection, NODE.source) == {ONE: (1, {"name": "North"})}


def test_a_hash_is_numbered_once_the_node_tells_it_after_it_applied(store: Store) -> None:
    tells(store, 90, "h-file")
    saved(store, ONE, {"zones": [1]}, 0, seconds=100)
    reported(store, 1, "applied", 110)

    def number(version: str, seconds: float) -> int | None:
        with store.read() as connection:
            return zone_number(connection, NODE.source, "cam-1", "kerb", version, at(seconds))

    assert number("h-file", 95) is None, "what was told before is none of ours"
    tells(store, 111, "h-1")
    saved(store, ONE, {"zones": [2]}, 1, seconds=200)
    reported(store, 2, "applied", 210)
    tells(store, 211, "h-2")
    saved(store, ONE, {"zones": [1]}, 2, seconds=300)
    tells(store, 311, "h-1")
    reported(store, 3, "applied", 310)
    assert [number("h-1", 112), number("h-1", 150), number("h-1", 320)] == [1, 1, 3]
    assert number("h-2", 205) == 2, "an event may be older than what the node told"
    assert number("h-3", 320) is None


def test_what_was_not_published_is_found_until_it_was(store: Store) -> None:
    assert unpublished(store) == []
    saved(store, ONE, {"name": "North"}, 0)
    saved(store, TWO, {"name": "South"}, 0)
    assert unpublished(store) == [NODE.source]
    published(store, NODE.source, 1, at(101))
    assert unpublished(store) == [NODE.source]
    published(store, NODE.source, 2, at(102))
    assert unpublished(store) == []


def test_old_versions_go_and_what_still_counts_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuring, "KEPT", 3)
    saved(store, TWO, {"name": "South"})
    for n in range(6):
        saved(store, ONE, {"name": f"North {n}"})
    assert [row.number for row in configurations_of(store, NODE.source, limit=100)] == [7, 6, 5, 1]
    assert {each["name"] for each in whole(store)["sources"]} == {"North 5", "South"}


def test_changes_are_found_by_when_they_were_heard_of(store: Store) -> None:
    saved(store, ONE, {"name": "North"}, 0)
    found = configuring.settled_since(store, at(99), limit=9)
    assert [(row.part, row.number, row.status) for row in found] == [(ONE, 1, "wanted")]
    since: datetime = at(100) + timedelta(seconds=1)
    assert configuring.settled_since(store, since, limit=9) == []
    reported(store, 1, "applied", 110)
    assert [row.status for row in configuring.settled_since(store, since, limit=9)] == ["applied"]


def test_what_holds_for_a_time_gives_way_to_what_was_before(store: Store) -> None:
    said = OLGA.did("zone.edit", "131002/yard-7/cam-1")

    def for_a_time(part: str, body: Any, seconds: float) -> int:
        saving = Saving(NODE.source, {part: body}, "a trial", until=at(seconds + 60))
        return save(store, saving, said, at(seconds))

    saved(store, ONE, {"name": "North"})
    assert for_a_time(ONE, {"name": "North, on trial"}, 200) == 2
    assert for_a_time(TWO, {"name": "South, on trial"}, 210) == 3
    assert end_passed(store, at(259)) == 0
    assert end_passed(store, at(260)) == 1
    assert whole(store)["sources"] == [
        {"id": "cam-1", "name": "North"},
        {"id": "cam-2", "name": "South, on trial"},
    ]
    assert end_passed(store, at(271)) == 1
    assert [each["id"] for each in whole(store)["sources"]] == ["cam-1"], "the node's file had it before"
    newest = configurations_of(store, NODE.source, limit=1)[0]
    assert (newest.number, newest.who, newest.why) == (5, "centre", "the time of v3 is over")
    assert end_passed(store, at(999)) == 0


def test_what_somebody_saved_since_stays_when_a_time_is_over(store: Store) -> None:
    said = OLGA.did("zone.edit", "131002/yard-7/cam-1")
    save(store, Saving(NODE.source, {ONE: {"name": "Trial"}}, "", until=at(160)), said, at(100))
    saved(store, ONE, {"name": "Mine"}, 1)
    assert end_passed(store, at(160)) == 1
    assert len(configurations_of(store, NODE.source, limit=100)) == 2
    assert whole(store)["sources"] == [{"id": "cam-1", "name": "Mine"}]
    assert end_passed(store, at(999)) == 0
