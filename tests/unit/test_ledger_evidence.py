"""What else than boxes speaks for or against a thing: the ground, the view, a detector that is busy."""

from dataclasses import replace

import pytest

from edge.ledger import Ledger, LedgerSettings
from edge.observation import Box, RegionState, RegionVerdict
from edge.places import Place
from tests.replays.looks import ASPECT, CAR, car, look, nothing, region, shifted, stand, times


@pytest.fixture
def parked() -> Ledger:
    """A ledger in which a car has stood since 0 and was last seen at 9.5 s."""
    ledger = Ledger("cam")
    stand(ledger, 0, 10)
    return ledger


def test_changed_ground_holds_a_thing_that_no_detector_sees(parked: Ledger) -> None:
    changes = [p for t in times(10, 400) for p in parked.step(look(t, regions=[region()]))]

    assert changes == []
    (held,) = parked.places
    assert held.last_seen == 399.5
    assert held.observed_s == pytest.approx(9.5 + 0.5 * 390.0)  # half a witness


@pytest.mark.parametrize(
    ("verdict", "state", "since", "box"),
    [
        ("shadow", "settled", 1.0, CAR),
        ("left", "covered", 1.0, CAR),
        ("left", "settled", 9.6, CAR),  # began after the thing was last seen: another thing
        ("left", "settled", 1.0, shifted(CAR, 0.06)),
        ("left", "settled", 1.0, (CAR[0], CAR[1] - 0.05, CAR[2], CAR[3] - 0.05)),  # not where it stands
    ],
)
def test_other_ground_holds_nothing(
    parked: Ledger, verdict: RegionVerdict, state: RegionState, since: float, box: Box
) -> None:
    what = region(box, since=since, verdict=verdict, state=state)
    changes = [p for t in times(10, 140) for p in parked.step(look(t, regions=[what]))]

    assert [p.state for p in changes] == ["cleared"]


def test_clean_ground_clears_soon(parked: Ledger) -> None:
    stand(parked, 10, 12)
    parked.step(look(12.0, regions=[region(state="gone")]))  # it is said once
    (gone,) = nothing(parked, 12.5, 30)

    assert gone.state == "cleared"
    assert gone.last_seen == 11.5
    assert gone.reasons[-1].values == {"absent_s": 0.0, "shown_s": 10.0}


def test_a_thing_seen_on_clean_ground_is_still_there(parked: Ledger) -> None:
    parked.step(look(10.0, car(), regions=[region(state="gone")]))
    stand(parked, 10.5, 15)

    assert nothing(parked, 15, 50) == []


def test_a_picture_of_something_else_outweighs_changed_ground(parked: Ledger) -> None:
    """Another thing may stand there now, or what fell off the first."""
    (place,) = parked.places
    looks = [look(t, regions=[region()], likeness={place.id: 0.1}) for t in times(10, 25)]

    assert [p.state for seen in looks for p in parked.step(seen)] == ["cleared"]


def test_where_the_ground_speaks_absence_alone_must_last(parked: Ledger) -> None:
    """The region is lost at an infrared switch: no word that the ground is clean."""
    parked.step(look(10.0, regions=[region()]))

    assert nothing(parked, 10.5, 120) == []


def test_what_was_not_looked_for_is_not_absent(parked: Ledger) -> None:
    for t in times(10, 500):
        assert parked.step(look(t, looked=False)) == []

    (place,) = parked.places
    assert (place.state, place.last_seen, place.observed_s) == ("confirmed", 9.5, 9.5)


def test_a_busy_detector_does_not_hide_what_the_picture_tells(parked: Ledger) -> None:
    (place,) = parked.places
    for t in times(10, 30):
        parked.step(look(t, looked=False, likeness={place.id: 0.9}))
    assert parked.places[0].last_seen == 29.5

    changes = [p for t in times(30, 45) for p in parked.step(look(t, looked=False, likeness={place.id: 0.1}))]

    assert [p.state for p in changes] == ["cleared"]


def test_time_is_counted_once_by_whichever_look_comes_first(parked: Ledger) -> None:
    """Every other look the detector is busy, and the picture is the same."""
    (place,) = parked.places
    for i, t in enumerate(times(10, 30)):
        busy = look(t, looked=False, likeness={place.id: 0.9})
        parked.step(busy if i % 2 else look(t, car()))

    (place,) = parked.places
    assert place.observed_s == pytest.approx(9.5 + 20 * 0.5 + 20 * 0.25)


