"""What the page on security names exists, and its figures are those of the code."""

import re
from types import ModuleType

import pytest

from broker import bundles, settings
from broker.cli import main as broker
from central.api import bodies, doorway, evidence, uploads
from central.pictures import anatomy, decoding, examiner
from central.store import aside
from edge.masking.words import MAX_PIXELS
from tests.conftest import ROOT
from tests.supply import audit, licences

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
FIGURES: list[tuple[str, ModuleType, tuple[str, ...]]] = [
    ("parts and scans of a picture", anatomy, ("MOST_PARTS", "MOST_SCANS")),
    ("quarantine", aside, ("KEPT_ROWS", "KEPT_OF_ONE", "KEPT_BYTES")),
    ("path and query", bodies, ("LONGEST_TARGET",)),
    ("headers", bodies, ("LONGEST_HEAD", "MOST_HEADERS")),
    ("body of a request", bodies, ("MOST",)),
    ("time for the head, for the body", doorway, ("HEAD_S", "BODY_S")),
    ("connections", doorway, ("CONNECTIONS",)),
    ("a configuration file", settings, ("MAX_BYTES", "MAX_DEPTH", "MOST_DIGITS")),
    ("a signature file", bundles, ("MOST_BYTES", "MOST_FILES", "MOST_SIGNATURES")),
]


@pytest.mark.parametrize(("row", "module", "names"), FIGURES, ids=[row for row, _, _ in FIGURES])
def test_the_figures_are_those_of_the_code(row: str, module: ModuleType, names: tuple[str, ...]) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {row} |"))
    value = line.split("|")[2]
    told = [int(figure) for figure in re.findall(r"\d+", value)]
    assert told[: len(names)] == [int(getattr(module, name)) for name in names]


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:tests|central|broker|edge|configs)/[\w./]+\.(?:py|md|yaml))`", PAGE))
    assert len(named) > 15
    assert {name for name in named if not (ROOT / name).is_file()} == set()


def test_words_that_the_page_explains() -> None:
    assert f"{examiner.ANSWER_S:g} s" in PAGE
    assert f"{decoding.MEMORY / 1e9:g} GB" in PAGE
    assert f"{evidence.UPLOAD_S:g} s, a person's: {uploads.BODY_S:g} s" in PAGE
    assert f"{MAX_PIXELS} pixels" in PAGE
    assert audit.VARIABLE in PAGE
    for name in (*licences.EXCEPTIONS, *(name for name, _ in licences.BUNDLED_EXCEPTIONS)):
        assert f"`{name}`" in PAGE
    for _, library in licences.BUNDLED_EXCEPTIONS:
        assert library in PAGE


def test_the_commands_of_the_page_run(capsys: pytest.CaptureFixture[str]) -> None:
    for command in set(re.findall(r"^gewu-broker bundle (\w+)", PAGE, re.MULTILINE)):
        with pytest.raises(SystemExit) as ended:
            broker(["bundle", command, "--help"])
        assert ended.value.code == 0
    capsys.readouterr()
