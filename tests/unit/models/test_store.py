"""Bringing files in: what is left behind when it goes wrong, and what a running node does without."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models import convert, store
from models.catalog import catalogue
from models.errors import ModelError
from models.files import write_whole
from models.store import present, pull
from tests.unit.models.conftest import Install


def silent(*_: object) -> None:
    """No progress is looked at."""


def test_a_full_disk_leaves_the_old_file_and_no_part_of_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


def test_a_full_disk_is_told_with_the_path(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    install(b"network")
    (tmp_path / "mine.onnx").rename(stick / "mine.onnx")
    entry = catalogue(tmp_path).entry("mine")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "write_whole", full)
    with pytest.raises(ModelError, match=r"model mine: .*mine\.onnx cannot be written: .*No space left"):
        pull("mine", entry, tmp_path, stick, silent)
    assert not present(entry, tmp_path)


def test_a_conversion_without_its_package_names_it(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(b"network", convert="centernet_tfjs", sha256="0" * 64)
    entry = catalogue(tmp_path).entry("mine")
    loaded = [name for name in sys.modules if name.startswith(f"{convert.__name__}.")]
    for name in loaded:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    origin = entry.origin.model_copy(update={"path": tmp_path})
    with pytest.raises(ModelError, match=r"needs the package onnx.*; pip install 'gewu\[models\]'"):
        pull("mine", entry.model_copy(update={"origin": origin}), tmp_path, None, silent)


def test_an_origin_of_many_files_needs_a_conversion() -> None:
    with pytest.raises(ModelError, match="without a conversion one file is needed, not a, b"):
        store._only({"a": b"", "b": b""})


def test_a_running_node_needs_neither_onnx_nor_a_web_client() -> None:
    asked = "import sys, models.runtime; print(sorted({'onnx', 'httpx'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
