"""One stall is one ticket: while members come and go, over restarts, until it is packed up."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from edge.ledger import Ledger
from edge.observation import Sighting, StaticRegion
from edge.places import Finding
from edge.stalls.spots import SPOTS_MAX
from tests.replays.looks import UTC_MINUS_T, look, shifted, times
from tests.unit.stalls import (
    CHAIR,
    STALL,
    VENDOR,
    Watch,
    opened,
    rule_of,
    thing,
)


def test_it_is_one_situation_while_members_come_and_go() -> None:
    watch = Watch(rule_of())
    more = [thing("suitcase", CHAIR), thing("handbag", (0.54, 0.6, 0.56, 0.65))]

    found = watch.run(100.0, *STALL) + watch.run(100.0, *STALL, *more) + watch.run(200.0, STALL[1], *more)

    assert len({finding.situation for _, finding in found}) == 1
    assert [finding.phase for _, finding in found] == ["opened", "updated", "updated"]
    assert [finding.revision for _, finding in found] == [0, 1, 2]
    assert {label for label, _, _ in found[-1][1].objects} == {"handbag", "suitcase"}


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


# The picture's own word of the ground that STALL stands on.
GROUND = StaticRegion("r-1", (0.37, 0.51, 0.49, 0.66), 0.018, 31.0, 90.0, 0.9, 0.8, "left", "settled")


def by_the_picture(watch: Watch, *things: Sighting, **more: object) -> list[Finding]:
    """One look at which the ground of a stall looks clean again."""
    seen = replace(look(watch.t, *things), regions=(replace(GROUND, state="gone"),), **more)  # type: ignore[arg-type]
    watch.t += 1.0
    return watch.see(seen)


@pytest.mark.parametrize("looked", [True, False])
def test_once_the_ground_looks_clean_it_is_gone_though_somebody_stays(looked: bool) -> None:
    """He stands before the place where it was, which is no reason to believe that it still is there."""
    watch, beside = Watch(rule_of()), (0.45, 0.40, 0.50, 0.66)
    watch.run(100.0, *STALL, hidden=(VENDOR,))

    assert by_the_picture(watch, looked=looked, hidden=(beside,)) == []
    found = watch.run(60.0, hidden=(beside,))

    ((t, end),) = found
    assert end.phase == "cleared"
    assert 130.0 + 13.0 <= t <= 130.0 + 18.0
    assert end.place.last_seen == pytest.approx(129.0, abs=1.0)


def test_what_is_seen_has_not_gone_whatever_the_ground_looks_like() -> None:
    watch = Watch(rule_of())
    watch.run(100.0, *STALL)

    assert by_the_picture(watch, *STALL) + by_the_picture(watch, *STALL, looked=False) == []
    assert [f.phase for _, f in watch.run(60.0, *STALL)] == ["updated"]


def test_ground_that_changed_after_a_thing_was_last_seen_says_nothing_of_it() -> None:
    watch = Watch(rule_of())
    watch.run(100.0, *STALL)
    watch.run(2.0)
    later = replace(GROUND, since=131.0, state="gone")

    assert watch.see(replace(look(watch.t), regions=(later,))) == []
    watch.t += 1.0
    assert watch.run(30.0) == []


def test_what_the_picture_alone_knows_is_minded_no_oftener_than_it_is_looked_at() -> None:
    watch = Watch(rule_of())
    watch.run(60.0, *STALL, hidden=(VENDOR,))

    for t in times(watch.t, watch.t + 60.0, 1.0):  # no detector finds it any more, but there it stands
        watch.see(replace(look(t, hidden=(VENDOR,)), regions=(GROUND,)))

    shares = [spot.company for spot in watch.rule._spots.all]
    assert shares
    assert max(shares) <= 1.0


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
        {"version": 2, "seen": {"began": 5.0, "spots": []}, "open": [], "ended": {}},
        {"version": 1, "seen": {"began": 5.0, "spots": [{"id": 1}]}, "open": [], "ended": {}},
        {"version": 1, "seen": {"began": 5.0, "spots": []}, "open": [{"id": "s"}], "ended": {}},
        {"version": 1, "seen": {"began": 5.0, "spots": []}, "open": 7, "ended": {}},
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


def test_a_step_of_the_clock_is_no_dwell() -> None:
    rule, hour = rule_of(), 3600.0
    found = [f for t in times(0.0, 30.0, 1.0) for f in rule.step(look(t), [])]
    for t in times(30.0, 80.0, 1.0):
        stepped = look(t, *STALL, utc=1_780_000_000.0 + t + (hour if t >= 50.0 else 0.0))
        found += rule.step(stepped, [])

    assert found == []


def test_looks_out_of_order_and_twice_are_taken_as_they_come() -> None:
    watch = Watch(rule_of())
    watch.run(20.0, *STALL)

    for t in (45.0, 45.0, 12.0, 44.0):
        assert watch.rule.step(look(t, *STALL), []) == []
    watch.t = 50.0

    assert len(opened(watch.run(60.0, *STALL))) == 1


@pytest.mark.parametrize("back", [50.0, 1e6])
def test_a_source_whose_time_begins_anew_makes_nothing_stand_longer_or_shorter(back: float) -> None:
    watch = Watch(rule_of())
    assert opened(watch.run(120.0, *STALL))
    began, stood, watch.ledger = watch.t - 120.0, watch.t - 1.0, Ledger("cam")
    for n in range(100):
        t = watch.t - back + n
        seen = look(t, *(STALL if n < 10 else ()), utc=watch.t + n + UTC_MINUS_T)
        cleared = [finding for finding in watch.see(seen) if finding.phase == "cleared"]
        if cleared:
            break
    (finding,) = cleared
    assert finding.place.since == pytest.approx(began - back, abs=1.5)
    assert finding.place.last_seen == pytest.approx(stood + 10 - back, abs=1.5)


def test_a_clock_that_went_back_over_a_restart_makes_no_stall_wait() -> None:
    watch = Watch(rule_of())
    assert not opened(watch.run(40.0, *STALL))
    again = rule_of()
    again.restore(json.loads(json.dumps(watch.rule.dump())))
    looks = (look(t, *STALL, utc=UTC_MINUS_T - 86400.0 + t) for t in times(500.0, 540.0, 1.0))
    found = [(seen.t, finding) for seen in looks for finding in again.step(seen, [])]
    assert opened(found) == [pytest.approx(521.0, abs=2.0)]
