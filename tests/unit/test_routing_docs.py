"""The page on routing names every key, word and option."""

import argparse
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import yaml

from broker.settings import loads
from central.commands import route
from central.routing.matching import ORIGINS, SEVERITIES
from central.routing.moments import DayWord
from central.routing.settings import RoutingSettings
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "routing.md").read_text(encoding="utf-8")
KEPT = ("mon", "sun", "workdays", "daysoff", "daily")  # mon to sun


def keys(schema: dict[str, Any]) -> Iterator[str]:
    for part in [schema, *schema.get("$defs", {}).values()]:
        yield from part.get("properties", {})


@pytest.mark.parametrize("key", sorted(set(keys(RoutingSettings.model_json_schema()))))
def test_every_key_is_in_the_page(key: str) -> None:
    assert re.search(rf"`{key}`", PAGE), f"docs/routing.md does not tell of {key}"


def test_every_word_is_in_the_page() -> None:
    assert set(KEPT) <= set(get_args(DayWord))
    for word in (*KEPT, *SEVERITIES, *ORIGINS, "part", "event", "matter", "owner", "place"):
        assert f"`{word}`" in PAGE


def test_the_samples_are_good() -> None:
    """The first is whole, with a test of its own; the others are parts of a city's."""
    whole, *parts = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(loads(whole[len("routing:\n") :], RoutingSettings, name="page").tests) == 1
    city = yaml.safe_load((ROOT / "configs" / "routing.example.yaml").read_text(encoding="utf-8"))["routing"]
    city |= {"routes": None, "tests": []}
    assert [list(yaml.safe_load(part)) for part in parts] == [["owners"], ["posts"]]
    for part in parts:
        RoutingSettings.model_validate(city | yaml.safe_load(part))


def test_every_option_is_in_the_page_and_no_other() -> None:
    parser = argparse.ArgumentParser()
    route.arguments(parser)
    known = {name for action in parser._actions for name in action.option_strings if name.startswith("--")}
    table = PAGE[PAGE.index("| option |") : PAGE.index("`+` was taken")]
    assert set(re.findall(r"--[a-z][a-z-]+", table)) == known - {"--help"}
