"""docs/scoring.md tells every key, option and figure, and its example is a good case."""

import argparse
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from edge.score.cases import Ailment, Case, Expected, SuiteSettings, Trap
from edge.score.figures import NAMES
from edge.score.suite import read
from edge.score.words import arguments

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scoring.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [Case, Expected, Trap, Ailment, SuiteSettings])
def test_every_key_is_told(model: type[BaseModel]) -> None:
    keys = [field.alias or name for name, field in model.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in PAGE] == []


def test_every_figure_and_option_is_told() -> None:
    assert [name for name in NAMES if f"`{name}`" not in PAGE] == []
    parser = argparse.ArgumentParser(add_help=False)
    arguments(parser)
    options = re.findall(r"--[a-z-]+", parser.format_help())
    assert [option for option in options if f"`{option}" not in PAGE] == []


def test_the_report_is_kept_where_a_clone_does_not_see_it() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    arguments(parser)
    out = parser.parse_args(["suite"]).out

    assert f"`{out}`" in PAGE
    ignored = (Path(__file__).resolve().parents[2] / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{out.parts[0]}/" in ignored


def test_the_example_is_a_good_case(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)
    (tmp_path / "case.yaml").write_text(example, encoding="utf-8")
    (tmp_path / "clip.mp4").touch()
    (staged,) = read(tmp_path).cases
    (car,) = staged.situations()
    assert (car.found_by, car.end) == (125.0, 108.0)
