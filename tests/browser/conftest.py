"""A real browser over a real centre. `make browser` runs these; `make test` does not collect them.

Every test fails on what the page complains of: errors on the console, errors that nobody caught, requests
that failed. A test that provokes one says so: `watched.expects("401")`.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.brokers import Mosquitto, city_broker
from tests.browser.looking import Watched, watch
from tests.browser.roles import Crew
from tests.centre import Centre
from tests.chromium import MISSING, installed
from tests.conftest import ROOT
from tests.masking import command

# Without the last four Chromium has no WebGL where there is no GPU.
DRAWS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", *DRAWS]
BUILT = ROOT / "central" / "console" / "built" / "index.html"
PICTURES = ROOT / "var" / "browser"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's browser; none is ever downloaded."""
    browser = begun(playwright, installed())
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def whole_chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser as people have it, for what the engine alone does not do: tests marked `whole_browser`."""
    browser = begun(playwright, installed(whole=True))
    yield browser
    browser.close()


def begun(playwright: Playwright, program: str | None) -> Browser:
    """The test is skipped where there is no such program."""
    if program is None:
        pytest.skip(MISSING)
    assert BUILT.exists(), "the console is not built: make console"
    return playwright.chromium.launch(executable_path=program, args=FLAGS)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """One broker for the tests of a file, as in production: what a node is asked has to come, and at once."""
    with city_broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    """What a file's centre is set to besides the usual; a file says it by a fixture of this name."""
    return {}


@pytest.fixture(scope="module")
def masks() -> dict[str, Any]:
    """The settings of a centre that masks what people upload."""
    return {"pictures": {"masker": {"command": command("--stdio")}}}


@pytest.fixture(scope="module")
def centre(
    settings: dict[str, Any], broker: Mosquitto, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Centre]:
    """One centre for the tests of a file: SQLite, a real broker, its own process."""
    made = Centre(tmp_path_factory.mktemp("centre"), broker.url, **settings)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def crew(centre: Centre) -> Crew:
    """Somebody of every role, made when first asked for."""
    return Crew(centre)


@pytest.fixture
def new_page(request: pytest.FixtureRequest) -> Iterator[Callable[..., Watched]]:
    """Makes pages, each of a browser that knows nothing; `new_page(language="zh", width=390)`."""
    whole = request.node.get_closest_marker("whole_browser") is not None
    chromium: Browser = request.getfixturevalue("whole_chromium" if whole else "chromium")
    made: list[tuple[BrowserContext, Watched]] = []

    def make(*, language: str = "en", width: int = 1280, height: int = 900, **options: Any) -> Watched:
        locale = "zh-CN" if language == "zh" else "en-GB"
        size = {"width": width, "height": height}
        context = chromium.new_context(locale=locale, viewport=size, **options)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        made.append((context, watch(context.new_page())))
        return made[-1][1]

    yield make
    for context, _ in made:
        context.close()
    for _, watched in made:
        assert watched.complaints == []


@pytest.fixture
def enter(new_page: Callable[..., Watched], crew: Crew) -> Callable[..., Watched]:
    """A page of somebody who is signed in: `enter("operator", "/tickets", language="zh")`."""

    def make(role: str = "administrator", path: str = "/tickets", **options: Any) -> Watched:
        watched = new_page(**options)
        name, value = crew.cookie(role)
        watched.page.context.add_cookies([{"name": name, "value": value, "url": crew.centre.url}])
        watched.page.goto(f"{crew.centre.url}{path}")
        return watched

    return make


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps pictures of a page under var/browser/ ($GEWU_PICTURES), named after the test."""
    folder = Path(os.environ.get("GEWU_PICTURES", PICTURES))
    test = re.sub(r"\W+", "-", request.node.name)

    def take(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{test}-{name}.png")

    return take
