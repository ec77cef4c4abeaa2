"""Average precision on cases worked out by hand, after COCO's rules."""

import numpy as np
import pytest

from models.precision import Found, Truth, average_precisions, mean_over

A, B = [0.0, 0.0, 0.2, 0.2], [0.5, 0.5, 0.9, 0.9]


def truth(boxes: list[list[float]], labels: str, crowds: list[bool] | None = None) -> Truth:
    flags = np.array(crowds or [False] * len(boxes), np.bool_)
    return Truth(np.array(boxes, np.float32).reshape(-1, 4), tuple(labels), flags)


def found(boxes: list[list[float]], labels: str, scores: list[float]) -> Found:
    return Found(np.array(boxes, np.float32).reshape(-1, 4), tuple(labels), np.array(scores, np.float32))


def ap(truths: list[Truth], founds: list[Found]) -> dict[str, float]:
    return average_precisions(truths, founds)


def test_all_found_and_nothing_else_is_one() -> None:
    assert ap([truth([A, B], "ab")], [found([A, B], "ab", [0.9, 0.8])]) == pytest.approx({"a": 1.0, "b": 1.0})


def test_nothing_found_is_nothing() -> None:
    assert ap([truth([A], "a")], [found([], "", [])]) == {"a": 0.0}


def test_a_wrong_one_before_the_right_one_halves_precision() -> None:
    assert ap([truth([A], "a")], [found([B, A], "aa", [0.9, 0.8])])["a"] == pytest.approx(0.5)


def test_a_wrong_one_after_the_right_one_costs_nothing() -> None:
    assert ap([truth([A], "a")], [found([A, B], "aa", [0.9, 0.8])])["a"] == pytest.approx(1.0)


def test_one_of_two_found_is_recall_half() -> None:
    value = ap([truth([A, B], "aa")], [found([A], "a", [0.9])])["a"]
    assert value == pytest.approx(51 / 101)  # recalls 0.00 to 0.50


def test_a_second_box_on_the_same_thing_is_wrong() -> None:
    value = ap([truth([A, B], "aa")], [found([A, A, B], "aaa", [0.9, 0.8, 0.7])])["a"]
    assert value == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_a_loose_box_counts_at_the_lower_overlaps_only() -> None:
    loose = [0.0, 0.0, 0.2, 0.2 / 0.77]  # overlap 0.77: right at 0.50 to 0.75
    assert ap([truth([A], "a")], [found([loose], "a", [0.9])])["a"] == pytest.approx(0.6)


def test_a_crowd_neither_counts_nor_harms() -> None:
    value = ap([truth([A, B], "aa", [False, True])], [found([B, B, A], "aaa", [0.9, 0.8, 0.7])])["a"]
    assert value == pytest.approx(1.0)


def test_a_label_that_is_only_a_crowd_has_no_value() -> None:
    assert ap([truth([A], "a", [True])], [found([], "", [])]) == {}


def test_order_goes_over_all_pictures() -> None:
    truths = [truth([A], "a"), truth([A], "a")]
    founds = [found([A], "a", [0.5]), found([B, A], "aa", [0.9, 0.4])]
    assert ap(truths, founds)["a"] == pytest.approx(2 / 3)


def test_the_mean_is_over_the_labels_that_have_a_value() -> None:
    assert mean_over({"a": 0.5, "b": 1.0}, ["a", "b", "c"]) == 0.75
    assert np.isnan(mean_over({}, ["a"]))
