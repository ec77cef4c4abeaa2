"""What the page says of identity is what the code does."""

import re

import pytest

from central.identity.settings import NodesSettings
from central.store.aside import DOUBTS
from edge.cli import main
from edge.enrolment.phases import RENEW_AFTER, TABLE, TRIAL_S, WARN_AFTER
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")


def test_the_drawing_of_a_renewal_is_its_table() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+): (\w+)$", PAGE, re.MULTILINE)
    assert sorted(drawn) == sorted((phase, TABLE[phase, what], what) for phase, what in TABLE)
    assert (TRIAL_S, RENEW_AFTER, WARN_AFTER) == (600.0, 2 / 3, 5 / 6)
    for words in ("after two thirds", "within ten minutes", "five sixths of the life"):
        assert words in PAGE


def test_every_doubt_is_told() -> None:
    assert {code for code in DOUBTS if f"| `{code}` |" not in PAGE} == set()
    assert (NodesSettings().certificate, NodesSettings().token) == (90 * 86_400, 3600)


def test_every_option_of_the_command_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["enroll", "--help"])
    options = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help"}
    assert {option for option in options if f"`{option}`" not in PAGE} == set()
