"""What the eyes remember over a restart."""

from pathlib import Path

import pytest

from edge.memory import Memory


def test_what_is_kept_is_given_back_and_the_newest_wins(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "views")
    assert memory.load("cam-1", "view") is None
    assert memory.store("cam-1", "view", b"old")
    assert memory.store("cam-1", "view", b"new")
    assert Memory(tmp_path / "views").load("cam-1", "view") == b"new"
    assert memory.load("cam-1", "ground") is None
    assert [file.name for file in (tmp_path / "views").iterdir()] == ["cam-1.view"]


def test_where_it_cannot_be_kept_the_node_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "views").write_text("a file, where a folder is wanted")
    memory = Memory(tmp_path / "views")
    assert not memory.store("cam-1", "view", b"new")
    assert memory.load("cam-1", "view") is None
    assert "cannot be kept over a restart" in caplog.text
