"""The grid worker's page: the way of a ticket in the street, without a line, and with conflicts."""

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, expect

from broker.events import Location, Point, SourceRef
from tests.brokers import Mosquitto
from tests.browser.conftest import FLAGS
from tests.browser.lines import NO_LINE, loses_one
from tests.browser.looking import Watched, looks_well, no_serious, speak
from tests.browser.scenes import CAR, street
from tests.centre import PASSWORD, Centre, Wire, until
from tests.chromium import installed
from tests.e2e.test_central_api import sha256
from tests.masking import photograph
from tests.unit.central.makers import NODE, event, evidence
from tests.workers import Worker

HERE = (116.7005, 39.5005)
METRE = 1 / 111_195  # in degrees of latitude
BEFORE = street(car=True)
numbers = itertools.count(1)


class Town:
    """A centre that masks, its node, and those who work on its tickets."""

    def __init__(self, centre: Centre, wire: Wire) -> None:
        self.centre, self.wire = centre, wire
        self.olga = Worker(centre, "olga", "operator")
        self.dai = Worker(centre, "dai", "department", "Sanitation")
        self.gao = Worker(centre, "gao", "grid_worker")
        assert httpx.put(f"{centre.url}/api/evidence/{sha256(BEFORE)}", content=BEFORE).status_code == 201

    def report(self, place: tuple[float, float] | None = None) -> str:
        """A new ticket, which all of them work on from now on; each at a place of its own."""
        n = next(numbers)
        point = Point(type="Point", coordinates=place or (HERE[0] + 0.002 * n, HERE[1]))
        camera = SourceRef(id=f"cam-{n}", kind="camera", name=f"Lane {n}")
        where = Location(geometry=point, accuracy_m=3.0, method="calibrated")
        facts: dict[str, Any] = {
            "source": camera,
            "evidence": [evidence(BEFORE)],
            "box": CAR,
            "location": where,
        }
        opened = event("opened", 0, subject=f"sit-{n}", **facts)
        ticket = self.wire.insist(opened.encode(), opened.id).ticket
        assert ticket is not None
        for each in (self.olga, self.dai, self.gao):
            each.on = ticket
        return ticket

    def dispatch(self, place: tuple[float, float] | None = None) -> str:
        """A new one that is with the department."""
        ticket = self.report(place)
        self.olga.does("accept")
        self.olga.does("dispatch", department="Sanitation")
        return ticket

    def actions(self, ticket: str) -> list[tuple[str, str | None]]:
        """What people did to it, in its order."""
        lines = self.centre.get(f"/api/tickets/{ticket}")["log"]
        return [(each["action"], each["who"]) for each in lines if each["action"] and each["who"]]


@pytest.fixture(scope="module")
def settings(masks: dict[str, Any]) -> dict[str, Any]:
    """What grid workers send is masked."""
    return masks


@pytest.fixture(scope="module")
def town(centre: Centre, broker: Mosquitto) -> Iterator[Town]:
    """Everybody who works there."""
    wire = Wire(broker.url, NODE)
    made = Town(centre, wire)
    yield made
    for each in (made.olga, made.dai, made.gao):
        each.close()
    wire.close()


@pytest.fixture
def phone(new_page: Callable[..., Watched], centre: Centre) -> Callable[..., Watched]:
    """A telephone of somebody who is signed in: `phone(town.dai)`."""

    def make(worker: Worker | None, path: str = "/phone", **options: Any) -> Watched:
        how: dict[str, Any] = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True} | options
        watched = new_page(**how)
        if worker is not None:
            name, value = worker.cookie
            watched.page.context.add_cookies([{"name": name, "value": value, "url": centre.url}])
        watched.page.goto(f"{centre.url}{path}")
        return watched

    return make


