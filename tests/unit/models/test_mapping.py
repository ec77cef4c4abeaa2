"""Labels of any network become words that the rules know."""

import numpy as np
import pytest

from broker.boundary import FORBIDDEN_LABELS
from broker.groups import group_of, words_of
from edge.privacy import PERSONS
from edge.stalls import words as stalls
from models.detections import Detections
from models.errors import ModelError
from models.mapping import label_map
from models.words import KINDS, kind_of
from tests.unit.models.conftest import Install, constant_network, grey, yolox_output


def found(*rows: tuple[float, int]) -> Detections:
    """A box each, all at the same place."""
    boxes = np.tile(np.array([[0.1, 0.1, 0.5, 0.5]], np.float32), (len(rows), 1))
    return Detections(
        boxes, np.array([s for s, _ in rows], np.float32), np.array([c for _, c in rows], np.int64)
    )


def test_the_words_are_those_of_the_rules() -> None:
    assert set(words_of("vehicle")) == KINDS["vehicle"]
    assert set(words_of("two_wheeler")) == KINDS["two_wheeler"]
    assert KINDS["person"] >= PERSONS
    assert KINDS["furniture"] == stalls.FURNITURE
    assert (KINDS["seat"], KINDS["stall"]) == (stalls.SEATS, stalls.STALLS)
    assert KINDS["goods"] == stalls.GOODS - FORBIDDEN_LABELS
    assert all(group_of(word) is None for kind in ("animal", "face", "plate") for word in KINDS[kind])
    for kind, words in KINDS.items():
        assert kind_of(kind) == kind
        assert {kind_of(word) for word in words} == {kind}


def test_labels_without_a_mapping_stay_and_strange_ones_are_told() -> None:
    words = label_map(("car", "zeppelin", "person"))
    assert (words.labels, words.unknown, words.same) == (("car", "zeppelin", "person"), ("zeppelin",), True)


def test_a_later_mapping_comes_before_an_earlier_one() -> None:
    words = label_map(
        ("sedan", "man", "sky"), {"sedan": "vehicle", "sky": "ignore"}, {"sedan": "car", "man": "person"}
    )
    assert (words.labels, words.unknown) == (("car", "person"), ())
    kept = words.applied(found((0.9, 0), (0.8, 1), (0.7, 2)))
    assert [words.labels[c] for c in kept.classes] == ["car", "person"]


def test_one_thing_told_by_two_classes_of_one_word_is_one() -> None:
    words = label_map(("sedan", "suv", "bicycle"), {"sedan": "car", "suv": "car"})
    kept = words.applied(found((0.6, 0), (0.8, 1), (0.5, 2)))
    assert [
        (words.labels[c], round(float(s), 1)) for c, s in zip(kept.classes, kept.scores, strict=True)
    ] == [
        ("car", 0.8),
        ("bicycle", 0.5),
    ]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ModelError) as error:
        label_map(("sedan",), {"sedn": "car", "sedan": "carr"}, name="model ours")
    told = str(error.value).splitlines()
    assert told[0] == "model ours: kinds: sedn: is no label of this model; it has sedan"
    assert told[1].startswith(
        "model ours: kinds: sedan: 'carr' means nothing to any rule; allowed is person,"
    )


def test_the_configuration_overrides(install: Install) -> None:
    from models.runtime import open_detector

    data = constant_network([yolox_output({0: [0.5, 0.5, 0, 0, 1, 0.9, 0]})])
    wanted = install(data, labels=["sedan", "bus"], kinds={"sedan": "vehicle"})
    assert open_detector(wanted).labels == ("vehicle", "bus")
    own = open_detector(wanted.model_copy(update={"kinds": {"sedan": "truck"}}))
    assert own.labels[own.detect([grey()])[0].classes[0]] == "truck"
    assert (own.classes, own.taken_for) == (("sedan", "bus"), ("truck", "bus"))
    assert (
        len(open_detector(wanted.model_copy(update={"kinds": {"sedan": "ignore"}})).detect([grey()])[0]) == 0
    )
