"""What the eyes remember over a restart."""

from pathlib import Path

import pytest

from edge.memory import Memory


def test_what_is_kept_is_given_back_and_the_newest_wins(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "views")
    assert memory.load("cam-1", "zones-1") == {}
    memory.store("cam-1", "zones-1", {"view": b"old"})
    memory.store("cam-1", "zones-1", {"view": b"two\nlines", "ground": b""})
    assert Memory(tmp_path / "views").load("cam-1", "zones-1") == {"view": b"two\nlines", "ground": b""}
    assert sorted(file.name for file in (tmp_path / "views").iterdir()) == ["cam-1.ground", "cam-1.view"]


def test_zones_that_were_drawn_anew_begin_anew(tmp_path: Path) -> None:
    Memory(tmp_path).store("cam-1", "zones-1", {"view": b"old"})
    assert Memory(tmp_path).load("cam-1", "zones-2") == {}


def test_where_it_cannot_be_kept_the_node_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "views").write_text("a file, where a folder is wanted")
    memory = Memory(tmp_path / "views")
    memory.store("cam-1", "zones-1", {"view": b"new"})
    assert memory.load("cam-1", "zones-1") == {}
    assert "cannot be kept over a restart" in caplog.text