def ready(page: Page) -> None:
    """Everything was fetched, and the page itself is kept for when there is no line."""
    expect(page.get_by_text("synced just now")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def photo(page: Page, seed: int = 5) -> None:
    """One photograph, as the camera gives it."""
    body = photograph((640, 360), seed=seed)
    page.locator("input[type=file]").set_input_files(
        {"name": "shot.jpg", "mimeType": "image/jpeg", "buffer": body}
    )
    expect(page.get_by_alt_text("Photo 1")).to_be_visible()


def open_ticket(page: Page, ticket: str) -> None:
    page.get_by_role("link", name=re.compile(ticket)).tap()
    expect(page.get_by_role("article")).to_contain_text(ticket)


def test_the_main_way_take_photograph_feed_back_and_somebody_else_verifies(
    town: Town, phone: Callable[..., Watched], pictures: Any
) -> None:
    ticket = town.dispatch()
    page = phone(town.dai).page
    open_ticket(page, ticket)
    shot = page.get_by_role("img", name=re.compile("As it was found"))
    expect(shot).to_be_visible()
    pictures(page, "ticket")
    page.get_by_role("button", name="Take", exact=True).tap()
    expect(page.get_by_role("article")).to_contain_text("In work")
    page.get_by_role("button", name="Feed back").tap()
    photo(page)
    page.get_by_label("In words").fill("swept and carried away")
    pictures(page, "feed-back")
    no_serious(page)
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.get_by_role("article")).to_contain_text("Handled")
    until(lambda: town.actions(ticket)[-1] == ("feed_back", "dai"), "the centre has it")
    (after,) = [each for each in town.dai.ticket()["evidence"] if each["role"] == "after"]
    assert after["here"], "the photo is there, masked"

    page.get_by_role("button", name="Sync now").tap()
    expect(page.get_by_text("synced just now")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("Handled")  # it left the list, not the hand

    page = phone(town.gao).page
    open_ticket(page, ticket)
    expect(page.get_by_role("img", name=re.compile("As it was left"))).to_be_visible()
    page.get_by_role("button", name="Verify").tap()
    page.get_by_role("button", name="Send", exact=True).tap()
    until(lambda: ("verify", "gao") in town.actions(ticket))
    assert town.actions(ticket)[2:] == [("take", "dai"), ("feed_back", "dai"), ("verify", "gao")]


def feed_back_later(page: Page, words: str) -> None:
    """With a photo, kept until there is a line."""
    page.get_by_role("button", name="Feed back").tap()
    photo(page)
    page.get_by_label("In words").fill(words)
    page.get_by_role("button", name="Keep, and send when there is a line").tap()


def test_without_a_line_all_is_kept_over_a_reload_and_sent_once(
    town: Town, phone: Callable[..., Watched], pictures: Any
) -> None:
    ticket = town.dispatch()
    watched = phone(town.dai)
    watched.expects(*NO_LINE)
    page = watched.page
    ready(page)
    page.context.set_offline(True)
    open_ticket(page, ticket)
    expect(page.get_by_text(re.compile("Offline since"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("As it was found"))).to_be_visible()
    page.get_by_role("button", name="Take", exact=True).tap()
    feed_back_later(page, "done without a line")
    page.get_by_role("button", name="Comment").tap()
    page.get_by_label("In words").fill("the lorry comes at noon")
    page.get_by_role("button", name="Keep, and send when there is a line").tap()
    expect(page.get_by_text("3 wait to be sent")).to_be_visible()
    pictures(page, "offline")

    page.reload()
    expect(page.get_by_text("3 wait to be sent")).to_be_visible()
    expect(page.get_by_text(re.compile("Offline since"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("As it was found"))).to_be_visible()
    page.get_by_role("link", name=re.compile("To send")).tap()
    expect(page.get_by_text("done without a line")).to_be_visible()
    expect(page.get_by_alt_text("Photo 1")).to_be_visible()
    pictures(page, "waiting")
    no_serious(page)
    assert town.actions(ticket) == [("accept", "olga"), ("dispatch", "olga")]

    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if _changes(request) else None)
    page.context.set_offline(False)
    expect(page.get_by_text("Everything has been sent.")).to_be_visible(timeout=40_000)
    assert town.actions(ticket)[2:] == [("take", "dai"), ("feed_back", "dai")]
    lines = town.centre.get(f"/api/tickets/{ticket}")["log"]
    assert [each["reason"]["text"] for each in lines if each["effect"] == "commented"] == [
        "the lorry comes at noon"
    ]
    asked = [json.loads(each) for each in sent]
    assert len({each["request"] for each in asked}) == len(asked) == 3


def _changes(request: Request) -> bool:
    return request.method == "POST" and "/api/tickets/" in request.url


def test_what_was_kept_outlives_a_browser_that_is_closed(
    town: Town, playwright: Playwright, chromium: Browser, tmp_path: Path
) -> None:
    ticket = town.dispatch()
    how: dict[str, Any] = {"executable_path": installed(), "args": FLAGS}
    how |= {"locale": "en-GB", "viewport": {"width": 390, "height": 844}, "has_touch": True}
    context = playwright.chromium.launch_persistent_context(tmp_path / "profile", **how)
    name, value = town.dai.cookie
    known = {"name": name, "value": value, "url": town.centre.url, "expires": time.time() + 3_600}
    context.add_cookies([known])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{town.centre.url}/phone")
    ready(page)
    context.set_offline(True)
    open_ticket(page, ticket)
    feed_back_later(page, "swept")
    expect(page.get_by_text("1 waits to be sent")).to_be_visible()
    context.close()
    assert town.actions(ticket)[2:] == []

    context = playwright.chromium.launch_persistent_context(tmp_path / "profile", **how)
    context.new_page().goto(f"{town.centre.url}/phone")
    until(lambda: town.actions(ticket)[2:] == [("feed_back", "dai")], "it is sent by the next browser")
    context.close()
    town.dai.on = ticket
    assert [each["role"] for each in town.dai.ticket()["evidence"]] == ["scene", "after"]


@pytest.mark.whole_browser
def test_what_waits_is_sent_once_there_is_a_line_while_no_page_is_open(
    town: Town, phone: Callable[..., Watched]
) -> None:
    ticket = town.dispatch()
    watched = phone(town.dai)
    watched.expects(*NO_LINE)
    page = watched.page
    ready(page)
    page.context.set_offline(True)
    open_ticket(page, ticket)
    feed_back_later(page, "swept")
    expect(page.get_by_text("1 waits to be sent")).to_be_visible()
    tags = "navigator.serviceWorker.ready.then((found) => found.sync.getTags())"
    until(lambda: page.evaluate(tags) == ["gewu phone"], "the browser was asked to wake the worker")
    page.goto("about:blank")
    assert town.actions(ticket)[2:] == []

    # The line is back; a browser finds that out by itself, and a test tells it.
    page.context.set_offline(False)
    session = page.context.new_cdp_session(page)
    known: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    registered = until(lambda: (page.wait_for_timeout(50), [*known])[1], "the worker is known")[-1]
    asked = {"registrationId": registered["registrationId"], "tag": "gewu phone", "lastChance": True}
    session.send("ServiceWorker.dispatchSyncEvent", {"origin": town.centre.url} | asked)
    until(lambda: town.actions(ticket)[2:] == [("feed_back", "dai")], "it was sent by the worker")
    town.dai.on = ticket
    assert [each["role"] for each in town.dai.ticket()["evidence"]] == ["scene", "after"]

    page.goto(f"{town.centre.url}/phone")
    expect(page.get_by_text("synced just now")).to_be_visible()
    expect(page.get_by_text(re.compile("waits? to be sent"))).to_have_count(0)
    assert town.actions(ticket)[2:] == [("feed_back", "dai")]


def test_an_answer_that_is_lost_does_nothing_twice(town: Town, phone: Callable[..., Watched]) -> None:
    ticket = town.dispatch()
    watched = phone(town.dai)
    watched.expects(*NO_LINE)
    page = watched.page
    page.add_init_script(loses_one("/actions"))
    page.reload()
    open_ticket(page, ticket)
    page.get_by_role("button", name="Take", exact=True).tap()
    until(lambda: town.actions(ticket)[2:] == [("take", "dai")], "the centre did it")
    page.get_by_role("button", name="Sync now").tap()
    expect(page.get_by_text(re.compile("Take: "))).to_have_count(0)
    assert page.evaluate("window.lost") >= 1  # asked again by the page, or by its worker
    assert town.actions(ticket)[2:] == [("take", "dai")]


def test_what_changed_meanwhile_is_shown_and_nothing_of_ones_own_is_lost(
    town: Town, phone: Callable[..., Watched], pictures: Any
) -> None:
    ticket, other = town.dispatch(), town.dispatch()
    watched = phone(town.dai)
    watched.expects(*NO_LINE, "409")
    page = watched.page
    ready(page)
    page.context.set_offline(True)
    for each in (ticket, other):
        page.get_by_role("link", name="Tickets", exact=True).tap()
        open_ticket(page, each)
        page.get_by_role("button", name="Feed back").tap()
        photo(page)
        page.get_by_label("In words").fill(f"swept {each}")
        page.get_by_role("button", name="Keep, and send when there is a line").tap()
    town.dai.on = town.olga.on = ticket
    town.olga.does("dispatch", department="Sanitation", reason="again, with the lorry")
    town.olga.on = other
    town.olga.does("reject", reason="a sculpture")
    page.context.set_offline(False)
    expect(page.get_by_text("2 need a look")).to_be_visible(timeout=40_000)
    page.get_by_role("link", name=re.compile("To send")).tap()
    mine = page.get_by_role("region", name=f"Feed back, {ticket}: not taken")
    expect(mine).to_contain_text("again, with the lorry")
    expect(mine).to_contain_text(f"swept {ticket}")
    expect(mine).to_contain_text("still possible")
    expect(mine.get_by_alt_text("Photo 1")).to_be_visible()
    theirs = page.get_by_role("region", name=f"Feed back, {other}: not taken")
    expect(theirs).to_contain_text("not possible any more")
    pictures(page, "conflict")
    no_serious(page)
    page.reload()
    mine.get_by_role("button", name="Feed back all the same").tap()
    expect(mine).to_have_count(0)
    theirs.get_by_role("button", name="Send it as a comment").tap()
    expect(page.get_by_text("Everything has been sent.")).to_be_visible(timeout=40_000)
    assert town.actions(ticket)[-1] == ("feed_back", "dai")
    lines = town.centre.get(f"/api/tickets/{other}/trail")["items"]
    (said,) = [each for each in lines if each["effect"] == "commented"]
    assert said["reason"]["text"] == f"swept {other}"
    assert len(said["pictures"]) == 1


def test_a_session_that_is_over_asks_who_it_is_and_loses_nothing(
    town: Town, phone: Callable[..., Watched], new_page: Any
) -> None:
    ticket = town.dispatch()
    wei = Worker(town.centre, f"wei-{next(numbers)}", "department", "Sanitation")
    watched = phone(wei)
    watched.expects(*NO_LINE, "401")
    page = watched.page
    ready(page)
    page.context.set_offline(True)
    open_ticket(page, ticket)
    page.get_by_role("button", name="Take", exact=True).tap()
    expect(page.get_by_text("1 waits to be sent")).to_be_visible()
    assert wei.client.delete("/api/me/sessions").status_code == 204
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=40_000)
    expect(page.get_by_text(f"1 thing of {wei.login} is kept on this phone")).to_be_visible()
    expect(page.get_by_text(ticket)).to_have_count(0)
    no_serious(page)

    # Somebody else with the same telephone sees nothing of it, and sends nothing of it.
    page.get_by_label("Login name").fill("gao")
    page.get_by_label("Password").fill(f"{PASSWORD} of gao")
    page.get_by_role("button", name="Sign in").tap()
    expect(page.get_by_text("Everything has been sent.")).to_have_count(0)
    expect(page.get_by_text("synced just now")).to_be_visible()
    expect(page.get_by_text(re.compile("to be sent"))).to_have_count(0)
    page.get_by_role("link", name="Me").tap()
    page.get_by_role("button", name="Sign out and clear this phone").tap()

    page.get_by_label("Login name").fill(wei.login)
    page.get_by_label("Password").fill(f"{PASSWORD} of {wei.login}")
    page.get_by_role("button", name="Sign in").tap()
    until(lambda: ("take", wei.login) in town.actions(ticket), "it is sent by whoever made it")
    wei.close()


def test_signing_out_leaves_nothing_on_the_phone(town: Town, phone: Callable[..., Watched]) -> None:
    ticket = town.dispatch()
    xin = Worker(town.centre, f"xin-{next(numbers)}", "department", "Sanitation")
    watched = phone(xin)
    watched.expects(*NO_LINE, "401")
    page = watched.page
    ready(page)
    page.context.set_offline(True)
    open_ticket(page, ticket)
    page.get_by_role("button", name="Take", exact=True).tap()
    page.get_by_role("link", name="Me").tap()
    page.get_by_role("button", name="Sign out and clear this phone").tap()
    expect(page.get_by_role("alert")).to_contain_text("1 thing was not sent yet and would be lost.")
    page.get_by_role("button", name="Sign out, and lose what was not sent").tap()
    expect(page.get_by_text("nobody is signed in on this phone")).to_be_visible()
    kept = "indexedDB.databases().then((all) => all.map((each) => each.name))"
    until(lambda: page.evaluate(kept) == [])
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=40_000)
    assert xin.client.get("/api/me").status_code == 401, "the session ended once there was a line"
    assert town.actions(ticket) == [("accept", "olga"), ("dispatch", "olga")]
    xin.close()


