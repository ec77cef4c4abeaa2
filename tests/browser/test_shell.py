"""Bar, navigation, languages, keyboard, headers: what every page of the console has."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page, expect

from tests.browser.looking import Watched, looks_well, no_serious, speak
from tests.centre import Centre

Enter = Callable[..., Watched]
LIVE = "[data-line=live]"


def focused(page: Page) -> str:
    """What has the keyboard, in words."""
    said: str = page.evaluate("document.activeElement.innerText || document.activeElement.id")
    return said


def test_it_is_live_and_well_to_look_at_in_both_languages_and_widths(enter: Enter, pictures: Any) -> None:
    page = enter("operator").page
    expect(page).to_have_url(re.compile("/tickets$"))
    expect(page.locator(LIVE)).to_be_visible()
    expect(page).to_have_title("Tickets · Gewu 格物")
    looks_well(page, pictures, "tickets")


def test_the_language_is_the_browser_s_until_one_is_chosen_and_then_kept(enter: Enter) -> None:
    page = enter("viewer", language="zh").page
    expect(page.get_by_role("heading", name="工单")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    speak(page, "en")
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()
    assert page.evaluate("localStorage.getItem('language')") == "en"


def test_dark_is_readable_too_and_kept(enter: Enter, pictures: Any) -> None:
    page = enter("operator", color_scheme="dark").page
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(LIVE)).to_be_visible()
    no_serious(page)
    pictures(page, "dark")
    page.get_by_role("button", name="Colours: as the system").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_everything_by_keyboard(enter: Enter, pictures: Any) -> None:
    page = enter("administrator").page
    expect(page.locator(LIVE)).to_be_visible()
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("/people$"))
    expect(page.get_by_role("heading", name="People and audit")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "main", "the new page begins here"
    page.keyboard.press("?")
    shown = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shown).to_contain_text("Tickets")
    no_serious(page)
    pictures(page, "shortcuts")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile("/people$"))  # a dialog is asked first
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    opener = page.get_by_role("button", name="Keyboard shortcuts")
    opener.press("Enter")
    expect(shown).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.goto(f"{page.url}?part=audit")
    expect(page.get_by_role("table")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("gt")
    expect(page.get_by_label("Who", exact=True)).to_have_value("gt")  # what is written is no shortcut
    assert page.get_by_label("Who", exact=True).evaluate("(field) => field === document.activeElement")


def test_the_menu_of_a_narrow_window(enter: Enter, pictures: Any) -> None:
    page = enter("administrator", width=390).page
    expect(page.get_by_role("navigation", name="Navigation")).to_be_hidden()
    page.get_by_role("button", name="Navigation").click()
    menu = page.get_by_role("dialog", name="Navigation")
    expect(menu).to_be_visible()
    pictures(page, "menu")
    no_serious(page)
    menu.get_by_role("link", name="People and audit").click()
    expect(page).to_have_url(re.compile("/people$"))
    expect(menu).to_have_count(0)


def test_one_sees_only_where_one_may_go(enter: Enter) -> None:
    names: dict[str, list[str]] = {}
    for role in ("grid_worker", "viewer"):
        page = enter(role).page
        expect(page.locator(LIVE)).to_be_visible()
        names[role] = page.get_by_role("navigation", name="Navigation").get_by_role("link").all_inner_texts()
    assert "Indicators" in names["viewer"]
    assert "Indicators" not in names["grid_worker"]


def test_a_path_that_leads_nowhere_and_one_that_breaks(enter: Enter, centre: Centre) -> None:
    watched = enter("viewer", "/people/nobody")
    page = watched.page
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    watched.expects("503")
    away = {"detail": "away for now"}
    page.route("**/api/map/tickets*", lambda route: route.fulfill(status=503, json=away))
    page.get_by_role("link", name="To the start").click()
    expect(page.get_by_role("alert")).to_contain_text("away for now", timeout=20_000)
    no_serious(page)
    with page.expect_response("**/api/map/tickets*", timeout=20_000):  # it asks at once
        page.get_by_role("button", name="Try again").click()
    page.unroute("**/api/map/tickets*")
    expect(page.get_by_role("alert")).to_have_count(0, timeout=60_000)  # and again by itself


def test_nothing_from_elsewhere_and_a_strict_policy(enter: Enter, centre: Centre) -> None:
    hosts: set[str] = set()
    watched = enter("administrator", "/signin")
    watched.page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    for path in ("/tickets", "/people", "/people?part=accounts", "/indicators"):
        watched.page.goto(f"{centre.url}{path}")
        expect(watched.page.get_by_role("heading").first).to_be_visible()
    assert hosts == {urlsplit(centre.url).netloc}
    for path in ("/", "/tickets", "/tickets/T-000001", "/phone"):
        answer = httpx.get(f"{centre.url}{path}")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-cache"
        assert "<script>" not in answer.text
        assert "style=" not in answer.text
    (asset, *_) = re.findall(r'src="(/assets/[^"]+)"', httpx.get(centre.url).text)
    assert httpx.get(f"{centre.url}{asset}").headers["cache-control"] == "public, max-age=31536000, immutable"
    packed = httpx.get(f"{centre.url}{asset}", headers={"Accept-Encoding": "gzip"})
    plain = httpx.get(f"{centre.url}{asset}", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert packed.headers["content-type"].startswith("text/javascript")
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert httpx.get(f"{centre.url}/assets/nothing.js").headers["cache-control"] == "no-store"
