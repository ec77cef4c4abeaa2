"""What a page complains of, what axe finds on it, and how it looks in both languages and widths."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Page, Request, expect

from tests.conftest import ROOT

AXE = ROOT / "central" / "console" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 390)
LANGUAGES = {"zh": "zh-CN", "en": "en"}
SERIOUS = ("serious", "critical")
DRIVER = "GL Driver Message"  # what the machine's own software renderer says of its speed
LEFT = "net::ERR_ABORTED"  # the page went elsewhere, or did not want the answer any more


@dataclass
class Watched:
    """A page, and everything that it complained of that nobody expected."""

    page: Page
    _said: list[str] = field(default_factory=list)
    _expected: list[str] = field(default_factory=list)

    def expects(self, *patterns: str) -> None:
        """Complaints that match one of these are meant by the test."""
        self._expected += patterns

    @property
    def complaints(self) -> list[str]:
        """What nobody expected."""
        return [said for said in self._said if not any(re.search(each, said) for each in self._expected)]


def watch(page: Page) -> Watched:
    """Notes what the page complains of, from now on."""
    watched = Watched(page)

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and DRIVER not in message.text:
            watched._said.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def broke(error: Error) -> None:
        watched._said.append(f"uncaught: {error}")

    def failed(request: Request) -> None:
        if request.failure != LEFT:
            watched._said.append(f"failed: {request.method} {request.url}: {request.failure}")

    page.on("console", heard)
    page.on("pageerror", broke)
    page.on("requestfailed", failed)
    return watched


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def serious(page: Page) -> list[str]:
    """Serious and critical findings of axe on what is shown now."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{each['id']} ({each['impact']}): " + "; ".join(json.dumps(node["target"]) for node in each["nodes"])
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


def no_serious(page: Page) -> None:
    """Fails on any serious or critical finding."""
    found = serious(page)
    assert not found, found


def speak(page: Page, language: str) -> None:
    """Switch the page to a language, by its own switch."""
    if page.locator("html").get_attribute("lang") != LANGUAGES[language]:
        page.get_by_role("button", name="中文" if language == "zh" else "English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[language])


CUT_OFF = """() => [...document.querySelectorAll('main *, header *, nav *')].filter((element) => {
  const style = getComputedStyle(element);
  if (element.children.length || style.overflowX !== 'hidden') return false;
  if (style.textOverflow === 'ellipsis') return false; // meant, and the title says all of it
  if (!element.textContent.trim() || element.closest('.unseen')) return false;
  return element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.outerHTML.slice(0, 120))"""


def looks_well(page: Page, keep: Any = None, name: str = "page") -> None:
    """In both languages and both widths: nothing is cut off or wider than the window, and axe finds nothing.

    keep: the fixture `pictures`; a picture of each is kept.
    """
    for language in LANGUAGES:
        speak(page, language)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(50)
            if keep is not None:
                keep(page, f"{name}-{language}-{width}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{language} {width}: the page is {wide} wide"
            assert page.evaluate(CUT_OFF) == [], f"{language} {width}"
            no_serious(page)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
