"""What the console calls figures, tallies, groupings and instants: all that the API may name."""

import json
from importlib.resources import files

import pytest

from central.figure_sheets import FIGURE_NAMES
from central.indicators.formulas import BASES, BYS, TALLIES


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_has_words(language: str) -> None:
    folder = files("central").joinpath("console", "src", "words", language)
    words = json.loads(folder.joinpath("indicators.json").read_text(encoding="utf-8"))
    for name, known in (("figures", FIGURE_NAMES), ("says", TALLIES), ("bys", BYS), ("instants", BASES)):
        assert set(words[name]) == set(known), name
