"""docs/indicators.md says what is: the tables of figures, tallies and the shipped evaluation."""

from typing import get_args

from broker.settings import load
from central.figures import State
from central.indicators.evaluation import Evaluation
from central.indicators.formulas import BYS, FIGURES, INSTANT, TALLIES
from central.indicators.settings import IndicatorSettings, evaluation_of
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")


def test_every_figure_is_in_the_page() -> None:
    lines = [
        f"| `{name}` | {each.zh} | `{each.numerator}` | `{each.denominator}` | {each.source} |"
        for name, each in FIGURES.items()
    ]
    assert "\n".join(lines) in PAGE


def test_every_tally_is_in_the_page() -> None:
    lines = [f"| `{name}` | `{INSTANT[each.base]}` | {each.says} |" for name, each in TALLIES.items()]
    assert "\n".join(lines) in PAGE


def test_every_word_is_in_the_page() -> None:
    for word in (*BYS, *get_args(State), *INSTANT.values()):
        assert f"`{word}`" in PAGE, word


def test_the_shipped_evaluation_is_in_the_page() -> None:
    shipped = evaluation_of(IndicatorSettings())
    lines = []
    for part in shipped.parts:
        points = ", ".join(f"{band.value:g}: {band.points:g}" for band in part.bands)
        lines.append(f"| `{part.figure}` | {part.weight:g} | {', '.join(part.of)} | {points} |")
    assert "\n".join(lines) in PAGE
    for grade in shipped.grades:
        assert f"{grade.en.lower()} ({grade.zh})" in PAGE


def test_the_example_is_the_shipped_one_by_another_name() -> None:
    names = {"name", "zh", "en"}
    own = load(ROOT / "configs" / "evaluation.example.yaml", Evaluation)
    assert own.model_dump(exclude=names) == evaluation_of(IndicatorSettings()).model_dump(exclude=names)
