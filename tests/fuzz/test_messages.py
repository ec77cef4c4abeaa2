"""A few thousand fuzzed messages in every run; `python -m tests.fuzz.messages` sends a million."""

from pathlib import Path

from central.store.database import sqlite_url
from tests.fuzz.messages import run, wrong
from tests.fuzz.mutations import Fuzz


def test_every_message_is_answered_and_every_bad_one_has_a_reason(tmp_path: Path) -> None:
    found = run(2000, 7, sqlite_url(tmp_path / "central.db"))
    assert not wrong(found), found
    assert found["quarantined"] > 500
    assert sum(found["events"].values()) > 200


def test_a_number_names_a_message_for_ever() -> None:
    assert [Fuzz(1).message(n) for n in range(50)] == [Fuzz(1).message(n) for n in range(50)]
    assert Fuzz(1).message(3) != Fuzz(2).message(3)
