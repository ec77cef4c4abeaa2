"""The page about simulated streets tells of every kind, key, word and option; its script is a good one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker.settings import kinds, loads
from edge import simulated
from edge.simulation.script import ScriptSettings

PAGE = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text()
KINDS = dict(kinds(simulated))
ELSEWHERE = {
    "url",
    "username",
    "password_file",
    "ca_file",
    "cert_file",
    "key_file",
    "keepalive",
}  # a broker's


def keys(schema: dict[str, Any]) -> Iterator[str]:
    for part in [schema, *schema.get("$defs", {}).values()]:
        yield from part.get("properties", {})


@pytest.mark.parametrize("key", sorted(set(keys(ScriptSettings.model_json_schema())) - ELSEWHERE))
def test_every_key_is_in_the_page(key: str) -> None:
    assert re.search(rf"`{key}[`:]|[{{ ,]{key}: ", PAGE)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_there_with_its_words(kind: str) -> None:
    (row,) = re.findall(rf"^\| `{kind}` \|.*$", PAGE, re.M)
    words = row.split("|")[4].strip()
    if words != "the same":
        assert words == (", ".join(KINDS[kind].WORDS) or "none")


def test_every_option_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    from edge.cli import main

    with pytest.raises(SystemExit):
        main(["simulate", "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert len(options) >= 7
    assert options <= set(re.findall(r"--[a-z-]+", PAGE))


def test_the_script_on_the_page_is_a_good_one() -> None:
    first, flight = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    assert len(loads(first, ScriptSettings, name="page").things) == 2
    assert loads(f"lasts: 2h\nthings:\n{flight}", ScriptSettings, name="page").things[0].kind == "flight"
