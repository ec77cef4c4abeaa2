"""Models in the console: handed in by a file, its card, what nodes look with, what one beside another saw."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from broker.fields import utc
from broker.messages import LookingReport, ShadowReport, ShadowThings
from broker.parts import ModelRef
from broker.topics import Address
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well, no_serious
from tests.browser.nodesaying import MODELS, Saying, cameras
from tests.centre import Centre, Wire, until
from tests.street import bundle, network

Enter = Callable[..., Watched]
NEW = ModelRef(name="pale_cars", sha256="b2" * 32, version="1", role="shadow")
CARS = ShadowThings(
    label="car",
    both=90,
    only_running=4,
    only_shadow=11,
    renamed=2,
    iou=0.87,
    score=0.6,
    shadow_score=0.71,
)


def test_a_model_is_handed_in_and_promoted_from_where_it_looks_beside(
    centre: Centre, broker: Mosquitto, enter: Enter, pictures: Any, tmp_path: Path
) -> None:
    yard = Saying(Wire(broker.url, Address("131002", "yard-7"), name="yard-7"), Address("131002", "yard-7"))
    yard.there(cameras(["North gate"]))
    shadow = ShadowReport(
        model=NEW,
        against=MODELS[0],
        state="looking",
        since=utc(1.7e9),
        pictures=120,
        left_out=30,
        failed=0,
        ms=18.2,
        running_ms=15.1,
        things=[CARS],
    )
    looking = LookingReport(model=MODELS[0], looks=1200, things=2100, failed=0, ms=15.1)
    yard.fares(looking=looking, shadow=shadow)
    until(lambda: centre.get("/api/models/nodes")["items"], "the node is known")
    given = tmp_path / "pale_cars-1.gewu-model"
    given.write_bytes(bundle("pale_cars", 1, network(sure=0.6)).packed())

    watched = enter("administrator", "/models")
    page = watched.page
    expect(page.get_by_text("No model was handed in yet")).to_be_visible()
    page.get_by_label("Bundle (.gewu-model)").set_input_files(given)
    expect(page.get_by_role("status").filter(has_text="pale_cars@1 is here")).to_be_visible()
    model = page.locator("tr[data-model='pale_cars@1']")
    expect(model).to_contain_text("unsigned")
    expect(model).to_contain_text("beside another on 1")
    model.get_by_role("button", name="pale_cars@1").click()
    expect(page.get_by_role("dialog")).to_contain_text("nothing: it was written down")
    no_serious(page)
    page.keyboard.press("Escape")
    node = page.locator("tr[data-node='131002/yard-7']")
    expect(node).to_contain_text("street-s@3")
    expect(node).to_contain_text("90 things seen by both, 4 by the running one alone, 11 by this one alone")
    node.get_by_role("button", name="By label").click()
    expect(page.get_by_role("dialog")).to_contain_text("0.6 → 0.71")
    no_serious(page)
    page.keyboard.press("Escape")
    looks_well(page, pictures, "models")

    given.write_bytes(b"no bundle")
    watched.expects("422")
    page.get_by_label("Bundle (.gewu-model)").set_input_files(given)
    expect(page.get_by_role("alert")).to_contain_text("is no plain zip")
    node.get_by_role("link", name="Promote").click()
    expect(page.get_by_label("Value").first).to_have_value("pale_cars@1")
    expect(page.get_by_role("checkbox", name="131002/yard-7")).to_be_checked()
    expect(page.get_by_label("Slower")).to_have_value("1.5")
    no_serious(page)


def test_whoever_may_not_manage_nodes_looks_on(enter: Enter) -> None:
    page = enter("supervisor", "/models").page
    expect(page.get_by_role("heading", name="Models", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Roll out")).to_have_count(0)
    expect(page.get_by_label("Bundle (.gewu-model)")).to_have_count(0)
