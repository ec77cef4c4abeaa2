"""Reports as they are given: what is kept of them, and until when they count."""

from datetime import timedelta
from typing import Any

import pytest

from broker.boundary import breach
from central.casework.machine import DONE, STATES
from central.correlation.sightings import Spot
from central.reports.cleaning import LEFT_OUT, LONGEST, cleaned
from central.reports.events import Facts, event_of, facts_in, over_of
from central.reports.lasting import IN_NOBODYS_HANDS, SETTLED, Ending, Stands, ending
from central.reports.report import MOST_PICTURES, NotTaken, Place
from central.reports.settings import SHIPPED, ReportsSettings
from central.reports.words import STANDING, is_open
from tests.unit.central.makers import at
from tests.unit.central.reports import CITIZEN, HERE, WORKER, report

SIGN = Place("abcdefghjk", "槐树街 12 号门口", Spot(116.7, 39.5, 5.0), "bin_full")


@pytest.mark.parametrize(
    ("text", "kept", "left"),
    [
        ("垃圾桶满了\r\n已三天", "垃圾桶满了\n已三天", ()),
        ("12 号楼 3 单元门口，2026-03-01 08:00 起", "12 号楼 3 单元门口,2026-03-01 08:00 起", ()),
        ("联系我 138 1234 5678 谢谢", f"联系我 {LEFT_OUT} 谢谢", ("number",)),
        ("电话１３８１２３４５６７８", f"电话{LEFT_OUT}", ("number",)),
        ("call +86 (10) 8888-6666 now", f"call {LEFT_OUT} now", ("number",)),
        ("证件 11010519491231002X", f"证件 {LEFT_OUT}", ("number",)),
        ("write li.wei+x@mail.example.com", f"write {LEFT_OUT}", ("mail",)),
        ("京A12345 停在消防通道", f"{LEFT_OUT} 停在消防通道", ("plate",)),
        ("粤B·D12345电动车", f"{LEFT_OUT}电动车", ("plate",)),
        ("京A12345 和 沪B67890", f"{LEFT_OUT} 和 {LEFT_OUT}", ("plate",)),
        ("a5:b4:c3:d2:e1:f0 is near", f"{LEFT_OUT} is near", ("plate",)),
        ("a\x00b\x1b[31mc\u202ed\u200b", "ab[31mcd", ()),
        ("", "", ()),
    ],
)
def test_what_tells_of_persons_is_cut_out_of_texts(text: str, kept: str, left: tuple[str, ...]) -> None:
    assert cleaned(text) == (kept, left)


@pytest.mark.parametrize(
    "text",
    ["京A12345" * 900, "aa:bb:cc:dd:ee:ff " * 300, "a.b@" * 2000, "1 " * 4000, "京" * 9000, "ﷺ" * 4000],
)
def test_a_hostile_text_is_bounded_and_harmless(text: str) -> None:
    found = cleaned(text)
    assert len(found.text) <= LONGEST
    assert breach(found.text) is None
    assert cleaned(found.text).text == found.text


def test_a_report_is_known_by_its_senders_name_for_it() -> None:
    first = report()
    assert report(60.0).id == first.id
    assert report(text="else").id == first.id
    assert report(text="else").content != first.content
    assert report(teller=WORKER).id != first.id
    assert report(id=None).id != report(1.0, id=None).id
    assert report(id=None).content == report(1.0, id=None).content


def test_the_place_of_a_sign_stands_in_for_a_position() -> None:
    found = report(place=SIGN, longitude=None, latitude=None, accuracy_m=None)
    assert (found.spot, found.surveyed, found.place, found.address) == (SIGN.spot, True, SIGN.code, SIGN.name)
    nearer = report(place=SIGN, address="behind the house")
    assert (nearer.spot, nearer.surveyed) == (Spot(*HERE, 8.0), False)
    assert (nearer.place, nearer.address) == (SIGN.code, "behind the house")


def test_what_is_not_said_is_taken_from_the_settings() -> None:
    settings = ReportsSettings(accuracy_m=25, lasts_by_kind={"illegal_parking": "1h"})
    found = report(accuracy_m=None, seen=at(-60), settings=settings)
    assert (found.spot.accuracy_m, found.seen, found.due) == (25.0, at(-60), at(3540))
    assert report(accuracy_m=0.0).spot.accuracy_m == 1.0
    assert report().due == at(SHIPPED["illegal_parking"])
    assert report(kind="exposed_garbage").due == at(ReportsSettings().lasts)


