"""Clocks that jump, looks that are too full, and the way out of every map."""

import math
from dataclasses import replace

import pytest

from edge.ledger import Ledger, LedgerSettings
from tests.replays.looks import ASPECT, CAR, UTC_MINUS_T, car, look, nothing, shifted, stand, times


@pytest.fixture
def parked() -> Ledger:
    """A ledger in which a car has stood since 0 and was last seen at 9.5 s."""
    ledger = Ledger("cam")
    stand(ledger, 0, 10)
    return ledger


@pytest.mark.parametrize("t", [9.5, 9.4, 0.0, -3.0])
def test_a_look_that_is_not_later_is_refused_and_counted(parked: Ledger, t: float) -> None:
    before = parked.dump()

    assert parked.step(look(t)) == []

    assert parked.dump() == before
    refusal = parked.refusals["time_not_later"]
    assert refusal.count == 1
    assert refusal.last.text.endswith("it must be later than the last one at 9.500 s")


@pytest.mark.parametrize("bad", [{"t": math.nan}, {"utc": math.inf}, {"aspect": math.nan}])
def test_figures_that_are_none_are_refused(parked: Ledger, bad: dict[str, float]) -> None:
    before = parked.dump()

    assert parked.step(replace(look(10.0), **bad)) == []

    assert parked.dump() == before
    assert parked.refusals["not_finite"].count == 1


@pytest.mark.parametrize("aspect", [0.0, -1.0])
def test_a_picture_without_width_is_refused(parked: Ledger, aspect: float) -> None:
    parked.step(replace(look(10.0, car()), aspect=aspect))

    assert parked.refusals["not_finite"].count == 1


def test_a_box_that_is_no_number_is_no_sighting(parked: Ledger) -> None:
    broken = car((math.nan, 0.5, 0.5, 0.6))
    changes = stand(parked, 10, 20, car(), broken, car((0.1, 0.1, math.inf, 0.2)))

    assert changes == []
    assert len(parked.places) == 1


def test_a_source_that_begins_a_new_time_base_is_believed_after_a_few_looks(parked: Ledger) -> None:
    """A stream that starts again at 0: the places are moved to the new base by UTC."""
    (before,) = parked.places
    stamps = [(0.5 * i, UTC_MINUS_T + 20.0 + 0.5 * i) for i in range(20)]
    for t, utc in stamps:
        parked.step(look(t, car(), utc=utc))

    (after,) = parked.places
    assert after.id == before.id
    assert after.since == pytest.approx(-20.0)
    assert after.last_seen == 9.5
    assert parked.refusals["time_not_later"].count == 5


def test_scattered_late_looks_do_not_move_the_base(parked: Ledger) -> None:
    for i, t in enumerate(times(10, 20)):
        parked.step(look(t, car()))
        parked.step(look(3.0 + 0.1 * i, car()))

    assert parked.places[0].since == 0.0
    assert parked.refusals["time_not_later"].count == 20


def test_a_break_in_the_stream_is_no_evidence(parked: Ledger) -> None:
    assert nothing(parked, 3600, 3639) == []
    (gone,) = nothing(parked, 3639, 3642)

    assert gone.state == "cleared"
    assert gone.reasons[-1].values == {"absent_s": 40.0, "shown_s": 0.0}


def test_a_break_is_not_observed_time(parked: Ledger) -> None:
    parked.step(look(3600.0, car()))

    (place,) = parked.places
    assert place.last_seen == 3600.0
    assert place.observed_s == 9.5
    assert place.coverage == pytest.approx(9.5 / 3600.0)


def test_nothing_is_concluded_across_a_break() -> None:
    ledger = Ledger("cam")
    stand(ledger, 0, 2)
    ledger.step(look(13.6))
    assert [seen.t for seen in ledger._history.looks] == [13.6]
    stand(ledger, 14, 16)
    assert ledger.places == ()

    stand(ledger, 16, 19)
    assert ledger.places[0].since == 14.0


def test_ten_thousand_boxes_are_bounded_and_the_best_are_looked_at() -> None:
    ledger = Ledger("cam")
    crowd = [
        car((x / 120, y / 90, x / 120 + 0.006, y / 90 + 0.006), score=0.3)
        for x in range(115)
        for y in range(88)
    ]
    assert len(crowd) > 10_000
    for t in times(0, 4, 1.0):
        ledger.step(look(t, *crowd, car()))

    most = LedgerSettings().boxes_max
    assert any(place.box == pytest.approx(CAR) for place in ledger.places)
    assert len(ledger.places) <= LedgerSettings().places_max
    assert ledger.refusals["too_many_boxes"].count == 4 * (len(crowd) + 1 - most)
    assert f"only the best {most} of an observation" in ledger.refusals["too_many_boxes"].last.text


