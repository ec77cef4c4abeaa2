"""Labels to groups, and what never becomes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.boundary import FORBIDDEN_LABELS
from broker.events import ObjectCount
from edge.groups import group_of, label_word


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("car", "vehicle"),
        ("truck", "vehicle"),
        ("bus", "vehicle"),
        ("train", "vehicle"),
        ("van", "vehicle"),
        ("bicycle", "two_wheeler"),
        ("motorcycle", "two_wheeler"),
        ("awning-tricycle", "two_wheeler"),
        ("suitcase", "thing"),
        ("Traffic Light", "thing"),
        ("person", None),
        ("Person", None),
        ("dog", None),
        ("license plate", None),
        ("BOY:0", None),
        ("person 2", None),
        ("persons", None),
    ],
)
def test_group(label: str, group: str | None) -> None:
    assert group_of(label) == group


@pytest.mark.parametrize("label", sorted(FORBIDDEN_LABELS))
def test_what_no_message_may_carry_has_no_group(label: str) -> None:
    assert group_of(label) is None


@given(st.text(max_size=80))
def test_any_label_of_a_model_can_be_written(label: str) -> None:
    word = label_word(label)
    if group_of(word) is not None:
        assert ObjectCount(label=word, count=1).label == word
