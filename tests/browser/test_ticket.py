"""The page of a ticket: work on it, two at once, pictures, trail, marks, paper."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from broker.events import Flight, Reading, Reason, SourceRef
from broker.fields import utc
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious, speak
from tests.browser.scenes import CAR, street
from tests.centre import Centre, Wire, until
from tests.e2e.test_central_api import sha256
from tests.masking import photograph
from tests.unit.central.makers import NODE, at, event, evidence
from tests.unit.central.pilots import here
from tests.workers import Worker

Enter = Callable[..., Watched]
BEFORE, AFTER = street(car=True), street(car=False)
STOOD = [
    Reason(
        code="dwelt", text="stood for 240.0 s; 180 s are allowed", values={"stood_s": 240.0, "dwell_s": 180.0}
    ),
    Reason(
        code="in_zone",
        text="81% of its footprint is in zone kerb, 50% needed",
        values={"share": 0.81, "needed": 0.5},
    ),
]


DEPARTMENTS = {
    "city_management": {"zh": "城市管理", "en": "City management"},
    "police": {"zh": "交警", "en": "Traffic police"},
    "roads": {"zh": "市政道路", "en": "Roads"},
    "parks": {"zh": "园林绿化", "en": "Parks and green"},
    "sanitation": {"zh": "环境卫生", "en": "Sanitation"},
    "water": {"zh": "水务", "en": "Water"},
    "power": {"zh": "供电", "en": "Power"},
}
PARKING = {"name": "parking", "match": {"kinds": ["illegal_parking"]}, "department": "police"}
OTHERS = ["roads", "parks", "sanitation", "water", "power"]
ROUTES = {"name": "city", "department": "city_management", "tell": OTHERS, "routes": [PARKING]}


class Town:
    """A centre that masks, its node, and four who work on its tickets."""

    def __init__(self, centre: Centre, wire: Wire) -> None:
        self.centre, self.wire = centre, wire
        self.olga = Worker(centre, "olga", "operator")
        self.dai = Worker(centre, "dai", "department", "sanitation")
        self.gao = Worker(centre, "gao", "grid_worker")
        self.sun = Worker(centre, "sun", "supervisor")
        self._reported = 0
        for body in (BEFORE, AFTER):
            assert httpx.put(f"{centre.url}/api/evidence/{sha256(body)}", content=body).status_code == 201

    def report(self, **facts: Any) -> str:
        """A new ticket, that all of them work on from now on."""
        self._reported += 1
        camera = SourceRef(id=f"cam-{self._reported}", kind="camera")
        facts = {"source": camera, "evidence": [evidence(BEFORE)], "box": CAR} | facts
        opened = event("opened", 0, subject=f"sit-{self._reported}", reasons=STOOD, **facts)
        ticket = self.wire.insist(opened.encode(), opened.id).ticket
        assert ticket is not None
        for each in (self.olga, self.dai, self.gao, self.sun):
            each.on = ticket
        return ticket

    def again(self, subject: str) -> None:
        """The same thing at the same place as the last, now."""
        now = utc(time.time())
        camera = SourceRef(id=f"cam-{self._reported}", kind="camera")
        facts: dict[str, Any] = {"source": camera, "box": CAR, "since": now, "last_seen": now}
        opened = event("opened", 0, subject=subject, reasons=STOOD, **facts)
        opened = opened.model_copy(update={"time": now, "recordedtime": now})
        assert self.wire.insist(opened.encode(), opened.id).ticket is None


@pytest.fixture(scope="module")
def settings(masks: dict[str, Any]) -> dict[str, Any]:
    """What people upload is masked, and there are departments to choose from."""
    return masks | {"routing": {"departments": DEPARTMENTS, "routes": ROUTES}}


@pytest.fixture(scope="module")
def town(centre: Centre, broker: Mosquitto) -> Iterator[Town]:
    """Everybody who works there."""
    wire = Wire(broker.url, NODE)
    made = Town(centre, wire)
    yield made
    for each in (made.olga, made.dai, made.gao, made.sun):
        each.close()
    wire.close()


@pytest.fixture
def opens(new_page: Callable[..., Watched]) -> Callable[..., Watched]:
    """A page of a worker on the ticket that all work on: `opens(town.olga)`."""

    def make(worker: Worker, path: str = "", **options: Any) -> Watched:
        watched = new_page(**options)
        url = str(worker.client.base_url).rstrip("/")
        name, value = worker.cookie
        watched.page.context.add_cookies([{"name": name, "value": value, "url": url}])
        watched.page.goto(f"{url}{path or f'/tickets/{worker.on}'}")
        return watched

    return make


def press(page: Page, action: str) -> None:
    page.locator(f"[data-action={action}]").click()


def state(page: Page, word: str) -> None:
    expect(page.locator(f"[data-state={word}]")).to_be_visible()


def dialog(page: Page) -> Any:
    return page.get_by_role("dialog")


def test_from_the_list_through_the_work_to_the_verification(town: Town, opens: Any, pictures: Any) -> None:
    name = town.report()
    page = opens(town.olga, "/tickets").page
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{name} Illegal parking of motor vehicles")
    expect(page.locator("[aria-current=step]")).to_have_text("Information collected")
    why = page.get_by_role("region", name="Why", exact=True)
    expect(why).to_contain_text("it stood for 240 s; 180 s are allowed")
    expect(why).to_contain_text("81% of its footprint is in the zone, 50% needed")

    press(page, "accept")
    dialog(page).get_by_role("button", name="Accept").click()
    expect(page.locator("[aria-current=step]")).to_have_text("Case made")
    press(page, "dispatch")
    offered = dialog(page).get_by_role("radio")
    expect(offered).to_have_count(len(DEPARTMENTS))
    expect(offered.first).to_have_accessible_name(re.compile("^Traffic police proposed .*it goes to police"))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        pictures(page, f"departments-{width}")
        no_serious(page)
    dialog(page).get_by_role("searchbox", name="Find a department").fill("San")
    expect(offered).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(offered).to_be_checked()
    dialog(page).get_by_role("button", name="Dispatch").dblclick()  # once, all the same
    state(page, "dispatched")
    trail = page.get_by_role("region", name="Trail")
    expect(trail.get_by_role("listitem").filter(has_text="Department sanitation")).to_have_count(1)
    expect(page.get_by_role("region", name="Facts")).to_contain_text("Sanitation")

    town.dai.does("feed_back", reason="towed away <b>at once</b>")
    expect(page.get_by_text("towed away <b>at once</b>")).to_be_visible()  # live, and as text
    assert page.locator("main b b, main script").count() == 0
    state(page, "fed_back")
    whynot = page.get_by_text(re.compile(r"Why not the others"))
    whynot.click()
    can = page.get_by_role("region", name="What you can do")
    expect(can).to_contain_text("not possible in the state Handled")
    looks_well(page, pictures, "ticket")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        pictures(page, f"dark-{width}")
        no_serious(page)


def test_two_at_once_and_the_second_is_told(town: Town, opens: Any, pictures: Any) -> None:
    town.report()
    olga = opens(town.olga)
    olga.expects("409")
    page = olga.page
    press(page, "reject")
    dialog(page).get_by_label("Reason").fill("a van of ours")

    other = opens(town.olga)
    press(other.page, "accept")
    dialog(other.page).get_by_role("button", name="Accept").click()
    state(other.page, "accepted")

    expect(page.locator("[aria-current=step]")).to_have_text("Case made")
    dialog(page).get_by_role("button", name="False alarm").click()
    expect(dialog(page).get_by_role("alert")).to_contain_text("olga · Accept")
    expect(dialog(page).get_by_label("Reason")).to_have_value("a van of ours")
    pictures(page, "meanwhile")
    no_serious(page)
    dialog(page).get_by_role("button", name="False alarm all the same").click()
    expect(dialog(page)).to_have_count(0)
    state(page, "false_alarm")
    state(other.page, "false_alarm")
    assert town.olga.ticket()["state"] == "false_alarm"


def test_what_cannot_be_done_any_more_says_why(town: Town, opens: Any) -> None:
    town.report()
    page = opens(town.olga).page
    press(page, "merge")
    town.olga.does("reject", reason="nothing there")
    expect(dialog(page)).to_contain_text("This cannot be done any more: Merge into is not possible")
    expect(dialog(page).get_by_role("button", name="Merge into")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)


def test_a_photo_waits_for_the_line_and_shows_how_the_scene_was_left(
    town: Town, opens: Any, pictures: Any
) -> None:
    town.report()
    town.olga.does("accept")
    town.olga.does("dispatch", department="sanitation")
    dai = opens(town.dai)
    dai.expects("ERR_INTERNET_DISCONNECTED", "failed: POST")
    page = dai.page
    press(page, "feed_back")
    page.context.set_offline(True)
    dialog(page).get_by_label("Photos (optional)").set_input_files(
        {"name": "left.jpg", "mimeType": "image/jpeg", "buffer": photograph((640, 360), seed=5)}
    )
    expect(dialog(page).get_by_text("no line; goes on by itself")).to_be_visible()
    page.context.set_offline(False)
    expect(dialog(page).get_by_text("masked and kept")).to_be_visible()
    pictures(page, "photo")
    dialog(page).get_by_label("Reason").fill("emptied")
    dialog(page).get_by_role("button", name="Feed back").click()
    state(page, "fed_back")
    found = page.get_by_role("region", name="Before and after")
    expect(found.get_by_role("img")).to_have_count(2)
    found.get_by_role("link", name="Slider").click()
    slider = found.get_by_label("How much of the picture before is shown")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("30")
    expect(found.locator("polygon").first).to_be_attached()
    looks_well(page, pictures, "slider")
    assert [(each["role"], each["here"]) for each in town.dai.ticket()["evidence"]] == [
        ("scene", True),
        ("after", True),
    ]


def test_pictures_large_with_outlines_by_keyboard(town: Town, opens: Any, pictures: Any) -> None:
    name = town.report(evidence=[evidence(BEFORE), evidence(AFTER, "after")])
    page = opens(town.olga).page
    page.get_by_role("button", name="Enlarge: Scene").first.click()
    large = dialog(page)
    expect(large.locator("polygon")).to_have_count(1)
    page.keyboard.press("+")
    expect(large.get_by_role("group", name="Picture, zoom 150%")).to_be_visible()
    page.keyboard.press("o")
    expect(large.locator("polygon")).to_have_count(0)
    page.keyboard.press("o")
    pictures(page, "large")
    page.keyboard.press("ArrowRight")
    expect(large).to_contain_text("After, 2 of 2")
    expect(large.get_by_role("group", name="Picture, zoom 100%")).to_be_visible()
    no_serious(page)
    with page.expect_download() as download:
        large.get_by_role("link", name="Download the masked picture").click()
    assert download.value.suggested_filename.startswith(f"{name}-after-")
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    said = town.centre.get("/api/audit", action="evidence.view")["items"]
    assert {(each["who"], each["why"]) for each in said if each["why"] == name} == {("olga", name)}


def test_comments_filters_and_the_order_of_the_trail(town: Town, opens: Any) -> None:
    town.report()
    gao = opens(town.gao)
    gao.expects("422")
    page = gao.page
    field = page.get_by_role("textbox", name="Add a comment")
    field.fill("ring 139 1234 5678")
    page.get_by_role("button", name="Add a comment").click()
    expect(page.get_by_text("Nothing of persons may be written")).to_be_visible()
    field.fill("by the gate")
    page.get_by_role("button", name="Add a comment").click()
    lines = page.get_by_role("region", name="Trail").locator("[data-sort]")
    expect(lines).to_have_count(2)
    expect(lines.last).to_contain_text("by the gate")
    expect(field).to_have_value("")
    page.get_by_role("link", name="Newest first").click()
    expect(lines.first).to_contain_text("by the gate")
    page.get_by_role("link", name="Comments").click()
    expect(lines).to_have_count(1)
    expect(page).to_have_url(re.compile("trail=comment"))
    page.reload()
    expect(lines).to_have_count(1)


def test_right_or_not_and_hiding_the_same_thing(town: Town, opens: Any, pictures: Any) -> None:
    town.report()
    page = opens(town.olga).page
    panel = page.get_by_role("region", name="Was it right?")
    panel.get_by_role("button", name="Right", exact=True).click()
    expect(panel).to_contain_text("olga said: right")
    panel.get_by_role("button", name="False alarm …").click()
    dialog(page).get_by_label("it stood in a queue").check()
    pictures(page, "false")
    no_serious(page)
    dialog(page).get_by_role("button", name="Say so").click()
    expect(panel).to_contain_text("olga said: false alarm · it stood in a queue")
    panel.get_by_role("button", name="Take back").click()
    expect(panel).to_contain_text("Nobody has said yet")

    panel.get_by_role("button", name="Hide the same thing here …").click()
    expect(dialog(page)).to_contain_text("only where it lies now")
    expect(dialog(page).locator("polygon")).to_have_count(1)
    pictures(page, "hide")
    no_serious(page)
    dialog(page).get_by_label("For how long").select_option("1 day")
    dialog(page).get_by_label("Why").fill("a sculpture that looks like one")
    dialog(page).get_by_role("button", name="Hide it").click()
    expect(dialog(page).get_by_role("status")).to_contain_text("Hidden until")
    (hidden,) = town.centre.get("/api/suppressions")["items"]
    assert (hidden["ticket"], hidden["words"]) == (town.olga.on, "a sculpture that looks like one")
    dialog(page).get_by_role("button", name="Close").last.click()

    town.again("sit-again")
    until(lambda: town.centre.get("/api/suppressions")["items"][0]["hides"] == 1, "it is held back")
    page.reload()
    one = page.get_by_role("list", name="Not told for a while").get_by_role("listitem").first
    expect(one).to_contain_text("a sculpture that looks like one")
    one.get_by_role("button", name="1 thing held back").click()
    held = one.get_by_role("list", name="What was held back")
    expect(held).to_contain_text("still there")
    expect(held.get_by_role("link")).to_have_attribute("href", re.compile(r"/why\?.*situation=sit-again"))
    one.scroll_into_view_if_needed()
    looks_well(page, pictures, "hidden")
    one.get_by_role("button", name="Lift …").click()
    expect(dialog(page)).to_contain_text("1 thing that stands there now gets its ticket")
    dialog(page).get_by_label("Why").fill("it was carried away")
    pictures(page, "lift")
    no_serious(page)
    dialog(page).get_by_role("button", name="Lift it").click()
    expect(one).to_contain_text("lifted by olga")
    expect(one).to_contain_text("it was carried away")
    expect(one.get_by_role("button", name="Lift …")).to_have_count(0)
    until(lambda: town.centre.tickets()[0]["situation"] == "sit-again", "it has its ticket now")
    audited = town.centre.get("/api/audit", limit=20)["items"]
    assert any(each["action"] == "ticket.suppress" and "carried away" in each["why"] for each in audited)


def test_an_unknown_department_is_refused_and_several_are_proposed_one(
    town: Town, opens: Any, pictures: Any
) -> None:
    names = [town.report(), town.report()]
    for name in names:
        town.olga.on = name
        town.olga.does("accept")
    refused = town.olga.asks("dispatch", department="Sanitaton")
    assert (refused.status_code, refused.json()["where"]) == (422, "body.department")
    assert "sanitation" in refused.json()["allowed"].split(", ")
    assert town.olga.ticket()["state"] == "accepted"
    page = opens(town.olga, "/tickets?show=all").page
    for name in names:
        page.get_by_role("checkbox", name=f"Pick {name}").check()
    page.get_by_role("button", name="Do with all").click()
    dialog(page).get_by_label("Action").select_option("dispatch")
    first = dialog(page).get_by_role("radio").first
    expect(first).to_have_accessible_name("Traffic police proposed for 2 of 2")
    no_serious(page)
    pictures(page, "bulk")
    first.check()
    dialog(page).get_by_role("button", name="Dispatch: 2 tickets").click()
    expect(dialog(page).get_by_role("status")).to_have_text("2 done, 0 not, 0 without answer, 0 to come")
    for name in names:
        assert town.centre.get(f"/api/tickets/{name}")["department"] == "police"


def test_who_only_looks_has_nothing_to_do_and_is_told_why(town: Town, enter: Enter) -> None:
    name = town.report()
    page = enter("viewer", f"/tickets/{name}").page
    expect(page.get_by_text("Nothing is for you to do now.")).to_be_visible()
    page.get_by_text(re.compile("Why not the others")).click()
    can = page.get_by_role("region", name="What you can do")
    expect(can).to_contain_text("the role Viewer may not do that")
    expect(page.get_by_role("textbox")).to_have_count(0)


def test_along_the_list_by_keyboard(town: Town, opens: Any) -> None:
    first, second = town.report(), town.report()
    page = opens(town.olga, "/tickets?show=all").page
    page.get_by_role("link", name=second).click()
    expect(page.get_by_role("link", name=re.compile("Next in the list"))).to_be_visible()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(first))
    expect(page.get_by_role("heading", level=1)).to_contain_text(first)
    expect(page.get_by_role("link", name=re.compile("Previous in the list"))).to_be_visible()
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile(second))


def test_old_links_and_numbers_that_are_none(town: Town, opens: Any) -> None:
    name = town.report()
    page = opens(town.olga, f"/ticket#{name}").page
    expect(page).to_have_url(re.compile(f"/tickets/{name}$"))
    lost = opens(town.olga, "/tickets/T-999999")
    lost.expects("404")
    expect(lost.page.get_by_text("There is no ticket T-999999")).to_be_visible()


def test_what_a_device_read_and_what_a_drone_flew(town: Town, opens: Any, pictures: Any) -> None:
    cover = SourceRef(id="cover-7", kind="sensor", name="Manhole 7")
    readings = [
        Reading(quantity="contact", value=False, at=at(4), device="cover-7", quality="good"),
        Reading(quantity="tilt", value=31.25, unit="°", at=at(5), device="cover-7", quality="uncertain"),
        Reading(quantity="barrier", value="held_open", at=at(5), device="gate-2"),
        Reading(quantity="own_quantity", value=True, at=at(5)),
    ]
    town.report(kind="manhole_cover", source=cover, zone=None, readings=readings, evidence=[], box=None)
    page = opens(town.olga).page
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(4)
    assert [row.split("\t")[:3] for row in rows.all_inner_texts()] == [
        ["Contact", "open", "Manhole 7"],
        ["Tilt", "31.25 ° uncertain", "Manhole 7"],
        ["Barrier", "held open", "gate-2"],
        ["own quantity", "yes", "Manhole 7"],
    ]
    expect(page.get_by_text("No picture")).to_have_count(0)
    speak(page, "zh")
    expect(rows.nth(1)).to_contain_text("31.25 ° 不太确定")
    looks_well(page, pictures, "device")

    flown = Flight(id="f-20260301-03", telemetry="log", height_above_ground_m=61.84)
    drone = SourceRef(id="drone-1", kind="drone")
    town.report(source=drone, flight=flown, location=here(accuracy_m=3.456))
    facts = opens(town.olga).page.get_by_role("region", name="Facts")
    for words in ("f-20260301-03", "61.8 m", "3.46 m"):
        expect(facts).to_contain_text(words)


def test_what_is_kept_by_a_hold(town: Town, opens: Any) -> None:
    name = town.report()
    with town.centre.client() as client:
        assert client.post("/api/holds", json={"ticket": name, "reason": "case 2026-118"}).status_code == 201
    expect(opens(town.olga).page.get_by_text("#1 case 2026-118")).to_be_visible()


def test_on_paper(
    town: Town, opens: Any, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = town.report(evidence=[evidence(BEFORE), evidence(AFTER, "after")])
    town.olga.does("accept")
    page = opens(town.olga).page
    expect(page.get_by_role("region", name="Before and after").get_by_role("img").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text(f"Ticket {name}")).to_be_visible()
    for gone in ("What you can do", "Add a comment"):
        expect(page.get_by_role("region", name=gone).get_by_role("button").first).to_be_hidden()
    expect(page.get_by_role("region", name="Trail")).to_be_visible()
    paper = tmp_path_factory.mktemp("paper") / "ticket.pdf"
    page.pdf(path=paper, format="A4", print_background=True)
    assert paper.read_bytes().startswith(b"%PDF-")
