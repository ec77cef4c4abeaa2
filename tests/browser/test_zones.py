"""Zones in the console: drawn, tried, saved and applied at a real node that looks at a film of a street."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from broker.embedded import EmbeddedBroker
from tests.browser.looking import Watched, looks_well, no_serious
from tests.centre import Centre, until
from tests.nodes import Node
from tests.street import configuration, film

PATH = "/zones/131002/edge-01/cam-1"
KERB = [[0.2, 0.3], [0.8, 0.3], [0.8, 0.9], [0.2, 0.9]]  # around the car of the film
GATE = [[0.02, 0.02], [0.3, 0.02], [0.3, 0.25], [0.02, 0.25]]
SECONDS = 30  # of the film, over and over: the car stands 12 of them


def zone(name: str, polygon: list[list[float]], dwell: str) -> dict[str, Any]:
    """A zone as a configuration has it."""
    rule = {"kind": "dwell", "incident": "illegal_parking", "dwell": dwell, "groups": ["vehicle"]}
    return {"id": name, "name": name.capitalize(), "polygon": polygon, "rules": [rule]}


@pytest.fixture(scope="module")
def node(centre: Centre, broker: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node whose camera sees a car come and go; it has told of itself."""
    folder = tmp_path_factory.mktemp("node")
    path = film(folder / "street.avi", SECONDS, car=(2, 14), person=True)
    config = configuration(folder, url=broker.url, path=path, central=centre.url)
    settings: dict[str, Any] = yaml.safe_load(Path(config).read_text())
    zones = [zone("kerb", KERB, "3s"), zone("gate", GATE, "5m")]
    settings["sources"][0] |= {"repeat": "loop", "zones": zones, "name": "West gate", "place": "Market street"}
    config.write_text(yaml.safe_dump(settings))
    with Node(config) as running:
        until(lambda: centre.get("/api/zones")["items"], "the node tells of its zones")
        yield running


@pytest.fixture
def bench(node: Node, enter: Callable[..., Watched]) -> Callable[..., Page]:
    """The workbench of the camera, with its zones."""

    def opened(role: str = "operator", search: str = "", **options: Any) -> Page:
        page: Page = enter(role, PATH + search, **options).page
        expect(page.get_by_role("list", name=re.compile("Zones of this camera|本摄像机的区域"))).to_be_visible()
        return page

    return opened


def test_the_list_leads_to_the_workbench(node: Node, enter: Callable[..., Watched], pictures: Any) -> None:
    page = enter("operator", "/zones").page
    expect(page.get_by_role("link", name="West gate")).to_be_visible()
    looks_well(page, pictures, "list")
    page.get_by_role("link", name="Kerb").click()
    expect(page.get_by_role("heading", name="West gate")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Kerb")


def test_the_workbench_looks_well(bench: Callable[..., Page], pictures: Any) -> None:
    page = bench(search="?zone=kerb")
    expect(page.get_by_text(re.compile(r"old$")).first).to_be_visible()
    looks_well(page, pictures, "workbench")
