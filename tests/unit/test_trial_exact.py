"""A trial decides as a whole replay does: on drawn journals, over restarts and crashes, for any zones."""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from edge.config import Configuration
from edge.journal import writer
from edge.observation import Observation
from edge.rules.dwell import Dwell
from edge.trial.line import Line
from edge.trial.road import Road
from edge.trial.shelf import Shelf
from tests.drawn import RULES, STREET, ZONES, Life, calm, configured, incidents, moved
from tests.unit.test_journal_exact import looks

KERB = [[0.1, 0.7], [0.95, 0.7], [0.95, 0.9], [0.1, 0.9]]
HALF = [[0.1, 0.3], [0.33, 0.3], [0.33, 0.95], [0.1, 0.84]]
HOURS = {"spans": [{"hours": "20:26-20:31"}, {"hours": "20:33-20:52"}], "timezone": "UTC"}
DWELL = {"kind": "dwell", "incident": "illegal_parking"}
BOTH = {"incident": "stands", "groups": ["two_wheeler", "vehicle"], "queue": "ignore", "coverage": 0.7}
VARIANTS: list[list[dict[str, Any]]] = [
    ZONES,
    [{"id": "kerb", "polygon": KERB, "rules": [{**DWELL, "dwell": "15s", "queue": "ignore"}]}],
    [{"id": "kerb", "polygon": KERB, "rules": [{**DWELL, "dwell": "5s", "sure": 0.9, "share": 0.2}]}],
    [{"id": "street", "polygon": STREET, "rules": [RULES[1], {**DWELL, "dwell": "20s", "queue_hold": "9s"}]}],
    [{"id": "a", "polygon": KERB, "rules": RULES}, {"id": "b", "polygon": STREET, "rules": RULES[::-1]}],
    [
        {
            "id": "street",
            "polygon": STREET,
            "schedule": HOURS,
            "rules": [
                {**DWELL, "dwell": "60s", "allow": {"truck": "90s", "bus": "5s"}},
                {**DWELL, **BOTH, "dwell": "40s"},
            ],
        },
        {"id": "half", "polygon": HALF, "rules": [{**DWELL, "dwell": "30s", "share": 0.8, "sure": 0.7}]},
    ],
    [],
]
FOREVER = {"since": 0.0, "until": 4e9}


def lived(folder: Path, configuration: Configuration, found: Iterator[Observation], first: int) -> None:
    """Three processes: one ends, one crashes, and its journal holds more than it had committed."""
    life = Life(folder, configuration)
    life.see(islice(found, first))
    life.again()
    life.see(moved(islice(found, 60), 1000.0))
    life.keep()
    life.see(moved(islice(found, 5), 1000.0))
    life.again(crash=True)
    life.see(moved(found, 5000.0))
    life.close()


def tried(configuration: Configuration, folder: Path, since: float, until: float) -> list[Any]:
    source = configuration.settings.sources[0]
    road = Road(folder / "journal", source.id, since, until, Shelf(folder / "past").walk)
    line = Line("now", source, configuration.sha256, road.pictures())
    for stage in road.stages():
        if stage.begin is not None:
            line.begin(stage.begin)
        line.go(stage.past, stage.end, stage.limit)
    return [(w.utc, w.situation, w.incident.model_dump_json(exclude={"audit"})) for w in line.told]


@pytest.fixture(autouse=True)
def short_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "HOUR_S", 30.0)
    monkeypatch.setattr(writer, "SHORTEST_S", 0.0)


def test_a_busy_street_is_decided_as_a_replay_does(tmp_path: Path) -> None:
    live = configured(tmp_path, ZONES)
    lived(tmp_path, live, looks(random.Random(2)), 80)  # noqa: S311 - a street, no secret
    told = 0
    middle = {"since": 1_780_000_070.0, "until": 1_780_000_140.0}
    for n, zones in enumerate(VARIANTS):
        one = configured(tmp_path, zones, f"variant-{n}") if n else live
        period = middle if n in (0, 3) else FOREVER
        again = incidents(one, tmp_path, **period)
        assert tried(one, tmp_path, **period) == again, f"variant {n}"
        told += len(again)
    assert told > 30


@pytest.mark.parametrize("seed", [3])
def test_a_quiet_street_is_decided_as_a_replay_does_though_most_looks_are_passed(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "HOUR_S", 300.0)
    asked = [0]
    step = Dwell.step

    def counted(rule: Dwell, *args: Any) -> Any:
        asked[0] += 1
        return step(rule, *args)

    live = configured(tmp_path, ZONES)
    lived(tmp_path, live, calm(random.Random(seed), 1200.0), 200)  # noqa: S311 - as above
    monkeypatch.setattr(Dwell, "step", counted)
    whole = passing = 0
    for n in (0, 1, 5):
        one = configured(tmp_path, VARIANTS[n], f"variant-{n}") if n else live
        asked[0] = 0
        again = incidents(one, tmp_path, **FOREVER)
        whole, asked[0] = whole + asked[0], 0
        assert tried(one, tmp_path, **FOREVER) == again, f"variant {n}"
        passing += asked[0]
        assert len(again) >= 2
    assert passing < 0.85 * whole
