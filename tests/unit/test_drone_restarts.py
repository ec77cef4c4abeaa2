"""A drone's flights over the ends of processes: nothing lost, nothing double, no film twice."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from broker.events import FlightReported, Location, Point, SceneVerified
from broker.messages import Scene
from edge.verifications import Asked
from edge.wing import Wanted
from tests.drones import fly
from tests.unit.aircraft import Rig, make, place

BEGAN = time.time() - 7200


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A car, and nothing, half an hour later."""
    folder = tmp_path_factory.mktemp("films")
    fly(folder, "1-car", BEGAN, car=True)
    fly(folder, "2-empty", BEGAN + 1800, car=False, seed=2)
    return folder


@pytest.fixture(scope="module")
def whole(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """All of it in one process."""
    one = make(tmp_path_factory.mktemp("whole") / "rig", films)
    one.fly()
    return one


@pytest.fixture
def rig(tmp_path: Path) -> Callable[..., Rig]:
    return lambda films, **more: make(tmp_path / f"rig-{len(list(tmp_path.iterdir()))}", films, **more)


@pytest.mark.parametrize("after", [3, 15, 24])
def test_wherever_a_process_ends_the_next_goes_on_and_tells_the_same(
    films: Path, rig: Callable[..., Rig], whole: Rig, after: int
) -> None:
    cut = rig(films)
    cut.after = after
    cut.fly()
    told = len(cut.drafts)
    cut.after = None
    cut.fly()
    assert told < len(whole.drafts)
    assert cut.phases() == whole.phases()
    assert [one.flight.id for one in cut.of(FlightReported)] == [
        one.flight.id for one in whole.of(FlightReported)
    ]
    assert [one.found for one in cut.of(FlightReported)] == [one.found for one in whole.of(FlightReported)]


def test_what_the_centre_asks_about_is_answered_by_the_flight_that_sees_it_or_when_the_time_is_over(
    films: Path, rig: Callable[..., Rig]
) -> None:
    one = rig(films)
    one.fly()
    count = len(one.drafts)
    assert one.deck is not None
    far = Location(
        geometry=Point(type="Point", coordinates=(100.0, 30.0)), accuracy_m=5.0, method="source_position"
    )
    soon, late = time.time() - 1.0, time.time() + 3600
    assert one.deck.want(
        Wanted(
            Asked("v-1", "elsewhere", True, BEGAN, soon),
            None,
            Scene(situation="elsewhere", kind="fire_lane_occupied", location=far),
        )
    )
    assert not one.deck.want(Wanted(Asked("v-1", "unknown", False, BEGAN, late), None, None))
    assert one.deck.want(
        Wanted(
            Asked("v-2", "cam-sit", True, BEGAN, late),
            None,
            Scene(situation="cam-sit", kind="fire_lane_occupied", location=place()),
        )
    )
    one.deck.serve()
    (gone,) = [draft.data for draft in one.drafts[count:] if isinstance(draft.data, SceneVerified)]
    assert (gone.command, gone.answers[0].situation, gone.answers[0].outcome) == (
        "v-1",
        "elsewhere",
        "not_in_view",
    )
    folder = Path(one.configuration.settings.flights[0].footage.path)  # type: ignore[attr-defined]
    later = fly(one.folder / "more", "4-empty", time.time() - 60, car=False, seed=4)
    try:
        for path in (later.sidecar, later.film):
            (folder / path.name).write_bytes(path.read_bytes())
        one.fly()
    finally:
        for path in (later.sidecar, later.film):
            (folder / path.name).unlink()
    answers = [data for data in one.of(SceneVerified) if data.command == "v-2"]
    assert [(each.answers[0].outcome, each.flight.id) for each in answers] == [
        ("clear", one.of(FlightReported)[-1].flight.id)
    ]
    assert [picture.role for picture in answers[0].answers[0].evidence] == ["after"]


def test_a_film_is_never_flown_twice_whatever_it_is_called(whole: Rig, films: Path) -> None:
    count = len(whole.drafts)
    for suffix in (".mp4", ".SRT"):
        (films / f"again{suffix}").write_bytes((films / f"1-car{suffix}").read_bytes())
    try:
        deck = whole.fly()
    finally:
        for suffix in (".mp4", ".SRT"):
            (films / f"again{suffix}").unlink()
    assert "again.mp4" in deck.done
    assert len(whole.drafts) == count


def test_what_was_asked_lives_through_a_restart_and_is_answered_once(
    films: Path, rig: Callable[..., Rig], tmp_path: Path
) -> None:
    only = tmp_path / "only"
    only.mkdir()
    one = rig(only)
    scene = Scene(situation="cam-sit", kind="fire_lane_occupied", location=place())
    wanted = Wanted(Asked("v-1", "cam-sit", True, BEGAN, time.time() + 3600), None, scene)
    one.fly(wanted)
    assert one.of(SceneVerified) == []
    for name in ("1-car.mp4", "1-car.SRT"):
        (only / name).write_bytes((films / name).read_bytes())
    one.fly(wanted)  # the node offers again what is not answered
    (answer,) = one.of(SceneVerified)
    assert (answer.answers[0].outcome, answer.command) == ("occupied", "v-1")
    count = len(one.drafts)
    one.fly()
    assert len(one.drafts) == count


def test_a_state_that_cannot_be_read_costs_only_itself(films: Path, rig: Callable[..., Rig]) -> None:
    for saved in (b"no json", b'{"version": 1, "book": {}, "done": 3}'):
        one = rig(films)
        one.saved = saved
        one.fly()
        assert [state for _, state in one.phases()] == ["open", "cleared"]
