"""A trial decides as a whole replay does: on drawn journals, over restarts and crashes, for any zones."""

import random
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from edge.config import Configuration
from edge.journal import writer
from edge.trial.line import Line
from edge.trial.road import Road
from edge.trial.walking import Walker
from tests.drawn import RULES, STREET, ZONES, Life, configured, incidents, moved
from tests.unit.test_journal_exact import looks

KERB = [[0.1, 0.7], [0.95, 0.7], [0.95, 0.9], [0.1, 0.9]]
NIGHT = {"spans": [{"hours": "00:00-06:01"}, {"hours": "06:02-24:00"}], "timezone": "UTC"}
DWELL = {"kind": "dwell", "incident": "illegal_parking"}
VARIANTS: list[list[dict[str, Any]]] = [
    ZONES,
    [{"id": "kerb", "polygon": KERB, "rules": [{**DWELL, "dwell": "15s", "queue": "ignore"}]}],
    [{"id": "kerb", "polygon": KERB, "rules": [{**DWELL, "dwell": "5s", "sure": 0.9, "share": 0.2}]}],
    [{"id": "street", "polygon": STREET, "schedule": NIGHT, "rules": [{**DWELL, "dwell": "8s"}]}],
    [
        {
            "id": "street",
            "polygon": STREET,
            "rules": [RULES[1], {**DWELL, "dwell": "20s", "queue_hold": "30s"}],
        }
    ],
    [{"id": "a", "polygon": KERB, "rules": RULES}, {"id": "b", "polygon": STREET, "rules": RULES[::-1]}],
    [],
]


def lived(folder: Path, seed: int, configuration: Configuration) -> None:
    """Three processes: one ends, one crashes, and its journal holds more than it had committed."""
    chance = random.Random(seed)  # noqa: S311 - a street, no secret
    life = Life(folder, configuration)
    found = looks(chance)
    life.see(islice(found, 80))
    life.again()
    life.see(moved(islice(found, 60), 1000.0))
    life.keep()
    life.see(moved(islice(found, 5), 1000.0))
    life.again(crash=True)
    life.see(moved(found, 5000.0))
    life.close()


def tried(configuration: Configuration, folder: Path, since: float, until: float) -> list[Any]:
    source = configuration.settings.sources[0]
    road = Road(folder / "journal", source.id, since, until, lambda s: Walker(source.id).walk(s))
    line = Line("now", source, configuration.sha256, road.pictures())
    for stage in road.stages():
        if stage.begin is not None:
            line.begin(stage.begin)
        line.go(stage.past, stage.end, stage.limit)
    return [(w.utc, w.situation, w.incident.model_dump_json(exclude={"audit"})) for w in line.told]


@pytest.mark.parametrize("seed", [2, 4, 5])
def test_a_trial_decides_as_a_replay_does(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "HOUR_S", 30.0)
    monkeypatch.setattr(writer, "SHORTEST_S", 0.0)
    live = configured(tmp_path, ZONES)
    lived(tmp_path, seed, live)
    told = 0
    for n, zones in enumerate(VARIANTS):
        one = configured(tmp_path, zones, f"variant-{n}") if n else live
        forever = {"since": float("-inf"), "until": float("inf")}
        middle = {"since": 1_780_000_070.0, "until": 1_780_000_140.0}
        for period in (forever, middle):
            again = incidents(one, tmp_path, **period)
            assert tried(one, tmp_path, **period) == again, f"variant {n}, {period}"
            told += len(again)
    assert told > 60
