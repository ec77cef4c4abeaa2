"""Every folder here is a story: `observations.jsonl` through the ledger and the rule gives `expected.jsonl`.

config.yaml: `story`, the `zone`, the `rule`, `truth` (how many situations, and when the thing really
stopped), and, where the process restarts, `restart: {at, base_moves_by}`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from edge.groups import group_of
from edge.ledger import Ledger
from edge.observation import Observation, Sighting
from edge.places import Finding
from edge.rule import Rule, Zone
from edge.rules import dwell
from tests.replays.scenes import HEIGHT, SCENES, WIDTH

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/config.yaml"))
UTC_MINUS_T = 1_780_000_000.0


class Process:
    """Ledger and rule of one source, as a node has them; `restart` is a new process with another clock."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        self.shift = 0.0
        self.ledger = Ledger("gate_7")
        self.rule = self._rule()

    def _rule(self) -> Rule:
        zone = Zone("kerb", "the kerb", [tuple(p) for p in self.config["zone"]], "1")
        return dwell.build(dwell.Settings.model_validate(self.config["rule"]), "gate_7", zone)

    def restart(self, t: float, base_moves_by: float) -> None:
        saved = json.loads(json.dumps([self.ledger.dump(), self.rule.dump()]))
        self.shift = base_moves_by
        self.ledger = Ledger.restore("gate_7", saved[0], t=t + base_moves_by, utc=t + UTC_MINUS_T)
        self.rule = self._rule()
        self.rule.restore(saved[1])

    def step(self, look: dict[str, Any]) -> list[Finding]:
        seen = self._observation(look)
        cleared = [place for place in self.ledger.step(seen) if place.state == "cleared"]
        return self.rule.step(seen, [*self.ledger.places, *cleared])

    def _observation(self, look: dict[str, Any]) -> Observation:
        sightings = tuple(
            Sighting(tuple(s["box"]), s["score"], s["label"], str(group_of(s["label"])), s["track"])
            for s in look["sightings"]
        )
        return Observation(
            source="gate_7",
            t=look["t"] + self.shift,
            utc=look["t"] + UTC_MINUS_T,
            clock="synchronised",
            aspect=WIDTH / HEIGHT,
            sightings=sightings,
            trusted=look.get("trusted", True),
        )


def replay(folder: Path) -> Iterator[dict[str, Any]]:
    """The findings of a story, as expected.jsonl spells them: in the stream's own seconds."""
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    restart = config.get("restart")
    process = Process(config)
    for line in (folder / "observations.jsonl").read_text(encoding="utf-8").splitlines():
        look = json.loads(line)
        if restart and look["t"] >= restart["at"]:
            process.restart(look["t"], restart["base_moves_by"])
            restart = None
        for finding in process.step(look):
            yield {"t": look["t"], **told(finding, process.shift)}


def told(finding: Finding, shift: float) -> dict[str, Any]:
    place = finding.place
    return {
        "phase": finding.phase,
        "situation": finding.situation,
        "label": place.label,
        "since": round(place.since - shift, 3),
        "last_seen": round(place.last_seen - shift, 3),
        "reasons": [reason.code for reason in finding.reasons],
    }


@pytest.mark.parametrize("case", CASES)
def test_story(case: str) -> None:
    folder = HERE / case
    expected = (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()

    assert list(replay(folder)) == [json.loads(line) for line in expected]


@pytest.mark.parametrize("case", CASES)
def test_expectations_keep_to_the_truth(case: str) -> None:
    """What is expected is not merely what once came out: it is held against how the scene was drawn."""
    folder = HERE / case
    truth = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))["truth"]
    told = [json.loads(line) for line in (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
    looks = [json.loads(line)["t"] for line in (folder / "observations.jsonl").read_text().splitlines()]

    assert len({finding["situation"] for finding in told}) == truth["situations"]
    assert [finding["phase"] for finding in told].count("opened") == truth["situations"]
    assert [finding["phase"] for finding in told].count("cleared") == truth.get("cleared", 0)
    for finding in told:
        assert abs(finding["since"] - truth["since"]) <= 2.0 + (looks[1] - looks[0])
        assert finding["last_seen"] <= truth.get("until", looks[-1])


def test_every_scene_is_a_story() -> None:
    assert sorted(SCENES) == CASES