def test_looks_without_looking_do_not_thin_the_argument() -> None:
    """Presence is a share of the looks that looked."""
    ledger = Ledger("cam")
    for i, t in enumerate(times(0, 6, 0.25)):
        ledger.step(look(t, car()) if i % 4 == 0 else look(t, looked=False))

    (place,) = ledger.places
    assert (place.since, place.coverage) == (0.0, 1.0)


def test_a_blind_part_of_the_view_hides_places(parked: Ledger) -> None:
    half = (0.0, 0.0, 0.47, 1.0)
    changes = [p for t in times(10, 5000, 10.0) for p in parked.step(look(t, blind=[half]))]

    assert [p.state for p in changes] == ["occluded"]


def test_a_blind_part_hides_places_while_the_detector_is_busy_too(parked: Ledger) -> None:
    (place,) = parked.places
    blind = look(10.0, looked=False, blind=[(0.0, 0.0, 1.0, 1.0)], likeness={place.id: 0.1})

    assert [p.state for p in parked.step(blind)] == ["occluded"]


def test_a_cover_that_never_leaves_is_answered_for_only_so_long(parked: Ledger) -> None:
    lorry = car((0.35, 0.3, 0.7, 0.75), label="truck")
    (gone,) = [p for p in stand(parked, 10, 1900, lorry, step=2.0) if p.state == "cleared"]

    assert gone.last_seen == 9.5
    (_, why) = gone.reasons
    assert why.code == "hidden_too_long"
    assert why.values is not None
    assert why.values["unseen_s"] == pytest.approx(LedgerSettings().hidden_max_s, abs=4.0)


def test_passers_by_cannot_hold_a_left_place_for_ever(parked: Ledger) -> None:
    """One look in two seconds, and always some other lorry before it."""
    changes: list[Place] = []
    for i, t in enumerate(times(10, 600, 2.0)):
        lorry = car((0.2 + 0.1 * (i % 3), 0.3, 0.55 + 0.1 * (i % 3), 0.75), label="truck")
        changes += parked.step(look(t, lorry))

    assert [p.state for p in changes] == ["occluded", "cleared"]
    assert changes[-1].reasons[-1].code == "hidden_too_long"


def test_rare_passers_by_close_to_the_place_do_not_hold_it(parked: Ledger) -> None:
    """Traffic through the spot, one look in four seconds: each look counts for its own time."""
    cleared = []
    for i, t in enumerate(times(12, 400, 4.0)):
        near = car(shifted(CAR, (0.022, -0.02, 0.01, -0.008)[i % 4]))
        cleared += [t for p in parked.step(look(t, near)) if p.state == "cleared"]

    assert cleared
    assert cleared[0] <= 100.0


def test_one_look_never_clears(parked: Ledger) -> None:
    """A place looked at once in ten seconds: three looks without its thing at least."""
    (place,) = parked.places
    other = {place.id: 0.1}
    states = [p.state for t in (19.5, 29.5) for p in parked.step(look(t, likeness=other))]
    assert states == []

    assert [p.state for p in parked.step(look(39.5, likeness=other))] == ["cleared"]


def test_a_region_in_a_picture_of_another_shape(parked: Ledger) -> None:
    """Boxes are shares of the picture, whatever its shape."""
    for t in times(10, 100):
        parked.step(replace(look(t, regions=[region()]), aspect=4 / 3))

    assert parked.places[0].last_seen == 99.5


@pytest.mark.parametrize(("unseen_s", "seen_again"), [(1.0, True), (20.0, False)])
def test_a_thing_long_unseen_is_seen_again_only_at_its_very_point(
    parked: Ledger, unseen_s: float, seen_again: bool
) -> None:
    """A fifth of its size off: after a second the thing itself, after long rather someone who passes."""
    t = 9.5 + unseen_s
    nothing(parked, 10.0, t)
    parked.step(look(t, car(shifted(CAR, 0.02 / ASPECT))))

    assert (parked.places[0].last_seen == t) is seen_again


def test_a_car_that_drives_off_was_last_seen_where_it_stood(parked: Ledger) -> None:
    """It rolls off its place at a tenth of its size a look, and the place goes with it for a while."""
    for i, t in enumerate(times(10.0, 14.0, 0.2)):
        parked.step(look(t, car(shifted(CAR, 0.01 * i / ASPECT))))

    assert parked.places[0].last_seen <= 11.0
