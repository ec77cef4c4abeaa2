"""What must hold for any stream of boxes."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.ledger import Ledger
from edge.observation import Box, Observation, Sighting
from edge.places import Place
from tests.replays.looks import CAR, UTC_MINUS_T, car, look, shifted

_CENTRES = st.tuples(st.integers(1, 7), st.integers(1, 7))
_NOISE = st.tuples(st.integers(-1, 1), st.integers(-1, 1))
_LABELS = st.sampled_from([("car", "vehicle"), ("truck", "vehicle"), ("bicycle", "two_wheeler")])


@st.composite
def _sightings(draw: st.DrawFn) -> Sighting:
    """A box on a coarse grid, so that things often stand, cross and overlap."""
    (x, y), (dx, dy) = draw(_CENTRES), draw(_NOISE)
    label, group = draw(_LABELS)
    box = (x / 9 + dx / 640, y / 9 + dy / 360, (x + 1) / 9 + dx / 640, (y + 1) / 9 + dy / 360)
    return Sighting(box, draw(st.sampled_from([0.25, 0.5, 0.9])), label, group)


@st.composite
def _streams(draw: st.DrawFn) -> list[Observation]:
    """Some things that stay for a while, some noise, veils, distrust and odd intervals."""
    stays = draw(st.lists(st.tuples(_sightings(), st.integers(0, 40), st.integers(5, 120)), max_size=4))
    looks, t = [], 0.0
    for i in range(draw(st.integers(20, 120))):
        t += draw(st.sampled_from([0.2, 0.5, 0.5, 0.5, 1.0, 15.0]))
        here = [thing for thing, start, length in stays if start <= i < start + length]
        here += draw(st.lists(_sightings(), max_size=2))
        veils = draw(st.lists(st.just((0.2, 0.2, 0.6, 0.9)), max_size=1)) if i % 7 == 0 else []
        looks.append(look(t, *here, hidden=veils, trusted=draw(st.integers(0, 9)) > 0))
    return looks


def _run(looks: list[Observation]) -> list[list[Place]]:
    ledger = Ledger("cam")
    return [ledger.step(seen) + list(ledger.places) for seen in looks]


@given(_streams(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_boxes_changes_nothing(looks: list[Observation], chance: random.Random) -> None:
    mixed = []
    for seen in looks:
        boxes = list(seen.sightings)
        chance.shuffle(boxes)
        mixed.append(look(seen.t, *boxes, hidden=seen.hidden, trusted=seen.trusted))

    assert _run(mixed) == _run(looks)


@given(_streams())
@settings(max_examples=25, deadline=None)
def test_every_place_is_in_order(looks: list[Observation]) -> None:
    ledger = Ledger("cam")
    for seen in looks:
        for changed in ledger.step(seen):
            assert changed.state in ("confirmed", "occluded", "cleared")
        places = ledger.places
        assert len({place.id for place in places}) == len(places)
        for place in places:
            assert place.since <= place.last_seen <= seen.t
            assert 0.0 <= place.coverage <= 1.0
            assert 0.0 <= place.observed_s <= place.last_seen - place.since + 1e-9
            assert place.state != "cleared"
    json.dumps(ledger.dump(), allow_nan=False)


@given(_streams(), st.integers(0, 119))
@settings(max_examples=25, deadline=None)
def test_untrusted_looks_change_no_place(looks: list[Observation], at: int) -> None:
    ledger = Ledger("cam")
    for i, seen in enumerate(looks):
        before = ledger.places
        trusted = seen.trusted and i != at
        changed = ledger.step(look(seen.t, *seen.sightings, hidden=seen.hidden, trusted=trusted))
        if not trusted:
            assert changed == []
            assert ledger.places == before


@given(_streams(), st.integers(0, 119), st.floats(-1e5, 1e5))
@settings(max_examples=25, deadline=None)
def test_a_restart_keeps_every_open_place(looks: list[Observation], at: int, base: float) -> None:
    ledger = Ledger("cam")
    for seen in looks[: at + 1]:
        ledger.step(seen)
    last = looks[min(at, len(looks) - 1)]

    again = Ledger.restore("cam", json.loads(json.dumps(ledger.dump())), t=base, utc=last.t + UTC_MINUS_T)

    assert [place.id for place in again.places] == [place.id for place in ledger.places]
    for old, new in zip(ledger.places, again.places, strict=True):
        assert new.since - base == pytest.approx(old.since - last.t, abs=1e-3)
        assert new.observed_s == pytest.approx(old.observed_s, abs=1e-3)
        assert (new.state, new.reasons, new.box) == (old.state, old.reasons, old.box)


@given(
    st.sampled_from([1, 2, 5, 10, 20]),
    st.integers(0, 19),
    st.integers(20, 200),
    st.integers(12, 40),
)
@settings(max_examples=40, deadline=None)
def test_thinning_changes_neither_number_nor_start(every: int, offset: int, start: int, speed: int) -> None:
    """A car arrives at full speed, stands for 40 s; another lane flows. Ten looks a second, thinned."""
    ledger = Ledger("cam")
    for i in range(offset, start + 400, every):
        t, before = i / 10, max(0, start - i) / 10
        lane: Box = shifted(CAR, (i * speed / 400) % 1.2 - 0.6, 0.2)
        ledger.step(look(t, car(shifted(CAR, -before * speed / 40)), car(lane)))

    (place,) = [place for place in ledger.places if abs(place.box[1] - CAR[1]) < 0.05]
    assert abs(place.since - start / 10) <= every / 10 + 0.1


@given(_streams(), st.integers(0, 119))
@settings(max_examples=12, deadline=None)
def test_a_deep_dump_goes_on_exactly(looks: list[Observation], at: int) -> None:
    """Byte for byte what the ledger that never stopped decides, and byte for byte its next dump."""
    steady, ledger = Ledger("cam"), Ledger("cam")
    for i, seen in enumerate(looks):
        if i == at:
            ledger = Ledger.resume_exactly("cam", json.loads(json.dumps(ledger.dump(deep=True))))
        assert ledger.step(seen) == steady.step(seen)
        assert ledger.places == steady.places
    assert json.dumps(ledger.dump(deep=True)) == json.dumps(steady.dump(deep=True))
    assert ledger.refusals == steady.refusals


@given(st.lists(st.sampled_from([0.2, 0.5, 1.0, 4.0, 8.0]), min_size=8, max_size=40), st.integers(0, 6))
@settings(max_examples=20, deadline=None)
def test_any_mixture_of_paces_finds_the_same_start(intervals: list[float], run: int) -> None:
    """Looks come in runs, as production paces them; a car comes at 30 s and stays."""
    ledger, t, opened = Ledger("cam"), 0.0, []
    arrival: float | None = None
    for dt in (dt for interval in [*intervals, *[4.0] * 20] for dt in [interval] * (1 + run)):
        t += dt
        here = t >= 30.0
        arrival = t if here and arrival is None else arrival
        opened += ledger.step(look(t, *([car()] if here else [])))

    (place,) = ledger.places
    assert [p.state for p in opened] == ["confirmed"]
    assert place.since == arrival  # the first look that saw it: never more than one interval late
    assert place.coverage > 0.9
