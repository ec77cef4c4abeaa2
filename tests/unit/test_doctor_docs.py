"""What docs/doctor.md says is what the doctor can find, and the schema is the one that is shipped."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from edge.diagnosis.sign import Sign, signs
from edge.examining.document import schema
from edge.examining.running import examinations
from edge.examining.words import CODES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
NAMES = [*examinations(), "examinations"]


def known(name: str) -> list[Sign]:
    """The signs of an examination."""
    return signs(import_module(f"edge.diagnosis.{name}"))


def row(sign: Sign) -> str:
    """As the page has it."""
    return f"| `{sign.code}` | {sign.state} | {sign.means} | {sign.cure or 'nothing'} |"


def section(name: str) -> str:
    """An examination's part of the page."""
    return PAGE.partition(f"\n### {name}\n")[2].partition("\n##")[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_code_is_in_the_page_with_its_cure_and_no_other(name: str) -> None:
    told = [line for line in section(name).splitlines() if line.startswith("| `")]
    assert told == [row(sign) for sign in known(name)]


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
