"""What makes a place, what holds it, what ends it."""

import pytest

from edge.ledger import Ledger, LedgerSettings
from tests.replays.looks import CAR, car, look, nothing, shifted, stand, times


@pytest.fixture
def ledger() -> Ledger:
    return Ledger("cam")


@pytest.fixture
def parked(ledger: Ledger) -> Ledger:
    """A ledger in which a car has stood since 0 and was last seen at 9.5 s."""
    stand(ledger, 0, 10)
    return ledger


def test_a_car_that_stands_from_the_start_is_a_place_a_second_late(
    ledger: Ledger,
) -> None:
    changes = stand(ledger, 0, 5)

    (place,) = changes
    assert (place.state, place.group, place.label) == ("confirmed", "vehicle", "car")
    assert place.since == 0.0
    assert place.last_seen == 3.0  # 2.5 s and 1 s, less the slack that a look every half second needs
    assert place.box == pytest.approx(CAR)
    assert place.coverage == 1.0
    (why,) = place.reasons
    assert why.code == "stopped"
    assert why.text == "known to stand after 3.0 s, seen in 100% of 6 looks"
    assert why.values is not None
    assert why.values["stood_s"] == 3.0


def test_what_was_seen_to_arrive_needs_a_second_less(ledger: Ledger) -> None:
    """A stream that begins with a standing thing has not shown that it came."""
    nothing(ledger, 0, 5)
    stand(ledger, 5, 10)

    (place,) = ledger.places
    assert place.reasons[0].text.startswith("known to stand after 2.0 s")


def test_a_car_that_rolls_on_is_none(ledger: Ledger) -> None:
    for t in times(0, 20):
        assert ledger.step(look(t, car(shifted(CAR, 0.006 * t)))) == []

    assert ledger.places == ()


def test_dense_traffic_through_one_spot_is_none(ledger: Ledger) -> None:
    """Some box is near the spot in most looks, but what passes crosses the ring around it."""
    for i, t in enumerate(times(0, 30, 0.2)):
        row = [car(shifted(CAR, -0.2 + 0.05 * k + 0.02 * (i % 5) / 2)) for k in range(8)]
        ledger.step(look(t, *row))

    assert ledger.places == ()


def test_labels_of_one_group_are_one_place_named_by_the_majority(ledger: Ledger) -> None:
    for i, t in enumerate(times(0, 10)):
        ledger.step(look(t, car(label="car" if i % 3 == 0 else "truck")))

    (place,) = ledger.places
    assert place.label == "truck"


