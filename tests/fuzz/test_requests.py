"""A few hundred fuzzed requests in every run; `python -m tests.fuzz.requests` sends many more."""

import gc
from pathlib import Path

import pytest

from tests.fuzz.requests import run, wrong


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_nothing_crashes_stalls_or_answers_without_a_reason(tmp_path: Path) -> None:
    found = run(300, 11, 0.3, tmp_path)
    gc.collect()  # the client leaves a socket behind where it refuses to send what it was told to send
    assert not wrong(found), found["first"]
    assert len(found["statuses"]) >= 6
