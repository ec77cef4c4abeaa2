"""The node's outbox after a power cut at every step."""

import sys
from pathlib import Path

import pytest

from broker.events import parse
from edge.database import OutboxError
from edge.outbox import Outbox
from tests.power.disk import cuts
from tests.power.recording import record
from tests.unit.drafts import ADDRESS


def lived(folder: Path, *words: str, every: int = 5) -> int:
    """Record the story and check the cuts; how many there were."""
    (folder / "lived").mkdir()
    program = [sys.executable, "-m", "tests.power.stories.outbox", str(folder / "lived"), *words]
    steps, number = record(program, folder / "lived", folder / "trace"), 0
    for left, said, where in cuts(steps, folder / "left", seeds=2, every=every):
        number += 1
        check(left, said, where)
    return number


def test_what_the_outbox_promised_is_there_wherever_the_power_was_cut(tmp_path: Path) -> None:
    assert lived(tmp_path) > 50


def test_an_outbox_that_does_not_sync_is_found_out(tmp_path: Path) -> None:
    with pytest.raises((AssertionError, OutboxError)):
        lived(tmp_path, "careless")


def check(folder: Path, said: str, where: str) -> None:
    """Everything promised is there, whole, and goes together."""
    words = [line.split() for line in said.splitlines()]
    promised = {word[1]: (word[2], int(word[3])) for word in words if word[0] == "committed"}
    asked = {word[1] for word in words if word[0] == "receipting"}
    let_go = {word[1] for word in words if word[0] == "receipted"}
    outbox = Outbox(folder / "outbox.sqlite", ADDRESS)
    outbox.open(5000.0, "bbbb")
    try:
        pending = {event.id for event in outbox.pending()}
        assert promised.keys() - asked <= pending, where
        assert not let_go & pending, f"{where}: what a receipt let go is back"
        for name in pending & promised.keys():
            held = outbox.read(name)
            assert held is not None, where
            assert held.sha256 == promised[name][0], where
        rounds = {int(parse(e.body).subject[2:]) for name in pending if (e := outbox.read(name))}
        newest = max([number for _, number in promised.values()] + list(rounds), default=-1)
        state = outbox.snapshots().get("cam-1")
        assert state == (f"state {newest}".encode() if newest >= 0 else None), f"{where}: state and events"
        assert all(sum(parse(outbox.read(n).body).subject[2:] == str(r) for n in pending) in (1, 2)  # type: ignore[union-attr]
                   for r in rounds), where  # fmt: skip
    finally:
        outbox.close()
