"""docs/models.md: its samples run, and nothing that can be written or called is missing from it."""

import re
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import pytest
import yaml

from models import commands, convert, formats, kinds, origins
from models.catalog import Entry, Figures, shipped
from models.cli import main
from models.files import sha256_of
from models.providers import WAYS
from tests.unit.models.conftest import constant_network, yolox_output

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "models.md").read_text(encoding="utf-8")


def sample(language: str) -> str:
    """The one block of code in this language."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)
    return str(block)


def test_the_sample_of_a_model_of_ones_own_runs(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    network = constant_network([yolox_output({0: [0.5, 0.5, 0, 0, 1, 0.1, 0.9]})])
    (folder / "our_vans.onnx").write_bytes(network)
    text = sample("yaml").replace("0" * 64, sha256_of(folder / "our_vans.onnx"))
    (folder / "catalog.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "sample.py").write_text(sample("python"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "sample.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("cart 0.9 ")


def test_the_sample_with_its_placeholder_is_refused(tmp_path: Path) -> None:
    """Whoever forgets to put the digest in is told so."""
    assert set(yaml.safe_load(sample("yaml"))) == {"models"}
    (tmp_path / "catalog.yaml").write_text(sample("yaml"), encoding="utf-8")
    (tmp_path / "our_vans.onnx").write_bytes(b"x")
    assert main(["bench", "our_vans", "--dir", str(tmp_path)]) == 1


@pytest.mark.parametrize(
    "name",
    [
        *Entry.model_fields,
        *Figures.model_fields,
        *kinds.names(formats),
        *kinds.names(origins),
        *kinds.names(convert),
        *WAYS,
        *shipped().needed[:1],
        shipped().recommended,
    ],
)
def test_every_field_and_kind_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("command", [found.name for found in iter_modules(commands.__path__)])
def test_every_option_is_on_the_page(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help", "--dir"}
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `gewu-models {command}"))
    assert options <= set(re.findall(r"--[a-z-]+", line))
