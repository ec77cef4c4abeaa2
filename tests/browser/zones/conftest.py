"""One real node that looks at a film of a street, and the workbench of its camera."""

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.brokers import Mosquitto, city_broker
from tests.browser.looking import Watched
from tests.browser.roles import Crew
from tests.browser.zones.hands import PATH, place, seen
from tests.centre import Centre, until
from tests.nodes import Node
from tests.street import configuration, film

KERB = [[0.2, 0.3], [0.8, 0.3], [0.8, 0.9], [0.2, 0.9]]  # around the car of the film
GATE = [[0.02, 0.02], [0.3, 0.02], [0.3, 0.25], [0.02, 0.25]]
MARKS = [(-2.5, 8.0), (2.5, 8.0), (3.5, 16.0), (-3.0, 16.0), (0.0, 11.0)]  # metres before the other camera
SECONDS = 30  # of the film, over and over: the car stands 12 of them


def zone(name: str, polygon: list[list[float]], dwell: str) -> dict[str, Any]:
    """A zone as a configuration has it."""
    rule = {"kind": "dwell", "incident": "illegal_parking", "dwell": dwell, "groups": ["vehicle"]}
    return {"id": name, "name": name.capitalize(), "polygon": polygon, "rules": [rule]}


@pytest.fixture(scope="package")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """One for these files, as in production: what a node is asked has to come, and at once."""
    with city_broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture(scope="package")
def centre(broker: Mosquitto, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One for these files, with its node."""
    made = Centre(tmp_path_factory.mktemp("centre"), broker.url)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="package")
def crew(centre: Centre) -> Crew:
    """Somebody of every role, made when first asked for."""
    return Crew(centre)


@pytest.fixture(scope="package")
def node(centre: Centre, broker: Mosquitto, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node whose camera sees a car come and go; it has told of itself."""
    folder = tmp_path_factory.mktemp("node")
    path = film(folder / "street.avi", SECONDS, car=(2, 14), person=True)
    config = configuration(folder, url=broker.url, path=path, central=centre.url)
    settings: dict[str, Any] = yaml.safe_load(Path(config).read_text())
    zones = [zone("kerb", KERB, "3s"), zone("gate", GATE, "5m")]
    settings["sources"][0] |= {
        "repeat": "loop",
        "zones": zones,
        "name": "West gate",
        "place": "Market street",
        "position": {"lon": 114.05, "lat": 22.54},
    }
    # Copies, for a configuration has no aliases.
    other = deepcopy(settings["sources"][0]) | {"id": "cam-2", "name": "East gate"}
    known = [{"picture": list(seen(*each)), "position": list(place(*each))} for each in MARKS]
    other |= {"zones": [zone("lane", deepcopy(GATE), "5m")], "ground": {"points": known}}
    settings["sources"].append(other)
    config.write_text(yaml.safe_dump(settings))
    with Node(config) as running:
        until(lambda: centre.get("/api/zones")["items"], "the node tells of its zones")
        until(lambda: answers(centre), "the node answers")
        yield running


def answers(centre: Centre) -> bool:
    """Whether the node hears what it is asked; what it is asked before that is lost."""
    with centre.client() as chief:
        asked = {"node": "131002/edge-01", "command": "inspect", "source": "cam-1"}
        made = chief.post("/api/asks", json=asked).json()
        time.sleep(1.0)
        return bool(chief.get(f"/api/asks/{made['id']}").json()["status"] == "done")


@pytest.fixture(scope="module", autouse=True)
def as_at_first(node: Node, centre: Centre) -> None:
    """Every file begins with what the node's own file says."""
    path = f"/api{PATH}"
    version = centre.get(path)["version"]
    if version:
        with centre.client() as chief:
            back = chief.post(f"{path}/versions/0/rollback", json={"base": version})
            assert back.status_code == 200, back.text
        until(lambda: centre.get(path)["status"] == "applied", "the node's own file counts again")


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A node answers when it has looked."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def bench(node: Node, enter: Callable[..., Watched]) -> Callable[..., Page]:
    """The workbench of the camera, with its zones."""

    def opened(role: str = "operator", search: str = "", **options: Any) -> Page:
        page: Page = enter(role, PATH + search, **options).page
        expect(page.get_by_role("application")).to_be_visible()
        return page

    return opened
