"""The scored evaluation: weights and bands as data, points with their reasons."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from broker.settings import SettingsError, loads
from central.cli import main
from central.indicators.evaluation import Evaluation, Part, score_of, scores_of
from central.indicators.formulas import none
from central.indicators.settings import IndicatorSettings, evaluation_of

SHIPPED = evaluation_of(IndicatorSettings())
PLAN: dict[str, Any] = {
    "name": "ours",
    "zh": "我市",
    "en": "Ours",
    "least": 5,
    "parts": [
        {
            "figure": "closing_rate",
            "weight": 3,
            "bands": [{"value": 0, "points": 0}, {"value": 1, "points": 100}],
        },
        {
            "figure": "rework_rate",
            "weight": 1,
            "bands": [{"value": 0, "points": 100}, {"value": 0.5, "points": 0}],
        },
    ],
    "grades": [
        {"grade": "good", "zh": "好", "en": "Good", "at_least": 80},
        {"grade": "bad", "zh": "差", "en": "Bad", "at_least": 0},
    ],
}


def plan(**changes: Any) -> Evaluation:
    return loads(json.dumps(PLAN | changes), Evaluation, name="ours.yaml")


def sums(**numbers: int) -> dict[str, int]:
    return none() | numbers


def test_a_score_is_the_weighted_mean_of_its_points_and_says_why() -> None:
    found = score_of(plan(), "cell", "x", sums(to_close=10, closed=8, handled=10, reworked=1))
    assert (found.score, found.grade) == (80.0, "good")
    assert [(part.figure, part.points) for part in found.parts] == [("closing_rate", 80), ("rework_rate", 80)]
    assert found.parts[0].why.text == "8 of 10 is 0.8: 80 points"
    assert found.why.text == "80 of 100 by ours, on 100% of its weights: Good"


def test_small_samples_have_no_points_and_too_few_of_them_no_score() -> None:
    few = sums(to_close=10, closed=10, handled=4, reworked=4)
    found = score_of(plan(), "cell", "x", few)
    assert (found.score, found.parts[1].points) == (100.0, None)
    assert found.parts[1].why.text == "4 tickets are too few to judge by; 5 are needed"
    found = score_of(plan(), "cell", "x", sums(to_close=4, closed=4, handled=10))
    assert (found.score, found.grade, found.why.code) == (None, None, "too_few")
    assert found.why.text == "only 25% of the weights have figures to judge by; 50% are needed"
    found = score_of(plan(), "cell", "x", none())
    assert (found.score, found.parts[0].why.code) == (None, "nothing_to_divide_by")


def test_the_best_first_and_those_without_a_score_or_name_at_the_end_or_not_at_all() -> None:
    groups = {
        "a": sums(to_close=10, closed=5),
        "b": sums(to_close=10, closed=9),
        "c": sums(to_close=1),
        "": sums(to_close=10, closed=10),
    }
    found = scores_of(plan(), "department", groups)
    assert [(each.key, each.score, each.grade) for each in found] == [
        ("b", 90.0, "good"),
        ("a", 50.0, "bad"),
        ("c", None, None),
    ]


@given(st.lists(st.floats(0, 2), min_size=2, max_size=2))
def test_points_go_straight_between_bands_and_stay_outside(values: list[float]) -> None:
    low, high = sorted(values)
    for part in SHIPPED.parts:
        scale = part.bands[-1].value
        points = [part.points(value * scale) for value in (low, high)]
        rising = part.bands[-1].points > part.bands[0].points
        assert points == sorted(points, reverse=not rising)
        assert all(0 <= each <= 100 for each in points)
        assert [part.points(band.value) for band in part.bands] == [band.points for band in part.bands]


def test_the_middle_of_two_bands() -> None:
    bands = [{"value": 10, "points": 100}, {"value": 20, "points": 50}]
    part = Part.model_validate({"figure": "mean_worked", "weight": 1, "bands": bands})
    assert [part.points(value) for value in (0, 10, 15, 20, 99)] == [100, 100, 75, 50, 50]


TWICE = {**PLAN["parts"][0], "of": ["cell"]}
FLAT = {**PLAN["parts"][0], "bands": [{"value": 1, "points": 0}, {"value": 1, "points": 100}]}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"parts": [{**PLAN["parts"][0], "figure": "speed"}]},
            "is no figure; allowed: closing_rate",
        ),
        ({"parts": [*PLAN["parts"], TWICE]}, "parts: closing_rate counts twice for cell; once is expected"),
        ({"parts": [TWICE]}, "parts: none is of department; one at least is expected"),
        ({"parts": [FLAT]}, "bands: 1 comes after 1; each value is higher than the last"),
        ({"grades": PLAN["grades"][:1]}, "grades: the last must begin at 0, so that every score has one"),
        ({"grades": PLAN["grades"][::-1]}, "grades: at_least must fall from each to the next"),
        ({"parts": [{**PLAN["parts"][0], "weight": 0}]}, "weight: Input should be greater than 0 (given: 0)"),
        ({"least": 0}, "least: Input should be greater than or equal to 1 (given: 0)"),
        ({"leest": 3}, "leest: is not a known key"),
    ],
)
def test_faults_say_where_and_what_is_expected(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(SettingsError) as error:
        plan(**changes)
    assert fault in str(error.value)
    assert str(error.value).startswith("ours.yaml:")


def test_check_reads_the_evaluation_that_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "c.yaml"
    own = tmp_path / "own.yaml"
    least = "storage: { directory: here }\nbroker: { url: 'mqtt://127.0.0.1' }\n"
    config.write_text(f"{least}indicators: {{ evaluation: {own} }}\n")
    own.write_text(yaml.safe_dump(PLAN))
    assert main(["check", str(config)]) == 0
    own.write_text(yaml.safe_dump(PLAN | {"least": "many"}))
    assert main(["check", str(config)]) == 2
    assert f"{own}:" in capsys.readouterr().err
    config.write_text(f"{least}indicators: {{ evaluation: best }}\n")
    assert main(["check", str(config)]) == 2
    assert "there is no evaluation 'best'; allowed: standard" in capsys.readouterr().err