def test_a_phone_whose_clock_is_fast_saw_it_now() -> None:
    assert report(seen=at(200)).seen == at(0)


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"kind": "alien_landing"}, "unknown_kind", "kind"),
        ({"longitude": None}, "half_a_place", "longitude"),
        ({"longitude": None, "latitude": None}, "no_place", "longitude"),
        ({"latitude": 91.0}, "no_such_place", "longitude"),
        ({"longitude": float("nan")}, "no_such_place", "longitude"),
        ({"accuracy_m": 500.0}, "uncertain", "accuracy_m"),
        ({"accuracy_m": -1.0}, "uncertain", "accuracy_m"),
        ({"seen": at(400)}, "wrong_time", "seen"),
        ({"seen": at(0) - timedelta(days=8)}, "wrong_time", "seen"),
        ({"pictures": ["0" * 64] * (MOST_PICTURES + 1)}, "many_pictures", "pictures"),
        ({"pictures": ["../../etc/passwd"]}, "unknown_picture", "pictures"),
        ({"id": "short"}, "no_id", "id"),
        ({"id": "with a space in it"}, "no_id", "id"),
    ],
)
def test_what_cannot_be_taken_says_what_where_and_what_is_allowed(
    changes: dict[str, Any], code: str, where: str
) -> None:
    with pytest.raises(NotTaken) as error:
        report(**changes)
    assert (error.value.code, error.value.where) == (code, where)
    assert error.value.allowed or code == "half_a_place"


def test_kinds_can_be_fewer() -> None:
    settings = ReportsSettings(kinds=["bin_full", "illegal_parking"])
    assert settings.reportable() == ["illegal_parking", "bin_full"]
    with pytest.raises(NotTaken, match="not reported here"):
        report(kind="exposed_garbage", settings=settings)


def test_as_an_event_it_reads_back_as_it_was() -> None:
    opened = event_of(report(teller=WORKER), [], software="0.1.0", settings="c" * 64)
    facts = opened.data
    assert facts_in(opened.source, facts.encode().decode()) == facts
    assert facts.source.kind == "grid_worker"
    assert Facts.model_validate_json(facts.encode()) == facts
    over = over_of(opened.subject, facts, at(60), facts.reasons[0], at(61))
    assert (over.data.state, over.data.revision, over.data.last_seen) == ("cleared", 1, at(60))
    early = over_of(opened.subject, facts, at(-60), facts.reasons[0], at(61))
    assert early.data.last_seen == facts.since, "and the event is a valid one"


STANDS = Stands(at(0), at(3600), "reported")


@pytest.mark.parametrize(
    ("stands", "now", "until", "why"),
    [
        (STANDS, 3599, None, None),
        (STANDS, 4000, 3600, "time_is_over"),
        (Stands(at(0), at(3600), "dispatched"), 9999, None, None),
        (Stands(at(0), at(3600), "fed_back"), 9999, None, None),
        (Stands(at(0), at(3600), "deferred"), 9999, None, None),
        (Stands(at(0), at(3600), "verified"), 100, 100, "people_are_done"),
        (Stands(at(0), at(3600), "closed"), 100, 100, "people_are_done"),
        (Stands(at(0), at(3600), "false_alarm"), 100, 100, "people_are_done"),
        (Stands(at(0), at(3600), "merged"), 100, None, None),
        (Stands(at(0), at(3600), "self_cleared"), 4000, 3600, "time_is_over"),
        (Stands(at(0), at(3600), "dispatched", clear=at(50)), 100, 50, "seen_clear"),
        (Stands(at(0), at(3600), "closed", clear=at(50)), 100, 50, "seen_clear"),
        (Stands(at(0), at(3600), "reported", clear=at(-50)), 100, None, None),
    ],
)
def test_a_report_stands_until_somebody_knows_better(
    stands: Stands, now: float, until: float | None, why: str | None
) -> None:
    found = ending(stands, at(now))
    if until is None:
        assert found is None
    else:
        assert isinstance(found, Ending)
        assert (found.until, found.why.code) == (at(until), why)


def test_every_state_has_its_words_and_a_rule() -> None:
    assert set(STANDING) == set(STATES)
    assert set(DONE) - SETTLED == {"merged", "self_cleared"}
    assert {state for state in STATES if not is_open(state)} == set(DONE)
    assert set(STATES) >= IN_NOBODYS_HANDS
    assert CITIZEN.account is None