def test_at_the_bound_no_place_is_dropped_and_none_added() -> None:
    ledger = Ledger("cam", LedgerSettings(places_max=2))
    stand(ledger, 0, 5, car(), car(shifted(CAR, 0.2)))
    kept = {place.id for place in ledger.places}
    stand(ledger, 5, 10, car(), car(shifted(CAR, 0.2)), car(shifted(CAR, 0.4)))

    assert {place.id for place in ledger.places} == kept
    assert ledger.refusals["places_full"].count > 0


def test_everything_goes_in_the_end() -> None:
    ledger = Ledger("cam")
    stand(ledger, 0, 30, car(), car(shifted(CAR, 0.3)))
    nothing(ledger, 30, 80)
    assert ledger.places == ()
    assert len(ledger.dump()["ghosts"]) == 2

    nothing(ledger, 80, 200)

    assert ledger.dump()["ghosts"] == []


def test_remembered_places_are_bounded() -> None:
    ledger = Ledger("cam", LedgerSettings(places_max=2))
    stand(ledger, 0, 5, car(), car(shifted(CAR, 0.2)))
    nothing(ledger, 5, 50)
    stand(ledger, 50, 55, car(shifted(CAR, 0.0, 0.3)), car(shifted(CAR, 0.2, 0.3)))
    nothing(ledger, 55, 100)

    assert ledger.places == ()
    assert len(ledger.dump()["ghosts"]) == 2


def test_memory_does_not_grow_with_the_stream() -> None:
    ledger = Ledger("cam")
    stand(ledger, 0, 600, car(), step=0.1)

    settings = LedgerSettings()
    assert len(ledger._history.looks) <= 1.2 * settings.history_s / (0.95 * settings.history_step_s) + 1
    assert len(ledger._open[0].recent) <= 64


def test_labels_of_one_place_are_bounded() -> None:
    ledger = Ledger("cam")
    for i, t in enumerate(times(0, 100)):
        ledger.step(look(t, car(label=f"kind_{i}")))

    assert len(ledger.dump()["places"][0]["votes"]) <= 8


def test_the_shape_of_the_picture_does_not_matter() -> None:
    """The same scene in a 4:3 picture: boxes are compared in picture heights."""
    wide, narrow = Ledger("cam"), Ledger("cam")
    for t in times(0, 6):
        x1, y1, x2, y2 = shifted(CAR, 0.001 * (round(t * 2) % 2))
        wide.step(look(t, car((x1, y1, x2, y2))))
        scale = ASPECT / (4 / 3)
        seen = look(t, car((x1 * scale, y1, x2 * scale, y2)))
        narrow.step(replace(seen, aspect=4 / 3))

    assert wide.places[0].since == narrow.places[0].since
    assert wide.places[0].observed_s == narrow.places[0].observed_s


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("aspect", [4 / 3, 1920 / 1088])
def test_a_picture_that_takes_another_shape_keeps_its_places(aspect: float, restarted: bool) -> None:
    """Cameras change their format in mid-stream; shares of the picture are what zones are drawn in."""
    far = (0.90, 0.5, 0.92, 0.53)
    ledger = Ledger("cam")
    stand(ledger, 0.0, 10.0, car(far))
    (before,) = ledger.places
    if restarted:
        ledger = Ledger.restore("cam", ledger.dump(), t=10.0, utc=UTC_MINUS_T + 10.0)

    changed = [p for t in times(10.0, 80.0) for p in ledger.step(replace(look(t, car(far)), aspect=aspect))]

    assert changed == []
    (after,) = ledger.places
    assert (after.id, after.since, after.last_seen) == (before.id, 0.0, 79.5)
    assert after.box == pytest.approx(far)
    assert not ledger.refusals


def test_a_cleared_place_is_known_again_in_another_shape(parked: Ledger) -> None:
    (before,) = parked.places
    nothing(parked, 10.0, 55.0)
    for t in times(55.0, 60.0):
        parked.step(replace(look(t, car()), aspect=4 / 3))

    assert [(p.id, p.episode) for p in parked.places] == [(before.id, 1)]


def test_a_thing_is_not_taken_to_move_because_the_shape_changed() -> None:
    """Looks of two shapes have no common measure: the argument begins anew."""
    ledger = Ledger("cam")
    for t in times(0.0, 2.0):
        ledger.step(look(t, car()))
    found = [p for t in times(2.0, 8.0) for p in ledger.step(replace(look(t, car()), aspect=4 / 3))]

    assert [(p.state, p.since) for p in found] == [("confirmed", 2.0)]
