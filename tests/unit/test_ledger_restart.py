"""A dumped ledger goes on in another process, with another clock."""

import json

import pytest

from edge.ledger import Ledger
from tests.replays.looks import CAR, UTC_MINUS_T, car, look, nothing, shifted, stand, times


@pytest.fixture
def parked() -> Ledger:
    """A ledger in which a car has stood since 0 and was last seen at 9.5 s, beside a cleared place."""
    ledger = Ledger("cam")
    stand(ledger, -60, -50, car(shifted(CAR, 0.3)))
    nothing(ledger, -50, 0)
    stand(ledger, 0, 10)
    return ledger


def test_the_same_situation_after_a_restart_on_another_clock(parked: Ledger) -> None:
    (before,) = parked.places
    data = json.loads(json.dumps(parked.dump()))

    ledger = Ledger.restore("cam", data, t=1000.0, utc=UTC_MINUS_T + 30.0)
    changes = [p for t in times(1000, 1010) for p in ledger.step(look(t, car(), utc=UTC_MINUS_T + t - 970.0))]

    assert changes == []
    (after,) = ledger.places
    assert after.id == before.id
    assert after.since == 970.0
    assert after.last_seen == 1009.5
    assert after.observed_s == pytest.approx(9.5 + 9.5)


def test_a_dump_restores_to_the_same_dump(parked: Ledger) -> None:
    data = parked.dump()
    again = Ledger.restore("cam", data, t=9.5, utc=9.5 + UTC_MINUS_T).dump()

    assert again["places"] == data["places"]
    assert again["ghosts"] == data["ghosts"]
    assert len(data["ghosts"]) == 1


def test_the_time_the_process_was_down_is_no_evidence_of_empty(parked: Ledger) -> None:
    ledger = Ledger.restore("cam", parked.dump(), t=5.0, utc=UTC_MINUS_T + 86_400.0)

    assert nothing(ledger, 5, 44) == []
    assert [p.state for p in nothing(ledger, 44, 47)] == ["cleared"]


def test_ghosts_do_not_outlive_the_time_between(parked: Ledger) -> None:
    ledger = Ledger.restore("cam", parked.dump(), t=5.0, utc=UTC_MINUS_T + 86_400.0)
    ledger.step(look(5.5, car()))

    assert ledger.dump()["ghosts"] == []


def test_a_clock_that_went_back_counts_as_no_time_at_all(parked: Ledger) -> None:
    """A box without a clock battery starts in 1970: since must not lie in the future."""
    ledger = Ledger.restore("cam", parked.dump(), t=5.0, utc=100.0)

    (place,) = ledger.places
    assert place.since == pytest.approx(5.0 - 9.5)
    assert place.last_seen == 5.0


def test_an_empty_ledger_restores() -> None:
    ledger = Ledger.restore("cam", Ledger("cam").dump(), t=0.0, utc=0.0)

    assert ledger.places == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": "gate"}, "no ledger of 'cam' in version 1 but version 1 of source 'gate'"),
        ({"version": 2}, "no ledger of 'cam' in version 1 but version 2"),
        ({"places": [{}]}, "the dumped ledger of 'cam' is damaged"),
        ({"places": None}, "the dumped ledger of 'cam' is damaged"),
        ({"anchor": {"t": 1.0}}, "the dumped ledger of 'cam' is damaged"),
    ],
)
def test_a_wrong_dump_is_refused_with_words(parked: Ledger, change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Ledger.restore("cam", {**parked.dump(), **change}, t=0.0, utc=0.0)
