"""Pictures on the node and at the centre after a power cut at every step."""

import hashlib
import sys
from pathlib import Path

from edge.evidence import EvidenceStore
from tests.power.disk import cuts
from tests.power.recording import record
from tests.power.stories.pictures import vault_in


def lived(folder: Path, *, every: int = 1) -> int:
    """Record the story and check the cuts; how many there were."""
    (folder / "lived").mkdir()
    program = [sys.executable, "-m", "tests.power.stories.pictures", str(folder / "lived")]
    steps, number = record(program, folder / "lived", folder / "trace"), 0
    assert sum(step.kind == "sync" for step in steps) >= 6
    for left, said, where in cuts(steps, folder / "left", seeds=3, every=every):
        number += 1
        check(left, said, where)
    return number


def test_a_picture_that_was_taken_is_there_whole_wherever_the_power_was_cut(tmp_path: Path) -> None:
    assert lived(tmp_path) > 50


def check(folder: Path, said: str, where: str) -> None:
    """What was promised is whole; nothing lies under a name that its bytes do not have."""
    words = [line.split() for line in said.splitlines()]
    store = EvidenceStore(folder / "edge" / "evidence", max_bytes=30_000)
    vault = vault_in(folder)
    let_go = {name for word, name in words if word == "letting-go"}
    for word, name in words:
        if word == "put" and name not in let_go:
            assert store.get(name) is not None, f"{where}: the node's picture is gone"
        if word == "kept":
            assert hashlib.sha256(vault.path(name).read_bytes()).hexdigest() == name, where
    for path in (folder / "vault").rglob("*"):
        if path.is_file() and len(path.name) == 64:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name, f"{where}: a picture in part"