def test_near_is_worked_out_on_the_phone_and_never_sent(
    town: Town, phone: Callable[..., Watched], pictures: Any
) -> None:
    far = town.dispatch((HERE[0], HERE[1] - 900 * METRE))
    near = town.dispatch((HERE[0], HERE[1] + 40 * METRE))
    place = {"longitude": HERE[0], "latitude": HERE[1], "accuracy": 8}
    watched = phone(town.dai, "/phone/plan", geolocation=place, permissions=["geolocation"])
    page = watched.page
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(f"{request.url} {request.post_data or ''} {request.headers}")
    )
    expect(page.get_by_text("position within 8 m")).to_be_visible()
    page.get_by_role("link", name="Tickets", exact=True).tap()
    rows = page.locator("li a[href^='/phone/T-']")
    expect(rows.first).to_contain_text("40 m")
    expect(rows.first).to_contain_text("north")
    expect(rows.first).to_contain_text(near)
    shown = [row for row in rows.all_inner_texts() if near in row or far in row]
    assert [near in row for row in shown] == [True, False]
    page.get_by_role("link", name="Plan").tap()
    expect(page.get_by_role("link", name=re.compile(near)).first).to_be_visible()
    pictures(page, "plan")
    no_serious(page)
    page.get_by_role("button", name="Sync now").tap()
    expect(page.get_by_text("synced just now")).to_be_visible()
    assert asked, "it asked the centre"
    assert [each for each in asked if "116.70" in each or "39.50" in each] == []
    page.goto(f"{town.centre.url}/phone/{near}")
    there = page.get_by_role("navigation", name="Navigate").get_by_role("link", name="Navigate")
    expect(there).to_have_attribute("href", re.compile(r"^geo:39\.50\d+,116\.70\d+\?q="))


