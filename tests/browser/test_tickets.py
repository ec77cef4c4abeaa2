"""The list of tickets, live."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from broker.embedded import EmbeddedBroker
from broker.events import SourceRef
from tests.browser.looking import Watched, looks_well
from tests.centre import Centre, Wire
from tests.e2e.test_central_api import JPEG, sha256
from tests.unit.central.makers import NODE, event, evidence

Enter = Callable[..., Watched]
HURT = "<img src=x onerror=document.title='hurt'><script>document.title='hurt'</script>"


@pytest.fixture
def wire(make_wire: Callable[..., Wire], broker: EmbeddedBroker, centre: Centre) -> Wire:
    """A node's connection."""
    return make_wire(broker.url, NODE)


def test_a_ticket_comes_gets_its_picture_and_goes(
    enter: Enter, centre: Centre, wire: Wire, pictures: Any
) -> None:
    page = enter("operator", "/").page
    expect(page.get_by_text("Nothing is open")).to_be_visible()
    opened = event("opened", 0, evidence=[evidence(JPEG)], place="Shoe Street <b>not bold</b>")
    wire.insist(opened.encode(), opened.id)
    card = page.get_by_role("listitem").filter(has_text="T-000001")
    expect(card).to_contain_text("Illegal parking of motor vehicles")
    expect(card).to_contain_text("Shoe Street <b>not bold</b>")
    expect(card).to_contain_text("standing 5.2 s")
    expect(card).to_contain_text("Picture on its way")
    assert httpx.put(f"{centre.url}/api/evidence/{sha256(JPEG)}", content=JPEG).status_code == 201
    expect(card.get_by_role("img")).to_have_js_property("naturalWidth", 160)
    looks_well(page, pictures, "one")

    card.get_by_role("link").focus()
    updated = event("updated", 1, severity="high")
    wire.insist(updated.encode(), updated.id)
    expect(card).to_contain_text("urgent")
    expect(card.get_by_role("link")).to_be_focused()  # the keyboard stays where it was
    cleared = event("cleared", 2)
    wire.insist(cleared.encode(), cleared.id)
    expect(page.get_by_text("Nothing is open")).to_be_visible()
    page.get_by_role("link", name="Done").click()
    expect(card).to_contain_text("Gone by itself")


def test_names_are_only_ever_text(enter: Enter, wire: Wire) -> None:
    opened = event("opened", 0, subject="sit-9", source=SourceRef(id="cam-9", kind="camera"), place=HURT)
    body = json.loads(opened.encode())
    named = {"source": {"name": HURT}, "zone": {"name": HURT}}
    for key, more in named.items():
        body["data"][key] = body["data"].get(key, {}) | more
    body["data"]["reasons"][0]["text"] = HURT
    wire.insist(json.dumps(body).encode(), opened.id)
    page = enter("operator", "/tickets").page
    expect(page.get_by_role("listitem").filter(has_text=HURT).first).to_be_visible()
    assert page.title() == "Tickets · Gewu 格物"
    assert page.locator("main script, main img[src=x]").count() == 0
