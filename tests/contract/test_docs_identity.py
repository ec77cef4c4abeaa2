"""The page about identity says what the programs do."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from broker import production
from broker.cli import command_line
from tests.docs import ROOT

PAGE = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
TOLD = [line.strip() for line in re.findall(r"^    (gewu-broker .*)$", PAGE, re.MULTILINE)]


def _leaves(parser: argparse.ArgumentParser) -> dict[str, set[str]]:
    """Every command with its options, the commands of commands too."""
    found: dict[str, set[str]] = {}
    options = {word for action in parser._actions for word in action.option_strings} - {"-h", "--help"}
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in nested:
        for sub in action.choices.values():
            found |= _leaves(sub)
    return found or {parser.prog: options}


@pytest.mark.parametrize("command", ["pki init", "pki server", "pki show", "mosquitto", "emqx", "guard"])
def test_every_option_is_on_the_page(command: str) -> None:
    options = _leaves(command_line())[f"gewu-broker {command}"]
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `gewu-broker {command}")]
    assert set(re.findall(r"`(--[a-z-]+)`", row)) == options


@pytest.mark.parametrize("line", TOLD)
def test_every_command_on_the_page_is_one(line: str) -> None:
    assert callable(command_line().parse_args(shlex.split(line)[1:]).run)


def test_the_settings_told_are_in_the_file() -> None:
    told = re.findall(r"^\| `([a-z_]+ [a-z0-9.]+)` \|", PAGE, re.MULTILINE)
    lines = production.template("tls.conf").splitlines()
    assert len(told) == 4
    assert [line for line in told if line not in lines] == []


def test_the_table_of_attempts_adds_up() -> None:
    rows = re.findall(r"^\| (.*) \| \**(\d+)\** \| \**(\d+)\** \|$", PAGE, re.MULTILINE)
    *parts, whole = [int(attempts) for _, attempts, _ in rows]
    assert (sum(parts), {accepted for *_, accepted in rows}) == (whole, {"0"})
    assert Path(ROOT / "tests/bench/credentials.py").is_file()
