"""What the guides have people write and run: configurations without a fault, commands that there are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from broker.settings import load
from central.settings import CentralSettings
from edge.config import load as load_edge
from tests.pictures import coverage
from tests.pictures.table import SHOTS

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = [DOCS / name for name in ("operator.md", "deployer.md", "platform.md")]
YAML = re.compile(r"^```yaml\n# (\w+)\.yaml\n(.*?)^```", re.M | re.S)
COMMAND = re.compile(r"(?:^|/bin/|`)gewu-(central|edge|broker|models) ([a-z]+)", re.M)
TEXT = "\n".join(guide.read_text(encoding="utf-8") for guide in GUIDES)


def test_the_configurations_are_without_fault(tmp_path: Path) -> None:
    found = dict(YAML.findall(TEXT))
    assert set(found) == {"central", "edge"}
    (tmp_path / "cam-1.password").write_text("secret\n", encoding="utf-8")
    for name, text in found.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert str(load(tmp_path / "central.yaml", CentralSettings).people.public_url) == "https://centre.example"
    assert load_edge(tmp_path / "edge.yaml").settings.sources[0].id == "cam-1"


@pytest.mark.parametrize("program", ["edge", "models"])
def test_the_commands_are_there(program: str) -> None:
    wanted = {command for of, command in COMMAND.findall(TEXT) if of == program}
    assert wanted
    asked = [sys.executable, "-c", f"from {program}.cli import main; main(['--help'])"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert {command for command in wanted if not re.search(rf"\b{command}\b", said)} == set()


@pytest.mark.parametrize("program", ["broker", "central"])
def test_each_of_these_commands_has_a_file(program: str) -> None:
    wanted = {command for of, command in COMMAND.findall(TEXT) if of == program}
    assert wanted
    assert wanted <= {file.stem for file in (DOCS.parent / program / "commands").glob("*.py")}


def test_the_router_s_pages_are_found_in_its_files(tmp_path: Path) -> None:
    route = tmp_path / "things" / "route.ts"
    route.parent.mkdir()
    shown = 'createRoute({\n  path: "/things",\n  component: lazy(() => import("./Things")),\n});\n'
    leads = 'createRoute({\n  path: "/old",\n  beforeLoad: () => {\n    throw redirect({});\n  },\n});\n'
    route.write_text(shown + leads)
    assert coverage.router_pages(tmp_path) == {"/things"}
    assert {"/map", "/tickets/$name", "/zones/$district/$node/$source"} <= coverage.router_pages()


def test_a_picture_that_is_lost_is_missed(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "strange.webp").touch()
    wrong = coverage.faults(tmp_path)
    assert f"pictures/zh/{SHOTS[0].name}.webp is not there: make pictures" in wrong
    assert "pictures/en/strange.webp is of no page" in wrong
