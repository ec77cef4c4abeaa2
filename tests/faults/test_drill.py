"""The drill, short: what it is made of, that nothing is lost in it, and that it finds what is lost."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.drill.drill import run
from tests.drill.faults import KINDS
from tests.drill.plan import WEIGHTS, plan
from tests.drill.script import script, tickets
from tests.drill.world import Asked
from tests.postgres import _folder_of_programs


def test_a_script_follows_from_its_seed_alone() -> None:
    steps = script(7, 1, 2000)
    told = [each for step in steps for each in step]
    assert steps == script(7, 1, 2000) != script(7, 2, 2000)
    assert [each.number for each in told] == list(range(2000))
    assert max(len(step) for step in steps) > 1
    states = Counter(state for state, _ in tickets(told).values())
    assert min(states["open"], states["cleared"]) > 50
    first = {each.subject: each.phase for each in reversed(told)}
    assert set(first.values()) == {"opened", "raised"}


def test_a_plan_follows_from_its_seed_and_deals_every_kind() -> None:
    kinds = frozenset(WEIGHTS)
    faults = plan(3, 200, kinds, 1.0)
    assert faults == plan(3, 200, kinds, 1.0)
    assert {fault.kind for fault in faults} == kinds == KINDS.keys()
    assert {fault.kind for fault in plan(3, 50, frozenset({"delay"}), 1.0)} == {"delay"}


def test_nothing_is_lost_on_the_development_broker_and_sqlite(tmp_path: Path) -> None:
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    report = run(Asked(faults=12, events=600, seed=11, spacing_s=0.3), tmp_path / "drill")
    figures = report.figures()
    assert report.good, figures
    assert (figures["faults"], figures["events"], figures["poison_sent"]) == (12, 600, 6)
    assert figures["quarantined"] >= 6


@pytest.mark.skipif(
    shutil.which("mosquitto") is None or _folder_of_programs() is None,
    reason="mosquitto or PostgreSQL is not installed (Debian: apt-get install mosquitto postgresql)",
)
def test_nothing_is_lost_on_mosquitto_and_postgresql_with_two_centres(tmp_path: Path) -> None:
    asked = Asked(
        faults=12, events=600, seed=5, store="postgresql", workers=2, broker="mosquitto", spacing_s=0.3
    )
    report = run(asked, tmp_path / "drill")
    assert report.good, report.figures()


@pytest.mark.parametrize("part", ["forgetful_sender", "hasty_centre"])
def test_a_broken_part_is_found(part: str, tmp_path: Path) -> None:
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    report = run(Asked(faults=4, events=200, seed=2, spacing_s=0.3, broken=part), tmp_path / "drill")
    figures = report.figures()
    assert not report.good
    assert figures["lost"] > 0, figures