def test_a_name_does_not_swing(ledger: Ledger) -> None:
    """The lead changes with every run of four; the name keeps to what a clear majority said."""
    stand(ledger, -2, 10, car(label="truck"))
    stand(ledger, 10, 17, car())
    names: list[str] = []
    for i, t in enumerate(times(17, 60)):
        ledger.step(look(t, car(label="car" if i // 4 % 2 == 0 else "truck")))
        names += [place.label for place in ledger.places]

    assert set(names) == {"truck"}


def test_missed_looks_are_not_observed(ledger: Ledger) -> None:
    for i, t in enumerate(times(0, 4, 0.2)):
        ledger.step(look(t, *([car()] if i % 4 else [])))

    (place,) = ledger.places
    assert 0.7 < place.coverage < 0.85


def test_a_motorcycle_is_no_sign_of_the_car(parked: Ledger) -> None:
    stand(parked, 10, 20, car(label="motorcycle", group="two_wheeler"))

    place = parked.places[0]
    assert (place.group, place.last_seen, place.state) == ("vehicle", 9.5, "occluded")


def test_a_motorcycle_before_a_car_is_a_place_of_its_own(ledger: Ledger) -> None:
    stand(ledger, 0, 10, car(), car(label="motorcycle", group="two_wheeler"))

    assert sorted(place.group for place in ledger.places) == ["two_wheeler", "vehicle"]
    assert len({place.id for place in ledger.places}) == 2


def test_a_double_box_and_a_part_are_no_second_place(ledger: Ledger) -> None:
    cab = car((CAR[0], CAR[1] + 0.03, CAR[0] + 0.045, CAR[3]))
    stand(ledger, 0, 10, car(), car(shifted(CAR, 0.003)), cab)

    assert len(ledger.places) == 1


def test_what_stands_behind_a_thing_makes_no_second_place(parked: Ledger) -> None:
    """The box of the same foot is three times as high for a while: it is the same thing, seen all along."""
    x1, y1, x2, y2 = CAR
    high = car((x1, y1 - 2 * (y2 - y1), x2, y2))
    changes = stand(parked, 10, 30, high)
    (place,) = parked.places
    assert changes == []
    assert (place.last_seen, place.since) == (29.5, 0.0)
    assert place.box == pytest.approx(high.box)

    stand(parked, 30, 40)
    (place,) = parked.places
    assert place.coverage > 0.9
    assert place.box == pytest.approx(CAR)


def test_a_thing_as_wide_on_another_foot_is_another(parked: Ledger) -> None:
    x1, y1, x2, y2 = CAR
    stand(parked, 10, 16, car((x1, y1 - 0.2, x2, y2 - 0.06)))

    assert len(parked.places) == 2


def test_absence_clears_only_after_forty_seconds_of_looks(parked: Ledger) -> None:
    assert nothing(parked, 10, 49) == []
    (gone,) = nothing(parked, 49, 52)

    assert gone.state == "cleared"
    assert gone.last_seen == 9.5
    assert gone.reasons[-1].code == "empty"
    assert gone.reasons[-1].values == {"absent_s": 40.0, "shown_s": 0.0}
    assert parked.places == ()


def test_a_glimpse_in_between_begins_the_count_anew(parked: Ledger) -> None:
    nothing(parked, 10, 40)
    stand(parked, 40, 42)

    assert nothing(parked, 42, 80) == []


def test_a_like_picture_holds_an_undetected_thing(parked: Ledger) -> None:
    (place,) = parked.places
    changes = [p for t in times(10, 110) for p in parked.step(look(t, likeness={place.id: 0.8}))]

    assert changes == []
    (held,) = parked.places
    assert held.last_seen == 109.5
    assert held.observed_s == pytest.approx(9.5 + 0.5 * 100.0)  # half a witness


def test_a_picture_of_something_else_clears_in_ten_seconds(parked: Ledger) -> None:
    (place,) = parked.places
    changes = [p for t in times(10, 22) for p in parked.step(look(t, likeness={place.id: 0.1}))]

    (gone,) = changes
    assert gone.state == "cleared"
    assert gone.reasons[-1].values == {"absent_s": 0.0, "shown_s": 10.0}


@pytest.mark.parametrize("likeness", [[0.5] * 400, [0.5] * 20 + [None] * 380])
def test_where_the_picture_has_told_something_absence_alone_must_last(
    parked: Ledger, likeness: list[float | None]
) -> None:
    """Headlights, an infrared switch: the picture is doubtful or silent, and the detector fails too."""
    (place,) = parked.places
    looks = [
        look(t, likeness={} if like is None else {place.id: like})
        for t, like in zip(times(10, 210), likeness, strict=True)
    ]

    cleared_at = [seen.t for seen in looks for change in parked.step(seen) if change.state == "cleared"]

    assert cleared_at == [129.5]


def test_while_something_covers_the_place_its_clock_is_held(parked: Ledger) -> None:
    nothing(parked, 10, 30)
    veil = (0.3, 0.3, 0.47, 0.9)
    covered = [p for t in times(30, 300) for p in parked.step(look(t, hidden=[veil]))]
    (uncovered,) = nothing(parked, 300, 319)
    (gone,) = nothing(parked, 319, 321)

    assert [p.state for p in covered] == ["occluded"]
    assert covered[0].reasons[-1].text.startswith("70% of the place is covered")
    assert (uncovered.state, uncovered.reasons[-1].code) == ("confirmed", "uncovered")
    assert gone.state == "cleared"


def test_a_passing_lorry_covers_and_the_car_is_seen_again(parked: Ledger) -> None:
    lorry = car((0.35, 0.3, 0.7, 0.75), label="truck")
    (hidden,) = parked.step(look(10.0, lorry))
    (back,) = parked.step(look(10.5, car()))

    assert (hidden.state, back.state) == ("occluded", "confirmed")
    assert back.reasons[-1].code == "seen_again"
    assert back.id == hidden.id


def test_a_thing_that_stood_there_already_hides_nothing(ledger: Ledger) -> None:
    """Two cars overlap, both seen; when one leaves, the other is no excuse for its absence."""
    front = car(shifted(CAR, 0.06, 0.02))
    stand(ledger, 0, 10, car(), front)
    assert len(ledger.places) == 2

    changes = stand(ledger, 10, 60, front)

    assert [p.state for p in changes] == ["cleared"]
    assert len(ledger.places) == 1


def test_an_untrusted_view_neither_opens_nor_clears(parked: Ledger) -> None:
    other = car(shifted(CAR, 0.3))
    for t in times(10, 100):
        assert parked.step(look(t, other, trusted=False)) == []
    assert parked.step(look(100.0)) == []

    (place,) = parked.places
    assert place.state == "confirmed"


def test_a_place_taken_again_keeps_its_id_but_is_another_episode(parked: Ledger) -> None:
    (first,) = parked.places
    nothing(parked, 10, 60)
    (again,) = stand(parked, 60, 65)

    assert again.id == first.id
    assert (again.state, again.episode) == ("confirmed", 1)
    assert again.since == 60.0
    assert again.reasons[0].code == "taken_again"


def test_a_car_that_creeps_on_stays_the_same_place(parked: Ledger) -> None:
    (first,) = parked.places
    on = car(shifted(CAR, 0.07))
    stand(parked, 10, 16, on)

    (place,) = parked.places
    assert place.id == first.id
    assert place.since == first.since
    assert place.reasons[0].code == "crept_on"
    assert place.box == pytest.approx(on.box)


def test_a_van_that_stops_where_a_car_has_just_left_has_not_crept_on(parked: Ledger) -> None:
    x1, y1, x2, y2 = shifted(CAR, 0.07)
    more = 0.3 * (x2 - x1)
    stand(parked, 10, 16, car((x1 - more, y1, x2 + more, y2)))

    assert [place.since for place in parked.places] == [0.0, 10.0]


def test_a_car_that_stood_there_while_the_other_did_has_not_crept_on(parked: Ledger) -> None:
    second = car(shifted(CAR, 0.11), score=0.3)
    stand(parked, 10, 12, car(), second)
    stand(parked, 12, 20, second)

    assert [place.since for place in parked.places] == [0.0, 10.0]


def test_passers_by_do_not_hold_a_place(parked: Ledger) -> None:
    """Traffic through the spot gives it a box in every look, but none that keeps still."""
    changes = []
    for i, t in enumerate(times(10, 70)):
        changes += parked.step(look(t, car(shifted(CAR, (0.02, -0.02, 0.0)[i % 3], 0.0))))

    assert [(p.state, p.last_seen < 20.0) for p in changes if p.state == "cleared"] == [("cleared", False)]


def test_a_shaky_thin_score_must_stand_longer(ledger: Ledger) -> None:
    weak = car(score=0.25)
    assert stand(ledger, 0, 8, weak) == []

    assert len(stand(ledger, 8, 10, weak)) == 1


def test_scores_below_the_floor_and_boxes_inside_out_are_no_sightings(ledger: Ledger) -> None:
    stand(ledger, 0, 20, car(score=0.1), car((0.5, 0.6, 0.4, 0.5)))

    assert ledger.places == ()


@pytest.mark.parametrize("step", [0.1, 0.2, 1.0, 2.0, 4.0, 10.0])
def test_any_sampling_finds_the_same_start(step: float) -> None:
    ledger = Ledger("cam")
    nothing(ledger, 0, 10 * step, step)
    stand(ledger, 10 * step, 60 * step, step=step)

    (place,) = ledger.places
    assert place.since == 10 * step


def test_the_same_looks_give_the_same_ids(parked: Ledger) -> None:
    twin = Ledger("cam")
    stand(twin, 0, 10)

    assert twin.places == parked.places
    assert twin.places[0].id.startswith("p-")


def test_two_sources_never_share_an_id(parked: Ledger) -> None:
    other = Ledger("cam2")
    for t in times(0, 10):
        seen = look(t, car())
        other.step(type(seen)("cam2", seen.t, seen.utc, seen.clock, seen.aspect, seen.sightings))

    assert other.places[0].id != parked.places[0].id


def test_an_observation_of_another_source_is_a_mistake(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="observation of 'cam' given to the ledger of 'gate'"):
        Ledger("gate").step(look(0.0))


def test_settings_are_one_value(ledger: Ledger) -> None:
    strict = Ledger("cam", LedgerSettings(stand_s=6.0, stand_min_s=6.0))
    stand(strict, 0, 5)

    assert strict.places == ()
