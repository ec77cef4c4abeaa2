"""One situation for one real thing: a stall's goods are no left things as well."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml

from broker.events import Audit, Clock, Incident
from edge import assembly
from edge.config import load
from edge.observation import Observation, RegionState, Sighting, StaticRegion
from edge.pipeline import Pipeline
from edge.settings import SourceSettings
from tests.replays.looks import look, times
from tests.street import configuration
from tests.unit.stalls import STALL, TABLE

AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
LEFT = {"kind": "left", "incident": "disorderly_piling", "dwell": "30s"}
CLUSTER = {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "60s"}
PAVEMENT = [[0.2, 0.4], [0.8, 0.4], [0.8, 0.9], [0.2, 0.9]]
FROM, UNTIL = 30.0, 150.0

Told = tuple[str, str]


@pytest.fixture
def watched(tmp_path: Path) -> Callable[..., SourceSettings]:
    """A source with one zone a list of rules."""

    def source(*zones: Sequence[dict[str, str]]) -> SourceSettings:
        file = configuration(tmp_path, url="mqtt://127.0.0.1", path=tmp_path / "none.avi")
        written = yaml.safe_load(file.read_text())
        drawn = [
            {"id": f"z{n}", "polygon": [[*p] for p in PAVEMENT], "rules": list(rules)}
            for n, rules in enumerate(zones)
        ]
        written["sources"][0] |= {"id": "cam", "zones": drawn}
        file.write_text(yaml.safe_dump(written))
        return load(file).settings.sources[0]

    return source


def pipeline(source: SourceSettings) -> Pipeline:
    return Pipeline(source, None, assembly.lookouts(source), None, AUDIT)


def goods(since: float, t: float) -> StaticRegion:
    """What lies on the table."""
    state: RegionState = "settled" if t - since >= 20.0 else "covered"
    return StaticRegion("r-1", TABLE, 0.008, since, t - since, 0.8, 0.9, "left", state)


def seen_at(t: float, *, since: float = FROM, until: float = UNTIL) -> Observation:
    things: Sequence[Sighting] = STALL if FROM <= t < until else ()
    return look(t, *things, regions=[goods(since, t)] if t >= since else [])


def told(line: Pipeline, looks: Sequence[Observation]) -> list[tuple[str, str, float]]:
    """Phase, incident and time of all that is told."""
    found = []
    for seen in looks:
        for draft in line.decide(seen).finish().drafts:
            assert isinstance(draft.data, Incident)
            found.append((draft.model.__name__.removeprefix("Incident").lower(), draft.data.kind, seen.t))
    return found


def words(found: Sequence[tuple[str, str, float]]) -> list[Told]:
    return [(phase, kind) for phase, kind, _ in found if phase != "updated"]


@pytest.mark.parametrize("rules", [(LEFT, CLUSTER), (CLUSTER, LEFT)])
def test_what_ripens_towards_a_stall_is_no_left_thing(
    watched: Callable[..., SourceSettings], rules: Sequence[dict[str, str]]
) -> None:
    found = told(pipeline(watched(rules)), [seen_at(t) for t in times(0.0, UNTIL, 1.0)])

    assert words(found) == [("opened", "unlicensed_stall")]


def test_what_a_stall_leaves_behind_is_one(watched: Callable[..., SourceSettings]) -> None:
    found = told(pipeline(watched((LEFT, CLUSTER))), [seen_at(t) for t in times(0.0, 260.0, 1.0)])

    assert words(found) == [
        ("opened", "unlicensed_stall"),
        ("cleared", "unlicensed_stall"),
        ("opened", "disorderly_piling"),
    ]
    (lies,) = [t for phase, kind, t in found if (phase, kind) == ("opened", "disorderly_piling")]
    assert lies > UNTIL + 15.0


def test_what_lay_there_before_is_a_thing_of_its_own(watched: Callable[..., SourceSettings]) -> None:
    found = told(pipeline(watched((LEFT, CLUSTER))), [seen_at(t, since=5.0) for t in times(0.0, UNTIL, 1.0)])

    assert words(found) == [("opened", "disorderly_piling"), ("opened", "unlicensed_stall")]


def test_what_was_told_before_the_stall_was_known_is_of_it(watched: Callable[..., SourceSettings]) -> None:
    """The goods are seen at once, and what they are only after they were told."""
    late = [
        look(t, *(STALL if t >= 70.0 else STALL[:2] if t >= FROM else ()), regions=[goods(FROM, t)])
        if t >= FROM
        else look(t)
        for t in times(0.0, UNTIL, 1.0)
    ]

    found = told(pipeline(watched((LEFT, CLUSTER))), late)

    assert words(found)[0] == ("opened", "disorderly_piling")
    assert words(found)[1:] == [("cleared", "disorderly_piling"), ("opened", "unlicensed_stall")]


def test_two_things_that_are_no_stall_hold_nothing(watched: Callable[..., SourceSettings]) -> None:
    looks = [
        look(t, *(STALL[:1] if t >= FROM else ()), regions=[goods(FROM, t)] if t >= FROM else [])
        for t in times(0.0, UNTIL, 1.0)
    ]

    assert words(told(pipeline(watched((LEFT, CLUSTER))), looks)) == [("opened", "disorderly_piling")]


def test_another_zone_is_another_matter(watched: Callable[..., SourceSettings]) -> None:
    found = told(pipeline(watched((LEFT,), (CLUSTER,))), [seen_at(t) for t in times(0.0, UNTIL, 1.0)])

    assert words(found) == [("opened", "disorderly_piling"), ("opened", "unlicensed_stall")]


@pytest.mark.parametrize("deep", [False, True])
def test_a_restart_tells_none_of_it(watched: Callable[..., SourceSettings], deep: bool) -> None:
    source = watched((LEFT, CLUSTER))
    first, second = pipeline(source), pipeline(source)
    before = told(first, [seen_at(t) for t in times(0.0, 80.0, 1.0)])
    second.resume(first.snapshot(deep=deep))

    after = told(second, [seen_at(t) for t in times(80.0, UNTIL, 1.0)])

    assert words(before + after) == [("opened", "unlicensed_stall")]


def test_nothing_is_held_for_ever(watched: Callable[..., SourceSettings]) -> None:
    """Ground that nothing stands on any more leaves the rule's memory."""
    line = pipeline(watched((LEFT, CLUSTER)))

    told(line, [seen_at(t, since=400.0) for t in times(0.0, 300.0, 1.0)])

    assert b'"held":{}' in line.snapshot(deep=True)
