"""What docs/doctor.md says is what the doctor can find, and the schema is the one that is shipped."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from edge.diagnosis.sign import Sign, signs
from edge.examining.document import schema
from edge.examining.running import examinations
from edge.examining.speaking import chinese
from edge.examining.words import CODES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "docs" / "doctor.zh-CN.md").read_text(encoding="utf-8")
NAMES = [*examinations(), "examinations"]


def known(name: str) -> list[Sign]:
    """The signs of an examination."""
    return signs(import_module(f"edge.diagnosis.{name}"))


def row(sign: Sign) -> str:
    """As the page has it."""
    return f"| `{sign.code}` | {sign.state} | {sign.means} | {sign.cure or 'nothing'} |"


def chinese_row(sign: Sign) -> str:
    """As the Chinese page has it."""
    state, words = chinese().seen[sign.state], chinese().signs[sign.code]
    return f"| `{sign.code}` | {state} | {words['means']} | {words.get('cure', '无需处理')} |"


def rows(page: str, heading: str) -> list[str]:
    """An examination's table of a page."""
    section = page.partition(f"\n### {heading}\n")[2].partition("\n##")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("name", NAMES)
def test_every_code_is_in_the_pages_with_its_cure_and_no_other(name: str) -> None:
    assert rows(PAGE, name) == [row(sign) for sign in known(name)]
    assert rows(CHINESE, f"{chinese().seen[name]}：{name}") == [chinese_row(sign) for sign in known(name)]


def test_codes_are_unique_and_what_is_wrong_has_a_cure() -> None:
    every = [sign for name in NAMES for sign in known(name)]
    assert len({sign.code for sign in every}) == len(every)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", sign.code) for sign in every)
    assert all(sign.means and (sign.cure or sign.state == "fine") for sign in every)
    assert sum(sign.state in ("warning", "fault") for sign in every) >= 15


def test_the_schema_is_the_shipped_one() -> None:
    file = ROOT / "docs" / "samples" / "doctor.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == schema()


def test_the_exit_codes_are_in_the_page() -> None:
    for code, words in re.findall(r"(\d) ([^;]+)", " ".join(CODES.split())):
        assert f"| {code} | {words.strip()} |" in PAGE
