"""The suite of shared real clips is a good one: every clip watched, every zone within its picture."""

from pathlib import Path

import pytest

from edge.score.suite import read
from tests.suites import real

pytestmark = pytest.mark.shared_data


def test_every_shared_clip_is_a_case(shared_data: Path, tmp_path: Path) -> None:
    count = real.write(tmp_path, shared_data)
    suite = read(tmp_path)
    assert len(suite.cases) == count == len(real.WATCHES)
    assert suite.settings.model.directory == shared_data / "models"
    watched = [case for case in suite.cases if case.source.zones]
    assert len(watched) == count
    told = {case.name: case.situations() for case in suite.cases if case.case.expected}
    assert list(told) == ["tfl_jamcam_5"]
    assert [real.optional for real in told["tfl_jamcam_5"]] == [False, True]
    assert sum(len(case.case.traps) for case in suite.cases) == 6
    assert not list(tmp_path.rglob("*.mp4"))  # the pictures stay where they are
