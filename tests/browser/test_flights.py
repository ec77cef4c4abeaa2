"""What drones flew and what they were asked to look at."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.brokers import Mosquitto
from tests.browser.looking import Watched, looks_well
from tests.browser.roles import Crew
from tests.centre import Centre, Wire, until
from tests.unit.central.makers import event
from tests.unit.central.pilots import ROOF, about, flight, zone

Enter = Callable[..., Watched]


def as_operator(crew: Crew) -> dict[str, str]:
    """The headers of an operator who may change things."""
    name, value = crew.cookie("operator")
    session = {"Cookie": f"{name}={value}", "Origin": crew.centre.url}
    me = httpx.get(f"{crew.centre.url}/api/me", headers=session).json()
    return {**session, "X-Gewu-Forgery-Key": me["forgery_key"]}


def test_flights_with_their_path_and_sweeps_with_their_tickets(
    centre: Centre,
    broker: Mosquitto,
    crew: Crew,
    make_wire: Callable[..., Wire],
    enter: Enter,
    pictures: Any,
) -> None:
    page = enter("operator", "/flights").page
    expect(page.get_by_text("No flight was told of yet")).to_be_visible()
    wire = make_wire(broker.url, ROOF, name="roof-1")
    wire.send(about(zone(["illegal_parking"])).encode(), channel="about")
    opened = event("opened", 0, subject="sit-1", node=ROOF)
    ticket = wire.insist(opened.encode(), opened.id).ticket
    now = datetime.now(timezone.utc)
    told = flight(began=now - timedelta(minutes=9), ended=now)
    wire.insist(told.encode(), told.id)
    asked = {"request": "look-again-1", "node": ROOF.name, "tickets": [ticket], "reason": "after the storm"}
    until(lambda: centre.get("/api/health/sources")["totals"]["sources"], "the drone is known")
    made = httpx.post(f"{centre.url}/api/sweeps", json=asked, headers=as_operator(crew))
    assert made.status_code == 201, made.text

    page.reload()
    row = page.get_by_role("table", name="Flights").get_by_role("row").nth(1)
    expect(row).to_contain_text("1 found")
    expect(row).to_contain_text("1,200 m²")
    looks_well(page, pictures, "list")
    row.get_by_role("link", name="f-1").click()
    expect(page.get_by_role("heading", name="Flight f-1")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Path and ground of flight f-1"))).to_be_visible()
    expect(page.get_by_role("region", name="Found").get_by_role("link")).to_have_text(str(ticket))
    expect(page.get_by_text("3 not placed")).to_be_visible()
    looks_well(page, pictures, "flight")
    page.get_by_role("link", name="Show the place on the map").click()
    expect(page).to_have_url(re.compile("/map.at=116.70"))

    page.goto(f"{centre.url}/flights?part=sweeps")
    page.get_by_role("link", name="Sweep 1").click()
    expect(page.get_by_role("table", name="Tickets")).to_contain_text(str(ticket))
    looks_well(page, pictures, "sweep")
