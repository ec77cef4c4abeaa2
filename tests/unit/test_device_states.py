"""The table of states, its drawing, and what the page says of devices."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from broker.codes import named, parts, table
from broker.settings import kinds, loads
from edge import device_rules
from edge.devices.settings import DevicesSettings
from edge.devices.states import TRANSITIONS, IllegalTransitionError, SituationState, diagram, move
from edge.readings import QUANTITIES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "devices.md").read_text(encoding="utf-8")
STATES: tuple[SituationState, ...] = get_args(SituationState)


@pytest.mark.parametrize(("old", "new"), list(itertools.product(STATES, STATES)))
def test_only_the_table_is_legal(old: SituationState, new: SituationState) -> None:
    if (old, new) in TRANSITIONS:
        assert move(old, new) == new
    else:
        with pytest.raises(IllegalTransitionError, match=f"a {old} situation cannot become {new}"):
            move(old, new)


def test_an_illegal_way_names_what_is_allowed() -> None:
    with pytest.raises(IllegalTransitionError, match=r"it can become recovering, cleared$"):
        move("confirmed", "candidate")


def test_the_page_shows_the_diagram_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in PAGE


def keys(schema: dict[str, Any]) -> Iterator[str]:
    for part in [schema, *schema.get("$defs", {}).values()]:
        yield from part.get("properties", {})


@pytest.mark.parametrize("key", sorted(set(keys(DevicesSettings.model_json_schema()))))
def test_every_key_is_in_the_page(key: str) -> None:
    assert re.search(rf"`(?:[a-z\[\]]+\.)*{key}`", PAGE), f"docs/devices.md does not tell of {key}"


def test_every_kind_quantity_and_word_is_in_the_page() -> None:
    words = [name for name, _ in kinds(device_rules)]
    words += [*QUANTITIES, *parts(), *(named().keys() - table().keys())]
    for word in words:
        assert f"`{word}`" in PAGE, word


def test_the_samples_are_good() -> None:
    samples = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(samples) >= 1
    for sample in samples:
        assert loads(sample, DevicesSettings, name="docs/devices.md").items
