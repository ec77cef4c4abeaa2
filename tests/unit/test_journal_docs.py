"""What the journal's page says is what the code does."""

import re
from pathlib import Path

from broker.settings import loads
from edge.journal import JournalSettings, blocks
from edge.journal.segments import named
from tests.docs import ROOT

PAGE = (ROOT / "docs" / "journal.md").read_text(encoding="utf-8")


def test_every_setting_is_there_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]+?)`? \|", PAGE, re.M))
    assert set(told) == set(JournalSettings.model_fields)
    text = "".join(f"{name}: {value}\n" for name, value in told.items())
    assert loads(text, JournalSettings, name="page") == JournalSettings()


def test_the_block_is_as_long_as_it_says() -> None:
    (line,) = re.findall(r"^    block +(.*)$", PAGE, re.M)
    assert sum(map(int, re.findall(r"\((\d+)\)", line))) == blocks.FRAME
    assert f'"{blocks.MAGIC.decode()}"' in PAGE


def test_the_name_is_one() -> None:
    (name,) = re.findall(r"\d{8}-\d{8}T\d{6}Z\.gwj", PAGE)
    assert named(42, 1_772_352_000.0) == name
    assert Path(name).suffix == ".gwj"
