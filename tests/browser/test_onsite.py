"""The technician's page in a real browser: both languages, a phone's width, fresh by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import CUT_OFF, Watched, no_serious
from tests.onsite import Seen, a_status, serving

LANGUAGES = {"zh": "节点 131002/edge-01", "en": "Node 131002/edge-01"}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_looks_well(
    language: str,
    width: int,
    dark: bool,
    new_page: Callable[..., Watched],
    pictures: Callable[[Page, str], None],
) -> None:
    with serving() as url:
        scheme = "dark" if dark else "light"
        page = new_page(language=language, width=width, height=1400, color_scheme=scheme).page
        page.goto(url)
        expect(page.get_by_role("heading", level=1)).to_have_text(LANGUAGES[language])
        pictures(page, f"onsite-{language}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT_OFF) == []
        no_serious(page)


def test_it_keeps_itself_fresh_and_says_when_the_node_is_gone(new_page: Callable[..., Watched]) -> None:
    seen = Seen()
    asked: list[str] = []
    with serving(seen) as url:
        watched = new_page()
        page = watched.page
        page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
        page.goto(url)
        expect(page.locator("main")).to_contain_text("No signal")
        well = [one.model_copy(update=_WELL) for one in seen.known.sources]
        seen.known = a_status(sources=well, troubles=[])
        expect(page.locator("main")).to_contain_text("Nothing is wrong.", timeout=10_000)
        expect(page).to_have_title("Node 131002/edge-01: Well")
        expect(page.locator("#away")).to_be_hidden()
        watched.expects("ERR_CONNECTION", "failed: GET")
    expect(page.locator("#away")).to_contain_text("does not answer since", timeout=15_000)
    assert {each.split("/")[0] for each in asked} == {"GET http:"}
    assert all(each.removeprefix("GET ").startswith(url) for each in asked)


_WELL: dict[str, Any] = {"state": "ok", "trust": "ok", "conditions": [], "trouble": None, "trust_reasons": []}


def test_the_other_language_is_one_press_away_and_by_keyboard(new_page: Callable[..., Watched]) -> None:
    with serving() as url:
        page = new_page(language="en").page
        page.goto(url)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="中文")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        no_serious(page)


def test_it_can_be_read_without_scripts(new_page: Callable[..., Watched]) -> None:
    with serving() as url:
        page = new_page(java_script_enabled=False).page
        page.goto(url)
        expect(page.locator("main")).to_contain_text("Illegal parking")


def test_a_browser_asks_for_the_token_and_shows_the_page_with_it(
    new_page: Callable[..., Watched], tmp_path: Any
) -> None:
    token = "-".join(["long", "enough", "for", "a", "door"])
    (tmp_path / "token").write_text(token)
    with serving(token=token.encode(), token_file=tmp_path / "token") as url:
        stranger = new_page(http_credentials={"username": "x", "password": "wrong"})
        stranger.expects("401")
        assert stranger.page.goto(url).status == 401  # type: ignore[union-attr]
        page = new_page(http_credentials={"username": "x", "password": token}).page
        page.goto(url)
        expect(page.get_by_role("heading", level=1)).to_have_text(LANGUAGES["en"])
        page.wait_for_timeout(2500)  # it asks again with what it was let in with
        expect(page.locator("#away")).to_be_hidden()
