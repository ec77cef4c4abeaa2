"""Every reading of a node has its words in both languages of the console."""

import json

import pytest

from edge.readings import QUANTITIES
from tests.conftest import ROOT

WORDS = ROOT / "central" / "console" / "src" / "words"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reading_of_a_node_has_its_words(language: str) -> None:
    words = json.loads((WORDS / language / "readings.json").read_text(encoding="utf-8"))
    assert set(words["quantities"]) == set(QUANTITIES)
    assert set(words["flags"]) == {name for name, each in QUANTITIES.items() if each.of == "flag"}
    assert set(words["states"]) == {word for each in QUANTITIES.values() for word in each.words}
    assert set(words["qualities"]) == {"uncertain", "bad"}
