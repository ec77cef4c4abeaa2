"""The table of states, its drawing, and the constants as the docs tell them."""

import dataclasses
import itertools
from pathlib import Path
from typing import get_args

import pytest

from edge.ledger import LedgerSettings
from edge.ledger.states import TRANSITIONS, IllegalTransitionError, diagram, move
from edge.places import PlaceState

DOCS = Path(__file__).resolve().parents[2] / "docs" / "ledger.md"
STATES: tuple[PlaceState, ...] = get_args(PlaceState)


@pytest.mark.parametrize(("old", "new"), list(itertools.product(STATES, STATES)))
def test_only_the_table_is_legal(old: PlaceState, new: PlaceState) -> None:
    if (old, new) in TRANSITIONS:
        assert move(old, new) == new
    else:
        with pytest.raises(IllegalTransitionError, match=f"a {old} place cannot become {new}"):
            move(old, new)


def test_an_illegal_way_names_what_is_allowed() -> None:
    with pytest.raises(IllegalTransitionError, match=r"it can become occluded, cleared$"):
        move("confirmed", "candidate")


def test_every_state_can_be_reached_and_left() -> None:
    assert {old for old, _ in TRANSITIONS} == set(STATES)
    assert {new for _, new in TRANSITIONS} == set(STATES) - {"candidate"}


def test_the_docs_show_the_diagram_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("field", dataclasses.fields(LedgerSettings), ids=lambda field: str(field.name))
def test_the_docs_name_every_constant_with_its_value(field: "dataclasses.Field[float]") -> None:
    default = float(getattr(LedgerSettings(), field.name))

    assert f"| `{field.name}` | {default:.3g} |" in DOCS.read_text(encoding="utf-8")
