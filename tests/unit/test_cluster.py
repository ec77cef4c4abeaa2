"""When things beside each other are a stall, what is said of it, and why nothing is."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from pydantic import ValidationError

from broker.events import Reason, RuleRef, SourceRef, ZoneRef
from broker.fields import utc
from edge.hours import Always
from edge.incidents import Context, incident
from edge.ledger import Ledger
from edge.observation import Box, Observation, Sighting, StaticRegion
from edge.places import Finding, Place
from edge.rule import Zone
from edge.rules import cluster
from edge.stalls.spots import SPOTS_MAX
from tests.replays.looks import look, shifted, times
from tests.unit.drafts import AUDIT

PAVEMENT = Zone("pavement", "the pavement", [(0.2, 0.4), (0.8, 0.4), (0.8, 0.9), (0.2, 0.9)], "1")
TABLE: Box = (0.40, 0.55, 0.48, 0.65)
UMBRELLA: Box = (0.38, 0.35, 0.50, 0.45)
FRUIT: Box = (0.42, 0.52, 0.44, 0.55)
CHAIR: Box = (0.50, 0.56, 0.53, 0.65)
VENDOR: Box = (0.49, 0.40, 0.53, 0.66)
NEVER: Box = (0.0, 0.0, 0.01, 0.01)


def thing(label: str, box: Box, score: float = 0.5, group: str = "thing") -> Sighting:
    return Sighting(box, score, label, group)


STALL = (thing("dining_table", TABLE), thing("umbrella", UMBRELLA), thing("banana", FRUIT, 0.3))


def rule_of(zone: Zone = PAVEMENT, **changes: object) -> cluster.Cluster:
    given = {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "60s", **changes}
    return cluster.Cluster(cluster.Settings.model_validate(given), "cam", zone)


class Watch:
    """A rule behind a ledger, from a bare pavement on."""

    def __init__(self, rule: cluster.Cluster, step: float = 1.0, *, bare_s: float = 30.0) -> None:
        self.rule, self.step, self.t = rule, step, 0.0
        self.ledger = Ledger("cam")
        self.last = look(0.0)
        self.run(bare_s)

    def see(self, seen: Observation) -> list[Finding]:
        self.last = seen
        cleared = [place for place in self.ledger.step(seen) if place.state == "cleared"]
        return self.rule.step(seen, [*self.ledger.places, *cleared])

    def run(self, seconds: float, *things: Sighting, **more: object) -> list[tuple[float, Finding]]:
        found = []
        for t in times(self.t, self.t + seconds, self.step):
            found += [(t, finding) for finding in self.see(look(t, *things, **more))]  # type: ignore[arg-type]
        self.t += seconds
        return found

    def why(self) -> list[str]:
        return [reason.code for reason in self.rule.why(self.last, self.ledger.places)]


def opened(found: Iterable[tuple[float, Finding]]) -> list[float]:
    return [t for t, finding in found if finding.phase == "opened"]


@pytest.mark.parametrize("step", [0.2, 0.5, 1.0, 2.0])
def test_a_stall_is_told_once_its_things_have_stood_for_the_dwell(step: float) -> None:
    watch = Watch(rule_of(), step)

    found = watch.run(100.0, *STALL)

    (t,) = opened(found)
    assert 90.0 <= t <= 92.0
    (_, finding) = found[0]
    assert finding.place.group == finding.place.label == "stall"
    assert finding.place.since == pytest.approx(30.0, abs=step)
    assert finding.place.box == pytest.approx((0.38, 0.35, 0.50, 0.65))
    assert finding.objects == (("banana", 1, 0.3), ("dining_table", 1, 0.5), ("umbrella", 1, 0.5))
    assert [reason.code for reason in finding.reasons] == [
        *("together", "trading", "in_zone", "dwelt", "often", "seen"),
    ]
    assert finding.reasons[0].text == (
        "3 things stand together; 3 needed: 1 banana, 1 dining_table, 1 umbrella"
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

    assert {item.label for item in sent.objects} == {"dining_table", "umbrella"}
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


def test_it_is_one_situation_while_members_come_and_go() -> None:
    watch = Watch(rule_of())
    more = [thing("suitcase", CHAIR), thing("handbag", (0.54, 0.6, 0.56, 0.65))]

    found = watch.run(100.0, *STALL) + watch.run(100.0, *STALL, *more) + watch.run(200.0, STALL[1], *more)

    assert len({finding.situation for _, finding in found}) == 1
    assert [finding.phase for _, finding in found] == ["opened", "updated", "updated"]
    assert [finding.revision for _, finding in found] == [0, 1, 2]
    assert {label for label, _, _ in found[-1][1].objects} == {"handbag", "suitcase", "umbrella"}


def test_it_is_one_ticket_when_it_falls_apart() -> None:
    watch = Watch(rule_of(least=2))
    left = [replace(one, box=shifted(one.box, -0.08)) for one in STALL]
    right = [replace(one, box=shifted(one.box, 0.1)) for one in STALL]
    link = thing("suitcase", (0.44, 0.56, 0.49, 0.66))

    found = watch.run(100.0, *left, *right, link) + watch.run(150.0, *left, *right)

    assert [finding.phase for _, finding in found] == ["opened", "updated", "updated"]


def test_two_stalls_that_grow_together_leave_the_older_ticket() -> None:
    watch = Watch(rule_of(least=2))
    left = [replace(one, box=shifted(one.box, -0.17)) for one in STALL]
    right = [replace(one, box=shifted(one.box, 0.22)) for one in STALL]
    between = [thing("suitcase", (x, 0.56, x + 0.07, 0.66)) for x in (0.34, 0.44, 0.54)]

    found = watch.run(20.0, *left) + watch.run(100.0, *left, *right)
    older, younger = [finding.situation for _, finding in found if finding.phase == "opened"]
    after = watch.run(40.0, *left, *right, *between)

    ends = [finding for _, finding in after if finding.phase == "cleared"]
    assert [end.situation for end in ends] == [younger]
    assert ends[0].reasons[0].code == "merged"
    assert opened(watch.run(100.0, *left, *right, *between)) == []
    assert older != younger


def test_it_is_cleared_once_it_is_seen_to_be_gone() -> None:
    watch = Watch(rule_of())
    (_, told) = watch.run(100.0, *STALL)[0]

    found = watch.run(120.0)

    ((t, end),) = found
    assert (end.phase, end.situation, end.place.state) == ("cleared", told.situation, "cleared")
    assert 130.0 + 40.0 <= t <= 130.0 + 60.0
    assert [reason.code for reason in end.reasons] == ["packed_up", "stood"]
    assert end.place.last_seen == pytest.approx(129.0, abs=1.0)
    assert watch.run(50.0) == []


def test_a_crowd_in_front_of_it_does_not_clear_it() -> None:
    watch = Watch(rule_of())
    watch.run(100.0, *STALL)
    crowd = (0.3, 0.3, 0.6, 0.8)

    found = watch.run(300.0, hidden=(crowd,)) + watch.run(100.0, *STALL)

    assert {f.phase for _, f in found} == {"updated"}


def test_put_up_again_it_is_another_situation() -> None:
    watch = Watch(rule_of())
    first = watch.run(100.0, *STALL) + watch.run(100.0)
    second = watch.run(100.0, *STALL)

    assert [f.phase for _, f in first] == ["opened", "cleared"]
    assert len(opened(second)) == 1
    assert second[0][1].situation != first[0][1].situation


def test_what_is_left_of_a_cleared_stall_begins_another_when_more_comes() -> None:
    watch = Watch(rule_of())
    first = watch.run(100.0, *STALL) + watch.run(120.0, STALL[0])
    second = watch.run(100.0, *STALL)

    assert [f.phase for _, f in first] == ["opened", "updated", "cleared"]
    assert first[2][1].reasons[0].text.startswith("hardly anything of it is left")
    assert len(opened(second)) == 1
    assert second[0][1].situation != first[0][1].situation


def test_outside_its_hours_nothing_opens_and_nothing_counts() -> None:
    class Night(Always):
        def seconds(self, since: float, until: float) -> float:
            return 0.0

        def closed(self, utc: float) -> Reason | None:
            return Reason(code="outside_hours", text="it is night")

    watch = Watch(rule_of(replace(PAVEMENT, hours=Night())))

    assert watch.run(100.0, *STALL) == []
    assert watch.why()[-1] == "outside_hours"


def test_an_untrusted_or_unlooked_look_changes_nothing() -> None:
    watch = Watch(rule_of())
    watch.run(100.0, *STALL)
    before = watch.rule.dump()

    for t in times(130.0, 330.0, 1.0):
        assert watch.rule.step(look(t, trusted=False), []) == []
        assert watch.rule.step(replace(look(t), looked=False), []) == []

    assert watch.rule.dump() == before


def test_a_restart_in_the_middle_changes_nothing() -> None:
    through, broken = Watch(rule_of()), Watch(rule_of())
    for watch in (through, broken):
        watch.run(40.0, *STALL)
    saved = json.loads(json.dumps(broken.rule.dump()))
    broken.rule = rule_of()
    broken.rule.restore(saved)
    assert broken.rule.dump() == saved

    def story(watch: Watch) -> Iterator[tuple[float, str, str, float]]:
        for t, f in watch.run(60.0, *STALL) + watch.run(100.0):
            yield t, f.phase, f.situation, f.place.since

    assert list(story(through)) == list(story(broken))


def test_an_open_stall_outlives_a_restart_onto_another_clock() -> None:
    watch = Watch(rule_of())
    (_, told) = watch.run(100.0, *STALL)[0]
    after = rule_of()
    after.restore(watch.rule.dump())

    found = []
    for t in times(5.0, 120.0, 1.0):  # the machine was started anew: its clock too
        found += after.step(look(t, utc=watch.last.utc + t), [])

    (end,) = found
    assert (end.phase, end.situation) == ("cleared", told.situation)
    assert end.place.last_seen - end.place.since == pytest.approx(99.0, abs=1.0)


@pytest.mark.parametrize(
    "dump",
    [
        {},
        {"version": 2, "seen": {"watched": True, "spots": []}, "open": [], "ended": {}},
        {"version": 1, "seen": {"watched": True, "spots": [{"id": 1}]}, "open": [], "ended": {}},
        {"version": 1, "seen": {"watched": True, "spots": []}, "open": [{"id": "s"}], "ended": {}},
        {"version": 1, "seen": {"watched": True, "spots": []}, "open": 7, "ended": {}},
    ],
)
def test_a_dump_of_something_else_is_refused(dump: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no dump of a cluster rule"):
        rule_of().restore(dump)


def test_everything_kept_has_a_way_out() -> None:
    watch = Watch(rule_of())
    watch.run(100.0, *STALL)
    watch.run(120.0, STALL[0])
    watch.run(120.0)

    kept = watch.rule.dump()
    assert (kept["seen"]["spots"], kept["open"], kept["ended"]) == ([], [], {})


def test_a_thousand_things_are_bounded() -> None:
    watch = Watch(rule_of(), bare_s=2.0)
    bottle = (0.2, 0.5, 0.205, 0.51)
    many = [thing("bottle", shifted(bottle, 0.01 * (i % 50), 0.015 * (i // 50))) for i in range(1000)]

    watch.run(4.0, *many)

    assert len(watch.rule.dump()["seen"]["spots"]) == SPOTS_MAX


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
