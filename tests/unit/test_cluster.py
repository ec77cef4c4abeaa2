"""When things beside each other are a stall, what is said of it, and why nothing is."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from broker.events import Reason, RuleRef, SourceRef, ZoneRef
from broker.fields import utc
from edge.hours import Always
from edge.incidents import Context, incident
from edge.observation import StaticRegion
from edge.places import Place
from tests.replays.looks import look, shifted, times
from tests.unit.drafts import AUDIT
from tests.unit.stalls import (
    CHAIR,
    FRUIT,
    NEVER,
    PAVEMENT,
    STALL,
    SUITCASE,
    TABLE,
    UMBRELLA,
    VENDOR,
    Watch,
    opened,
    rule_of,
    thing,
)


@pytest.mark.parametrize("step", [0.2, 0.5, 1.0, 2.0])
def test_a_stall_is_told_once_its_things_have_stood_for_the_dwell(step: float) -> None:
    watch = Watch(rule_of(), step)

    found = watch.run(100.0, *STALL)

    (t,) = opened(found)
    assert 90.0 <= t <= 92.0
    (_, finding) = found[0]
    assert finding.place.group == finding.place.label == "stall"
    assert finding.place.since == pytest.approx(30.0, abs=step)
    assert finding.place.box == pytest.approx((0.38, 0.52, 0.48, 0.65))
    assert finding.objects == (("banana", 1, 0.3), ("dining_table", 1, 0.5), ("suitcase", 1, 0.5))
    assert [reason.code for reason in finding.reasons] == [
        *("together", "trading", "in_zone", "dwelt", "seen_now", "often", "seen"),
    ]
    assert finding.reasons[0].text == (
        "3 things stand together; 3 needed: 1 banana, 1 dining_table, 1 suitcase"
    )


def test_small_goods_flicker_and_still_count() -> None:
    watch = Watch(rule_of())
    flickering = [[one for n, one in enumerate(STALL) if (index + n) % 3] for index in range(100)]

    found = [f for shown in flickering for f in watch.run(1.0, *shown)]

    assert len(opened(found)) == 1


def test_things_that_are_hardly_ever_seen_are_noise() -> None:
    watch = Watch(rule_of())
    flickering = [STALL[index % 3 : index % 3 + 1] if index % 5 == 0 else () for index in range(160)]

    assert [f for shown in flickering for f in watch.run(1.0, *shown)] == []
    assert watch.why() == ["nothing_settled"]


def test_two_things_are_enough_where_somebody_minds_them() -> None:
    alone, minded = Watch(rule_of()), Watch(rule_of())

    assert alone.run(100.0, *STALL[:2]) == []
    found = minded.run(100.0, *STALL[:2], hidden=(VENDOR,))

    assert alone.why() == ["too_few"]
    assert len(opened(found)) == 1
    assert found[0][1].reasons[0].text.startswith("2 things stand together and are minded; 2 needed")


def test_somebody_who_waits_by_a_bench_with_a_suitcase_is_no_stall() -> None:
    watch = Watch(rule_of())

    found = watch.run(200.0, thing("bench", TABLE), thing("suitcase", SUITCASE), hidden=(VENDOR,))

    assert found == []
    assert watch.why() == ["too_few"]


def test_what_leaves_the_node_says_nothing_of_who_is_by_it() -> None:
    watch = Watch(rule_of())
    (_, finding) = watch.run(100.0, *STALL[:2], hidden=(VENDOR,))[0]

    about = Context(
        kind="unlicensed_stall",
        source=SourceRef(id="cam", kind="camera"),
        zone=ZoneRef(id="pavement", version="1"),
        rule=RuleRef(id="cluster", kind="cluster", version="1"),
        audit=AUDIT,
    )
    sent = incident(finding, about, utc_minus_t=0.0, evidence=[])

    assert {item.label for item in sent.objects} == {"dining_table", "suitcase"}
    assert "person" not in sent.model_dump_json()
    assert sent.since == utc(finding.place.since)


def test_seats_alone_are_no_trade() -> None:
    watch = Watch(rule_of(least=2))
    seats = [thing("chair", CHAIR), thing("bench", TABLE), thing("chair", shifted(CHAIR, 0.04))]

    assert watch.run(100.0, *seats, hidden=(VENDOR,)) == []
    assert watch.why() == ["together", "only_seats"]


def test_what_stood_there_before_the_watch_is_furniture_of_the_street() -> None:
    cafe, told = Watch(rule_of(), bare_s=0.0), Watch(rule_of(standing=True), bare_s=0.0)

    assert cafe.run(200.0, *STALL) == []
    assert cafe.why() == ["stood_before"]
    assert len(opened(told.run(200.0, *STALL))) == 1
    bag = (thing("suitcase", CHAIR), thing("handbag", shifted(FRUIT, 0.0, 0.1)))
    assert cafe.run(100.0, *STALL, *bag) == []


def test_a_bag_by_an_old_bench_is_as_old_as_the_bag() -> None:
    watch = Watch(rule_of(least=2, standing=True), bare_s=0.0)
    bench = thing("bench", TABLE)
    assert watch.run(300.0, bench) == []

    assert opened(watch.run(100.0, bench, thing("suitcase", CHAIR))) == [pytest.approx(360.0, abs=1.0)]


def test_things_far_apart_are_no_group() -> None:
    watch = Watch(rule_of(least=2))
    away = (thing("suitcase", CHAIR), thing("umbrella", (0.7, 0.5, 0.78, 0.56)))

    assert watch.run(100.0, *away) == []
    assert watch.why() == ["too_few"]


def test_a_group_outside_the_zone_is_none_of_its_business() -> None:
    watch = Watch(rule_of())
    beside = [replace(one, box=shifted(one.box, -0.26)) for one in STALL]

    assert watch.run(100.0, *beside) == []
    assert watch.why()[-1] == "outside_zone"


def test_a_van_counts_beside_goods_but_not_for_one_bag() -> None:
    van = thing("van", (0.52, 0.35, 0.75, 0.66), 0.8, "vehicle")
    bag, crate = thing("suitcase", CHAIR), thing("box", TABLE)

    assert opened(Watch(rule_of()).run(100.0, van, bag, crate)) != []
    lonely = Watch(rule_of(least=2))
    assert lonely.run(100.0, van, bag, hidden=(shifted(VENDOR, -0.05),)) == []
    assert lonely.why() == ["too_few"]


def test_what_lies_there_without_a_name_counts_once() -> None:
    heap = StaticRegion("r-1", (0.5, 0.55, 0.56, 0.66), 0.006, 31.0, 60.0, 0.9, 0.8, "left", "settled")
    found = []
    watch = Watch(rule_of(least=2))
    for t in times(30.0, 130.0, 1.0):
        seen = replace(look(t, STALL[0]), regions=(heap, replace(heap, id="r-2", verdict="shadow")))
        found += watch.see(seen)

    assert [finding.phase for finding in found] == ["opened"]
    assert found[0].objects == (("dining_table", 1, 0.5),)


def test_one_umbrella_boxed_twice_is_one_umbrella() -> None:
    watch = Watch(rule_of(least=2))
    whole = (0.38, 0.35, 0.50, 0.66)

    assert watch.run(100.0, thing("umbrella", UMBRELLA), thing("umbrella", whole)) == []
    assert watch.why() == ["too_few"]


def test_an_umbrella_that_nobody_holds_counts_for_what_carries_it() -> None:
    umbrella, table = thing("umbrella", UMBRELLA), thing("dining_table", TABLE)
    holder = (0.42, 0.38, 0.46, 0.6)

    assert len(opened(Watch(rule_of()).run(100.0, umbrella, table))) == 1
    assert Watch(rule_of(least=2)).run(100.0, umbrella) == []
    assert Watch(rule_of()).run(100.0, umbrella, hidden=(holder,)) == []


def test_bags_in_somebodys_hands_are_no_goods() -> None:
    watch = Watch(rule_of(least=2))
    held = [thing("handbag", (0.50, 0.5, 0.52, 0.55)), thing("suitcase", (0.495, 0.58, 0.525, 0.65))]

    assert watch.run(100.0, *held, hidden=(VENDOR,)) == []
    assert watch.why() == ["nothing_settled"]


def test_what_moves_is_no_stall() -> None:
    watch = Watch(rule_of())
    found = []
    for index, t in enumerate(times(30.0, 130.0, 1.0)):
        walk = [replace(one, box=shifted(one.box, 0.003 * index), moving=True) for one in STALL]
        found += watch.see(look(t, *walk))

    assert found == []


def test_a_label_of_a_model_of_ones_own_is_enough() -> None:
    watch = Watch(rule_of(labels=["food_cart"]))

    found = watch.run(100.0, thing("food_cart", TABLE, 0.7))

    assert len(opened(found)) == 1
    assert found[0][1].objects == (("food_cart", 1, 0.7),)


def test_goods_of_ones_own_take_the_place_of_the_usual_ones() -> None:
    fish = [thing("fish", FRUIT), thing("fish", shifted(FRUIT, 0.03)), thing("fish", shifted(FRUIT, 0.06))]

    assert Watch(rule_of()).run(100.0, *fish) == []
    assert opened(Watch(rule_of(goods=["fish"])).run(100.0, *fish)) != []
    assert Watch(rule_of(goods=["fish"])).run(100.0, *STALL) == []


def test_outside_its_hours_nothing_opens_and_nothing_counts() -> None:
    class Night(Always):
        def seconds(self, since: float, until: float) -> float:
            return 0.0

        def closed(self, utc: float) -> Reason | None:
            return Reason(code="outside_hours", text="it is night")

    watch = Watch(rule_of(replace(PAVEMENT, hours=Night())))

    assert watch.run(100.0, *STALL) == []
    assert watch.why()[-1] == "outside_hours"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"dwell": "2s"}, "greater than or equal to 10"),
        ({"least": 1}, "greater than or equal to 2"),
        ({"reach": 0}, "greater than 0"),
        ({"labels": ["Fish Stall!"]}, "labels"),
        ({"near": 3}, "near"),
    ],
)
def test_bad_settings_are_told(change: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        rule_of(**change)


def test_other_places_do_not_trouble_it() -> None:
    """Places that are cleared, of other groups or far away, at every look."""
    strange = Place("p-1", "vehicle", "car", 0.8, NEVER, "cleared", 0.0, 0.0, 0.0, 1.0, ())
    rule = rule_of()

    found = [f for t in times(0.0, 100.0, 1.0) for f in rule.step(look(t), [strange])]

    assert found == []
