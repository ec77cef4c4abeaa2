"""The drill, short: what it is made of, that nothing is lost in it, and that it finds what is lost."""

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.drill.drill import Report, run
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
    assert min(states["reported"], states["self_cleared"]) > 50
    first = {each.subject: each.phase for each in reversed(told)}
    assert set(first.values()) == {"opened", "raised"}


def test_a_plan_follows_from_its_seed_and_deals_every_kind() -> None:
    kinds = frozenset(WEIGHTS)
    faults = plan(3, 200, kinds, 1.0)
    assert faults == plan(3, 200, kinds, 1.0)
    assert {fault.kind for fault in faults} == kinds == KINDS.keys()
    assert {fault.kind for fault in plan(3, 50, frozenset({"delay"}), 1.0)} == {"delay"}


ASKED = {
    "embedded": Asked(faults=12, events=600, seed=11, senders=2, spacing_s=0.3),
    "mosquitto": Asked(12, 600, 5, "postgresql", 2, "mosquitto", senders=2, spacing_s=0.3),
    "forgetful": Asked(faults=3, events=120, seed=2, senders=1, spacing_s=0.3, broken="forgetful_sender"),
    "hasty": Asked(faults=2, events=120, seed=2, senders=1, spacing_s=0.3, broken="hasty_centre"),
}


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Report]]]:
    """All of them at the same time: most of a drill is waiting."""
    pytest.importorskip("iotcore", reason="the development broker's package iotcore is not installed")
    folder = tmp_path_factory.mktemp("drills")
    asked = dict(ASKED)
    if shutil.which("mosquitto") is None or _folder_of_programs() is None:
        del asked["mosquitto"]
    with ThreadPoolExecutor(len(asked)) as hands:
        yield {name: hands.submit(run, each, folder / name) for name, each in asked.items()}


def test_nothing_is_lost_on_the_development_broker_and_sqlite(drills: dict[str, Future[Report]]) -> None:
    report = drills["embedded"].result()
    figures = report.figures()
    assert report.good, figures
    assert (figures["faults"], figures["events"], figures["poison_sent"]) == (12, 600, 6)
    assert figures["quarantined"] >= 6


def test_nothing_is_lost_on_mosquitto_and_postgresql_with_two_centres(
    drills: dict[str, Future[Report]],
) -> None:
    if "mosquitto" not in drills:
        pytest.skip("mosquitto or PostgreSQL is not installed (Debian: apt-get install mosquitto postgresql)")
    report = drills["mosquitto"].result()
    assert report.good, report.figures()


@pytest.mark.parametrize("part", ["forgetful", "hasty"])
def test_a_broken_part_is_found(part: str, drills: dict[str, Future[Report]]) -> None:
    report = drills[part].result()
    assert not report.good
    assert report.verdict.lost > 0, report.figures()
