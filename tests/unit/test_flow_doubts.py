"""What a detector takes for a vehicle and is none: neither company nor parked."""

import pytest

from tests.unit.test_flow import STEP, WIDE, Car, drive


@pytest.mark.parametrize(("score", "stops", "told"), [(0.4, 4.0, [24.0]), (0.4, 7.0, []), (0.8, 4.0, [])])
@pytest.mark.parametrize("step", [0.5, 4.0])
def test_a_doubtful_piece_of_a_thing_is_no_company(
    score: float, stops: float, told: list[float], step: float
) -> None:
    """The box of its shadow came with it and touches it; who came after it, or is sure, may wait there."""
    lorry, more = Car(0.5, 4.0), Car(0.5 + WIDE, stops, score=score)

    seen = drive([lorry, more], 60, step=step)

    assert [t for t, x in seen.opened() if x == 0.5] == [pytest.approx(t, abs=4.0) for t in told]


@pytest.mark.parametrize(("score", "stops", "told"), [(0.3, -9.0, [24.0]), (0.45, -9.0, []), (0.3, 5.0, [])])
def test_what_is_seen_half_as_surely_is_no_company_unless_it_came(
    score: float, stops: float, told: list[float]
) -> None:
    """In one light vehicles of one scale are seen about as surely: the rest is paint."""
    seen = drive([Car(0.5, 4.0), Car(0.5 + STEP, stops, score=score)], 60)

    assert [t for t, x in seen.opened() if x == 0.5] == [pytest.approx(t, abs=4.0) for t in told]


@pytest.mark.parametrize("score", [0.3, 0.49])
def test_what_was_never_surely_seen_and_not_seen_to_come_is_not_told(score: float) -> None:
    """A white arrow on the asphalt, taken for a car at every look."""
    seen = drive([Car(0.5, -9.0, score=score)], 400, step=2.0)

    assert seen.opened() == []
    assert seen.held[300.0] == seen.held[398.0] == {"never_sure"}


@pytest.mark.parametrize(
    ("car", "settings"),
    [
        (Car(0.5, -9.0, score=0.55), {}),
        (Car(0.5, 4.0, score=0.3), {}),
        (Car(0.5, -9.0, score=0.3), {"sure": 0.25}),
        (Car(0.5, -9.0, score=0.4, label="bicycle", group="two_wheeler"), {"groups": ["two_wheeler"]}),
    ],
)
def test_what_was_surely_seen_or_seen_to_come_is_told(car: Car, settings: dict[str, object]) -> None:
    ((when, _),) = drive([car], 60, **settings).opened()
    assert when <= 26.0
