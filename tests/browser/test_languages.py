"""Every page in the language that was chosen, and in no other: whatever is seen, read out, or shown on hover.

What may be Latin on a Chinese page is listed here, and nothing else may.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from broker.embedded import EmbeddedBroker
from broker.events import Reason, SourceRef
from tests.browser.looking import Watched, speak
from tests.browser.nodesaying import Saying, cameras, node_of, show_still
from tests.centre import Centre, Wire, until
from tests.unit.central.makers import event

Enter = Callable[..., Watched]
NODE, CAMERA = "131002/yard-7", "cam-1"
STOOD = [
    Reason(
        code="dwelt", text="stood for 240.0 s; 180 s are allowed", values={"stood_s": 240.0, "dwell_s": 180.0}
    )
]
PAGES = {
    "operator": (
        *("/map?show=all", "/tickets", "/tickets/T-000001", "/zones", f"/zones/{NODE}/{CAMERA}", "/why"),
        *("/cameras", f"/cameras/{NODE}/{CAMERA}?part=replay", "/flights"),
    ),
    "administrator": (
        *("/health", f"/health?at={NODE.replace('/', '%2F')}%2F{CAMERA}", "/rollouts", "/rollouts/new"),
        *("/indicators?length=day", "/start", "/people?part=accounts", "/people?part=audit"),
    ),
    "grid_worker": ("/phone",),
}
OUTSIDE = ("/signin", "/setup", "/report")  # nobody has to be signed in
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z][A-Za-z'’]*")

# What may be Latin in Chinese: all of it is taken away before the rest is looked at.
ALLOWED = (
    r"\bGewu\b|\bEnglish\b",  # the product's name, and the switch to the other language
    r"\bT-\d+|\b\d{6}/\S+|gewu://\S+|\b[rst]-[0-9a-z-]+|\b[0-9a-f]{8,64}\b|\bsit-1\b",  # numbers and ids
    r"\bgewu-\d\S*|\b(?:v|版本 ?)\d[\w.]*|\bstreet-s\b",  # versions and models
    r"\b(?:km/h|m/s|m²|ms|min|km|GB|MB|kB|fps|[mshdW])\b|°C|GMT[+-]\d+|\bUTC\b",  # units and time zones
    r"\b(?:GB/T|GB|WGS84|GCJ-02|ONVIF|RTSP|MQTT|TLS|CSV|PDF|PNG|QR|JSON|API|URL|ID|IP|DJI|MAVLink|KLV|SRT)\b",
    r"\b(?:Shift|Alt|Ctrl|Esc|Enter|Delete|Space|Tab)\b(?:\+\w)?|(?<![A-Za-z])[a-z](?![A-Za-z])",  # keys
    r"\bdocs/[\w./-]+",  # names of files
    r"\b(?:cam|gate|yard|depot)-\d+\b|\b(?:kerb-cars|kerb|all|dwell-illegal_parking|dwell)\b",  # names
    r"\b(?:North gate|Market street|Yard gate|Shoe Street(?:, at the crossing)?)\b",
    r"\b(?i:operator|administrator|grid[_ ]worker|chief)\b",  # login names and names of accounts
)
GIVEN = re.compile("|".join(f"(?:{each})" for each in ALLOWED))

# What a reader of any kind comes upon, but what is marked as another language or as nobody's to translate.
SHOWN = """() => {
  const found = [];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const other = (element) => {
    const marked = element.closest("[lang]");
    return element.closest("[translate=no]") || (marked && marked.lang !== document.documentElement.lang);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const element = node.parentElement;
    if (element.closest("script, style, noscript, code, kbd") || other(element)) continue;
    const shown = element.closest("option") ? element.closest("select") : element;
    if (shown && seen(shown)) found.push(["text", node.data]);
  }
  for (const name of ["title", "aria-label", "placeholder", "alt", "aria-description", "aria-valuetext"])
    for (const element of document.querySelectorAll(`[${name}]`))
      if (seen(element) && !other(element)) found.push([name, element.getAttribute(name)]);
  return [...found, ["title of the page", document.title]];
}"""

UNFOLD = "document.querySelectorAll('details:not([open]) > summary').forEach((each) => each.click())"
# Nothing is awaited any more, and what is written has been the same for a moment.
SETTLED = """() => {
  const now = document.body.innerText.replace(/[0-9]/g, "");
  const busy = document.querySelector("main [aria-busy=true]") !== null;
  if (busy || window.toldBefore !== now) window.toldSince = Date.now();
  window.toldBefore = now;
  return Date.now() - window.toldSince > 400;
}"""


@pytest.fixture(scope="module")
def town(centre: Centre, broker: EmbeddedBroker) -> Iterator[Centre]:
    """A ticket with two looks at it, and a node with two cameras and a gate that tells how it fares."""
    made: list[Wire] = []

    def make(*args: Any, **options: Any) -> Wire:
        made.append(Wire(*args, **options))
        return made[-1]

    yard: Saying = node_of(make, broker.url, "yard-7")
    yard.there(
        [*cameras(["North gate", "Market street"]), SourceRef(id="gate-1", kind="gate", name="Yard gate")]
    )
    yard.fares({"cam-2": {"state": "lost", "fps": 0.0, "delay_s": None, "age_s": 310.0}})
    for told in (event(reasons=STOOD), event("updated", 1, reasons=STOOD)):
        yard.wire.insist(told.encode(), told.id)
    until(centre.tickets, "the ticket")
    show_still(centre, yard.address, CAMERA)
    yield centre
    for wire in made:
        wire.close()


def foreign(page: Page, language: str) -> list[str]:
    """What is said in the other language, and where."""
    page.locator("h1").first.wait_for()
    page.wait_for_function("!document.querySelector('main [aria-busy=true]')")
    page.evaluate(
        "document.querySelectorAll('details:not([open]) > summary').forEach((each) => each.click())"
    )
    told: list[tuple[str, str]] = page.evaluate(SHOWN)
    return sorted({f"{how}: {text.strip()}" for how, text in told if _is_foreign(text, language)})


def _is_foreign(text: str, language: str) -> bool:
    if language == "zh":
        return LATIN.search(GIVEN.sub(" ", text)) is not None
    return HAN.search(re.sub("格物|中文", "", text)) is not None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_said_in_the_other_language(
    town: Centre, enter: Enter, new_page: Enter, language: str
) -> None:
    found: dict[str, list[str]] = {}
    for role, paths in PAGES.items():
        page = enter(role, paths[0], language=language).page
        for path in paths:
            page.goto(f"{town.url}{path}")
            found[path] = foreign(page, language)
    watched = new_page(language=language)
    watched.expects("401", "422")
    for path in OUTSIDE:
        watched.page.goto(f"{town.url}{path}")
        found[path] = foreign(watched.page, language)
    assert {path: said for path, said in found.items() if said} == {}


def test_what_is_open_turns_with_the_language(town: Centre, enter: Enter) -> None:
    page = enter("operator", "/tickets/T-000001", language="en", width=390).page
    expect(page.get_by_role("heading", level=1)).to_contain_text("Illegal parking")
    speak(page, "zh")
    assert foreign(page, "zh") == []
    speak(page, "en")
    assert foreign(page, "en") == []


def test_a_refusal_is_said_in_chinese_with_the_original_to_unfold(town: Centre, enter: Enter) -> None:
    watched = enter("operator", "/flights/999", language="zh")
    watched.expects("404")
    expect(watched.page.get_by_role("alert")).to_contain_text("没有这次飞行")
    assert foreign(watched.page, "zh") == []


def test_a_time_is_written_in_one_form_in_both_languages(town: Centre, enter: Enter) -> None:
    for language, label in (("en", "Until"), ("zh", "截至")):
        page = enter("operator", "/why", language=language).page
        field = page.get_by_label(label, exact=False).first
        expect(field).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"))
        field.fill("2026-3-1 8:30")
        assert field.evaluate("(each) => each.checkValidity()")
        field.fill("yesterday")
        assert "2026-03-01 08:30:15" in field.evaluate("(each) => each.validationMessage")
