"""The page on delivery names every reason, state, metric and command that there is."""

import re
from pathlib import Path
from typing import get_args

import pytest

from central.digests import State
from central.metrics import Metrics
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")


def words(path: Path, pattern: str) -> set[str]:
    return set(re.findall(pattern, path.read_text(encoding="utf-8")))


def test_every_reason_of_a_look_and_of_a_judgement_is_in_the_page() -> None:
    looks = words(ROOT / "central" / "gaps.py", r'_reason\("(\w+)"')
    looks |= words(ROOT / "central" / "gaps.py", r'code, text = "(\w+)"')
    differs = words(ROOT / "central" / "digests.py", r'"differs", "(\w+)"')
    assert {"hole_old", "whole"} < looks
    assert len(differs) == 4
    assert {word for word in looks | differs if f"| `{word}` |" not in PAGE} == set()


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_of_a_digest_is_in_the_page(state: str) -> None:
    assert f"| `{state}` |" in PAGE


def test_every_metric_that_the_page_names_exists() -> None:
    known = {
        sample for family in Metrics().registry.collect() for sample in (family.name, family.name + "_total")
    }
    assert set(re.findall(r"gewu_central_[a-z_]+", PAGE)) <= known


def test_every_command_that_the_page_shows_exists() -> None:
    commands = {path.stem for path in (ROOT / "central" / "commands").glob("*.py")}
    assert set(re.findall(r"gewu-central\s+([a-z]+)", PAGE)) <= commands
