"""The list of tickets, live."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from broker.events import Reading, SourceRef
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious, speak
from tests.centre import Centre, Wire
from tests.e2e.test_central_api import JPEG, sha256
from tests.unit.central.makers import NODE, at, event, evidence

Enter = Callable[..., Watched]
HURT = "<img src=x onerror=document.title='hurt'><script>document.title='hurt'</script>"


@pytest.fixture
def wire(make_wire: Callable[..., Wire], broker: Mosquitto, centre: Centre) -> Wire:
    """A node's connection."""
    return make_wire(broker.url, NODE)


def test_a_ticket_comes_gets_its_picture_and_goes(
    enter: Enter, centre: Centre, wire: Wire, pictures: Any
) -> None:
    page = enter("operator").page
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


def test_what_a_device_read_stands_where_a_picture_would(enter: Enter, wire: Wire) -> None:
    cover = SourceRef(id="cover-7", kind="sensor", name="Manhole 7")
    read = [Reading(quantity="contact", value=False, at=at(4), device="cover-7", quality="good")]
    facts: dict[str, Any] = {"kind": "manhole_cover", "source": cover, "zone": None, "readings": read}
    opened = event("opened", 0, subject="sit-cover", **facts)
    wire.insist(opened.encode(), opened.id)
    page = enter("operator", "/tickets", language="zh").page
    card = page.get_by_role("listitem").filter(has_text="Manhole 7")
    expect(card).to_contain_text("触点 断开")
    speak(page, "en")
    expect(card).to_contain_text("Contact open")


def test_the_page_says_when_the_line_is_gone_and_catches_up(enter: Enter, centre: Centre, wire: Wire) -> None:
    watched = enter("operator", "/tickets?show=all")
    page = watched.page
    expect(page.locator("[data-line=live]")).to_be_visible()
    watched.expects(
        "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE", "api/stream"
    )
    centre.kill()
    expect(page.get_by_text("Connection lost, trying again")).to_be_visible()
    no_serious(page)
    centre.start()
    meanwhile = event("opened", 0, subject="sit-meanwhile", place="Meanwhile Lane")
    wire.insist(meanwhile.encode(), meanwhile.id)
    expect(page.get_by_role("listitem").filter(has_text="Meanwhile Lane")).to_be_visible()
    expect(page.locator("[data-line=live]")).to_be_visible()
    expect(page.get_by_text("Connection lost")).to_have_count(0)


def test_one_action_on_several_says_what_became_of_each(enter: Enter, wire: Wire, pictures: Any) -> None:
    names = []
    for n in range(3):
        camera = SourceRef(id=f"cam-many-{n}", kind="camera")
        opened = event("opened", 0, subject=f"sit-many-{n}", source=camera, place=f"Many Street {n}")
        names.append(str(wire.insist(opened.encode(), opened.id).ticket))
    page = enter("operator", "/tickets").page
    page.get_by_role("checkbox", name=f"Pick {names[2]}").focus()
    page.keyboard.press("Space")  # by keyboard, then the rest of the range by pointer
    page.get_by_role("checkbox", name=f"Pick {names[0]}").click(modifiers=["Shift"])
    expect(page.get_by_text("3 picked")).to_be_visible()
    page.get_by_role("button", name="Do with all").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Action").select_option("accept")
    no_serious(page)
    dialog.get_by_role("button", name="Accept: 3 tickets").click()
    expect(dialog.get_by_role("status")).to_have_text("3 done, 0 not, 0 without answer, 0 to come")
    for name in names:
        expect(dialog.locator(f"[data-number={name}]")).to_have_attribute("data-state", "done")
    dialog.get_by_role("button", name="Close", exact=True).last.click()
    page.get_by_role("button", name="Do with all").click()
    expect(dialog.get_by_label("Action")).not_to_contain_text("Accept (")  # it follows the state as it is now
