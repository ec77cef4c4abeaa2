"""The pages hold together, and say what the files do."""

import re
from pathlib import Path

from edge.config import load
from tests import docs


def test_every_link_resolves_and_every_page_is_reached() -> None:
    assert docs.faults() == []


def test_the_image_is_made_as_the_readme_says() -> None:
    """By the same lock and into the same places; the image's wheel is built within."""
    made = (docs.ROOT / "Dockerfile.edge").read_text(encoding="utf-8")
    made = made.replace("${PYTHON}", "python3").replace(" --no-cache-dir --no-compile", "")
    shown = ((docs.ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/install.md"))
    for page in shown:
        steps = re.findall(r"^(/opt/gewu/bin/(?:pip|gewu-models) .*|python3 -m venv .*)$", page, re.M)
        assert len(steps) == 4
        assert [step for step in steps if step not in made and not step.endswith("install --no-deps .")] == []


def test_the_readme_shows_the_consumer_that_runs() -> None:
    readme = (docs.ROOT / "README.md").read_text(encoding="utf-8")
    assert (docs.ROOT / "docs/samples/consumer.py").read_text(encoding="utf-8").strip() in readme


def test_the_readme_s_configuration_is_without_fault(tmp_path: Path) -> None:
    readme = (docs.ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", readme, re.M | re.S)
    assert len(blocks) == 1
    (tmp_path / "cam-1.password").write_text("secret\n", encoding="utf-8")
    (tmp_path / "edge.yaml").write_text(blocks[0], encoding="utf-8")
    assert load(tmp_path / "edge.yaml").settings.sources[0].id == "cam-1"
