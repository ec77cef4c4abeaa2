"""A stream that falters repeats one picture for seconds: nothing begins to stand in it."""

import json

import pytest

from edge.ledger import Ledger
from edge.observation import Sighting
from tests.replays.looks import CAR, car, look, shifted, times

STEP = 0.2
SPEED = 0.2  # shares of the picture's width a second: 3.6 sizes of a car


def lane(t: float, jitter: float = 0.0) -> list[Sighting]:
    """Two cars a lane, one behind the other; they never come to an end."""
    return [car(shifted(CAR, -0.4 + k * 0.25 + (SPEED * t) % 0.25, 0.3 * (k % 2) + jitter)) for k in range(4)]


def told(t: float, freezes: float, thaws: float) -> float:
    """The time of the picture that is shown at a time."""
    return freezes if freezes <= t < thaws else t


def run(
    ledger: Ledger, start: float, end: float, freezes: float, thaws: float, step: float = STEP
) -> list[float]:
    """Traffic with a picture that is repeated; when anything was found to stand."""
    found = []
    for t in times(start, end, step):
        shake = 0.0005 * (round(t / step) % 2)  # a quarter of a row of 540
        if ledger.step(look(t, *lane(told(t, freezes, thaws), shake))):
            found.append(t)
    return found


@pytest.mark.parametrize("step", [0.1, 0.2, 0.4])
def test_nothing_stands_in_a_picture_that_is_repeated(step: float) -> None:
    ledger = Ledger("cam")

    assert run(ledger, 0.0, 30.0, 8.0, 13.0, step) == []
    assert ledger.refusals["picture_repeated"].count == 1


def test_it_is_told_why_nothing_stands_while_it_lasts() -> None:
    ledger = Ledger("cam")
    run(ledger, 0.0, 9.9, 8.0, 13.0)
    why = ledger.waiting

    assert why is not None
    assert why.code == "picture_repeated"
    assert why.text.startswith("the picture seems repeated since 8.0 s")
    run(ledger, 10.0, 15.0, 8.0, 13.0)
    assert ledger.waiting is None


def test_a_stutter_does_not_add_up() -> None:
    """Shown for a second and a half each, again and again: never does anything stand."""
    ledger = Ledger("cam")
    for t in times(0.0, 40.0, STEP):
        shown = t if t % 2.5 < 1.0 else t - (t % 2.5) + 0.9
        assert ledger.step(look(t, *lane(shown))) == []


def test_what_is_not_detected_in_a_repeated_picture_does_not_tell() -> None:
    ledger = Ledger("cam")
    for i, t in enumerate(times(0.0, 20.0, STEP)):
        cars = lane(told(t, 8.0, 12.6))
        del cars[i % 4]
        assert ledger.step(look(t, *cars)) == []


def test_where_nothing_moves_any_more_it_is_believed_in_the_end() -> None:
    """Perhaps they did stop: after ten seconds, and not much later, they stand."""
    found = run(Ledger("cam"), 0.0, 30.0, 8.0, 99.0)

    assert found
    assert 18.0 <= found[0] <= 18.5


def test_what_stood_before_and_still_stands_is_found_when_the_picture_moves_again() -> None:
    """The look that was repeated counts once; those like it do not."""
    ledger, stood = Ledger("cam"), car(shifted(CAR, 0.3, -0.3))
    found = []
    for t in times(0.0, 20.0, STEP):
        here = [stood] if t >= 6.9 else []
        if ledger.step(look(t, *lane(told(t, 8.0, 11.0)), *here)):
            found.append(t)

    assert len(found) == 1
    assert 11.0 <= found[0] <= 12.0
    assert ledger.places[0].since == pytest.approx(7.0)


def test_one_car_that_stops_alone_stands_as_soon_as_ever() -> None:
    ledger = Ledger("cam")
    for t in times(0.0, 12.0, STEP):
        ledger.step(look(t, car(shifted(CAR, SPEED * (min(t, 2.0) - 2.0)))))

    assert not ledger.refusals
    assert [place.since for place in ledger.places] == pytest.approx([2.0])


def test_a_queue_that_brakes_stands_as_soon_as_ever() -> None:
    """Two brake evenly to rest in the same instant (2 m/s2, seen from the side): no picture is repeated."""
    ledger, brakes = Ledger("cam"), 1.33 * 0.1 / (16 / 9)
    found = []
    for t in times(0.0, 15.0, STEP):
        left = max(0.0, 6.0 - t)
        gone = -0.5 * brakes * left * left
        if ledger.step(look(t, car(shifted(CAR, gone)), car(shifted(CAR, gone + 0.2)))):
            found.append(t)

    assert not ledger.refusals
    assert found
    assert found[0] <= 9.3


def test_somebody_who_walks_shows_that_the_picture_lives() -> None:
    ledger = Ledger("cam")
    for t in times(0.0, 12.0, STEP):
        walks = (0.1 + 0.03 * t, 0.1, 0.12 + 0.03 * t, 0.2)
        ledger.step(look(t, *lane(told(t, 8.0, 99.0)), hidden=[walks]))

    assert not ledger.refusals
    assert ledger.places


def test_the_suspicion_outlives_a_process_exactly() -> None:
    one = Ledger("cam")
    run(one, 0.0, 10.0, 8.0, 13.0)
    other = Ledger.resume_exactly("cam", json.loads(json.dumps(one.dump(deep=True))))

    assert other.waiting == one.waiting is not None
    run(one, 10.0, 20.0, 8.0, 13.0)
    run(other, 10.0, 20.0, 8.0, 13.0)
    assert other.dump(deep=True) == one.dump(deep=True)


def test_a_deep_dump_of_an_older_node_knows_of_none() -> None:
    one = Ledger("cam")
    run(one, 0.0, 10.0, 8.0, 13.0)
    dump = one.dump(deep=True)
    del dump["deep"]["repeats"]

    assert Ledger.resume_exactly("cam", dump).waiting is None


def test_a_break_in_the_stream_ends_it() -> None:
    ledger = Ledger("cam")
    run(ledger, 0.0, 10.0, 8.0, 13.0)
    ledger.step(look(100.0, *lane(8.0)))

    assert ledger.waiting is None
