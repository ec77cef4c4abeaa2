"""The pages hold together, and say what the files do."""

import re

from tests import docs


def test_every_link_resolves_and_every_page_is_reached() -> None:
    assert docs.faults() == []


def test_the_image_is_made_as_the_readme_says() -> None:
    steps = re.findall(
        r"^RUN (/opt/gewu/bin/.*|python3 -m venv.*)$", (docs.ROOT / "Dockerfile.edge").read_text(), re.M
    )
    readme = (docs.ROOT / "README.md").read_text(encoding="utf-8")
    assert len(steps) == 4
    assert [step for step in steps if step not in readme] == []