WIRE = "performance.getEntries().reduce((sum, each) => sum + (each.transferSize ?? 0), 0)"


def test_it_can_be_installed_and_is_small(town: Town, phone: Callable[..., Watched]) -> None:
    unknown = phone(None)
    unknown.expects("401")
    expect(unknown.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert 50_000 < unknown.page.evaluate(WIRE) < 200_000
    page = phone(town.dai).page
    ready(page)
    manifest = httpx.get(f"{town.centre.url}/phone.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    told = manifest.json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/phone", "/phone", "standalone")
    sizes = {icon["sizes"] for icon in told["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in told["icons"]:
        answer = httpx.get(f"{town.centre.url}{icon['src']}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == icon["type"]
    session = page.context.new_cdp_session(page)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [each["errorId"] for each in errors if each["errorId"] != "in-incognito"] == []
    scope = page.evaluate("navigator.serviceWorker.ready.then((found) => new URL(found.scope).pathname)")
    assert scope == "/phone"


def test_it_is_well_to_look_at_in_both_languages_and_themes(
    town: Town, phone: Callable[..., Watched], pictures: Any
) -> None:
    ticket = town.dispatch()
    plain = {"is_mobile": False, "has_touch": False}
    page = phone(town.dai, **plain).page
    expect(page.get_by_role("link", name=re.compile(ticket))).to_be_visible()
    looks_well(page, pictures, "list")
    page.goto(f"{town.centre.url}/phone/{ticket}")
    expect(page.get_by_role("article")).to_be_visible()
    looks_well(page, pictures, "ticket")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Me").click()
    page.get_by_label("Colours").select_option("dark")
    for path in ("/plan", f"/{ticket}"):
        page.goto(f"{town.centre.url}/phone{path}")
        expect(page.locator("main h1").first).to_be_attached()
        speak(page, "zh")
        pictures(page, f"dark{path.replace('/', '-')}")
        no_serious(page)
