"""What lies under the map by configuration: a city's own tiles, archives of ours, and Chinese coordinates."""

import io
import json
import math
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from broker.events import Location, Point, SourceRef
from broker.fields import utc
from broker.messages import About, NodeState, SourceAbout
from tests.brokers import Mosquitto
from tests.browser.looking import Watched, no_serious
from tests.browser.roles import Crew
from tests.centre import Centre, Wire, until
from tests.tiles import LAND, MARK, Place, TileServer, raster_archive, tile_server, vector_archive, world
from tests.unit.central.makers import NODE, event

# In Beijing, in WGS-84 and in GCJ-02, as implementations of the formula publish the pair.
HERE, THERE = (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)
METRE = 1 / 111_320  # in degrees of latitude
CELL, HALF_M = "131002001001001", 25.0
DEEP = 19
AWAY = "The base map cannot be loaded now"
VIOLATIONS = """
  window.violations = [];
  addEventListener("securitypolicyviolation", (one) =>
    violations.push(`${one.violatedDirective} ${one.blockedURI}`));
"""
Enter = Callable[..., Watched]


def metres_a_pixel(zoom: float) -> float:
    """Of MapLibre's zooms: the world is 512 pixels at 0."""
    return 40_075_016.7 * math.cos(math.radians(HERE[1])) / (512 * 2**zoom)


def seen(shown: Locator) -> NDArray[np.int16]:
    """The pixels of a part of the page: rows, columns, RGB."""
    return np.asarray(Image.open(io.BytesIO(shown.screenshot())).convert("RGB"), np.int16)


def like(pixels: NDArray[np.int16], colour: tuple[int, ...], off: int = 40) -> NDArray[np.bool_]:
    return np.abs(pixels - np.array(colour, np.int16)).max(axis=2) <= off


def extent(where: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """Its middle (x, y), width and height, in pixels."""
    rows, columns = np.nonzero(where)
    left, right, top, bottom = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
    return (left + right) / 2, (top + bottom) / 2, float(right - left), float(bottom - top)


@pytest.fixture(scope="module")
def tiles() -> Iterator[TileServer]:
    """A city's own, which draws in GCJ-02, with a ring around the place."""
    with tile_server(THERE) as made:
        yield made


@pytest.fixture(scope="module")
def settings(tiles: TileServer) -> dict[str, Any]:
    """The base map is the tile server's."""
    base = {"kind": "raster", "tiles": tiles.tiles, "attribution": "© the city", "datum": "gcj02"}
    return {"map": {"center": list(HERE), "zoom": 16, "base": base}}


@pytest.fixture(scope="module")
def ticket(centre: Centre, broker: Mosquitto) -> str:
    """At the place: a ticket, a camera, and the middle of a cell, all told in WGS-84."""
    east, north = HALF_M * METRE / math.cos(math.radians(HERE[1])), HALF_M * METRE
    corners = [(-east, -north), (east, -north), (east, north), (-east, north), (-east, -north)]
    outline = [[HERE[0] + x, HERE[1] + y] for x, y in corners]
    geometry = {"type": "Polygon", "coordinates": [outline]}
    cell = {"type": "Feature", "properties": {"code": CELL, "name": "cell"}, "geometry": geometry}
    grid = centre.folder / "cells.geojson"
    grid.write_text(json.dumps({"type": "FeatureCollection", "features": [cell]}))
    centre.command("grid", "import", str(grid), "--from", "2020-01-01")
    place = Location(geometry=Point(type="Point", coordinates=HERE), accuracy_m=3.0, method="surveyed")
    wire = Wire(broker.url, NODE)
    wire.send(NodeState(online=True, epoch="boot-1", highest=0).encode(), channel="state")
    camera = SourceAbout(source=SourceRef(id="cam-1", kind="camera"), location=place)
    about = About(at=utc(time.time()), software="0.1.0", configuration="0" * 64, sources=[camera])
    wire.send(about.encode(), channel="about")
    opened = event("opened", 0, subject="here", location=place)
    number = wire.insist(opened.encode(), opened.id).ticket
    wire.close()
    assert number is not None
    until(lambda: centre.get("/api/map/sources")["items"], "the camera is known")
    return number


def at_the_place(page: Page, centre: Centre, off: tuple[str, ...] = (), zoom: int = DEEP) -> Locator:
    """The map with the place in its middle, without some layers."""
    page.goto(f"{centre.url}/map?at={HERE[0]},{HERE[1]},{zoom}&off={json.dumps(off)}")
    expect(page.locator("[data-idle]")).to_have_class(re.compile(r"\bmaplibregl-map\b"))
    return page.locator("[data-idle] canvas")


def wanted(
    canvas: Locator, which: Callable[[NDArray[np.int16]], NDArray[np.bool_]], least: int = 100
) -> NDArray[np.bool_]:
    """Where those pixels are, once there are so many of them."""

    def found() -> list[NDArray[np.bool_]]:
        where = which(seen(canvas))
        return [where] if where.sum() >= least else []

    where: NDArray[np.bool_] = until(found)[0]
    return where


def ring(canvas: Locator, least: int = 400) -> NDArray[np.bool_]:
    """Where the city's mark is drawn, once it is."""
    return wanted(canvas, lambda pixels: like(pixels, MARK), least)


def test_a_city_draws_its_own_map_in_its_own_coordinates(
    enter: Enter, centre: Centre, tiles: TileServer, ticket: str, pictures: Any
) -> None:
    page = enter("operator", "/help").page
    page.add_init_script(VIOLATIONS)
    canvas = at_the_place(page, centre, ("tickets", "camera", "cells"))
    where = ring(canvas)
    assert like(seen(canvas), LAND, 8).mean() > 0.7
    pixel_m = metres_a_pixel(DEEP)
    height, width = where.shape

    def near(middle: tuple[float, float], limit_m: float = 1.0) -> bool:
        return math.hypot(middle[0] - width / 2, middle[1] - height / 2) * pixel_m < limit_m

    x, y, _, _ = extent(where)
    assert near((x, y)), "the city's ring is where WGS-84 was asked for"
    expect(page.get_by_text("© the city")).to_be_attached()
    no_serious(page)

    # What is drawn over it lies on it, each by itself.
    bare = seen(at_the_place(page, centre, ("tickets", "camera", "cells", "base")))
    expect(page.get_by_role("status").filter(has_text=AWAY)).to_have_count(0)
    for layer, width_m in (("camera", None), ("cells", 2 * HALF_M)):
        off = tuple(each for each in ("tickets", "camera", "cells", "base") if each != layer)
        canvas = at_the_place(page, centre, off)
        x, y, wide, high = extent(wanted(canvas, lambda pixels: np.abs(pixels - bare).max(axis=2) > 4))
        assert near((x, y)), f"{layer} is {(x - width / 2) * pixel_m, (y - height / 2) * pixel_m} m off"
        if width_m is not None:
            assert (wide * pixel_m, high * pixel_m) == pytest.approx((width_m, width_m), abs=1.0)

    # What the map says of itself is WGS-84 again.
    canvas = at_the_place(page, centre)
    ring(canvas, 100)
    pictures(page, "gcj02")
    page.get_by_role("button", name="Only this part of the map").click()
    expect(page).to_have_url(re.compile("box="))
    west, south, east, north = (float(each) for each in boxed(page))
    middle = ((west + east) / 2, (south + north) / 2)
    assert apart_m(middle, HERE) < 1.0
    assert apart_m((west, HERE[1]), (east, HERE[1])) == pytest.approx(width * pixel_m, rel=0.01)
    page.get_by_role("button", name="Zoom in").click()
    expect(page).to_have_url(re.compile(r"at=.*%2C20"))
    lon, lat = re.findall(r"at=([\d.]+)%2C([\d.]+)", page.url)[0]
    assert apart_m((float(lon), float(lat)), HERE) < 1.0
    assert page.evaluate("violations") == []


def boxed(page: Page) -> list[str]:
    return re.findall(r"-?\d+\.\d+", re.findall(r"box=([^&]*)", page.url)[0])


def apart_m(one: Place, other: Place) -> float:
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) / METRE


def test_the_small_map_of_a_ticket_lies_there_too(
    enter: Enter, centre: Centre, ticket: str, pictures: Any
) -> None:
    page = enter("operator", "/help").page
    page.add_init_script(VIOLATIONS)
    page.goto(f"{centre.url}/tickets/{ticket}")
    canvas = page.get_by_role("region", name=re.compile("^Where")).locator("canvas")
    canvas.scroll_into_view_if_needed()
    where = ring(canvas, 200)
    x, y, _, _ = extent(where)
    height, width = where.shape
    assert math.hypot(x - width / 2, y - height / 2) * metres_a_pixel(16) < 1.5
    pictures(page, "small")
    assert page.evaluate("violations") == []


def test_pages_load_from_that_one_server_and_from_no_other(
    enter: Enter, centre: Centre, tiles: TileServer, ticket: str
) -> None:
    watched = enter("operator", "/help")
    watched.expects("Content Security Policy", "violates", "Failed to fetch", "failed: GET")
    page = watched.page
    page.evaluate(VIOLATIONS)
    asks = "(url) => fetch(url).then((answer) => answer.status, () => 'refused')"
    assert page.evaluate(asks, f"{tiles.url}/1/1/1.png") == 200
    with tile_server() as other:
        assert page.evaluate(asks, f"{other.url}/1/1/1.png") == "refused"
        assert other.asked == []
        assert page.evaluate("violations") == [f"connect-src {other.url}/1/1/1.png"]
        shows = "(src) => new Promise((done) => { const img = new Image(); img.onload = () => done('shown');"
        shows += " img.onerror = () => done('refused'); img.src = src; })"
        assert page.evaluate(shows, f"{other.url}/1/1/1.png") == "refused"
        assert other.asked == []


def test_without_its_tiles_the_map_goes_on_and_says_so(
    enter: Enter, centre: Centre, tiles: TileServer, ticket: str, pictures: Any
) -> None:
    watched = enter("operator", "/help")
    watched.expects("ERR_CONNECTION_REFUSED")
    page = watched.page
    tiles.stop()
    try:
        canvas = at_the_place(page, centre, zoom=15)
        notice = page.get_by_role("status").filter(has_text=AWAY)
        expect(notice).to_be_visible()
        assert not like(seen(canvas), LAND, 8).any()
        page.locator("li[data-number]").first.click()
        expect(page.get_by_role("complementary", name=ticket)).to_be_visible()
        no_serious(page)
        pictures(page, "away")
        page.set_viewport_size({"width": 390, "height": 900})
        page.get_by_role("button", name="Close").click()
        pictures(page, "away-390")
        page.set_viewport_size({"width": 1280, "height": 900})
        canvas = at_the_place(page, centre, zoom=15)
        expect(notice).to_be_visible()
    finally:
        tiles.start()
    page.get_by_role("button", name="Try again").click()
    wanted(canvas, lambda pixels: like(pixels, LAND, 8), 10_000)
    expect(notice).to_have_count(0)


@pytest.fixture
def mapped(broker: Mosquitto, tmp_path: Path, new_page: Callable[..., Watched]) -> Iterator[Any]:
    """A page of a centre with an archive: `mapped(path, at)`."""
    made: list[Centre] = []
    pages: list[Page] = []

    def make(path: Path, at: Place, zoom: int) -> Watched:
        said = {"map": {"center": list(at), "zoom": zoom, "base": {"kind": "pmtiles", "path": str(path)}}}
        made.append(Centre(tmp_path / f"centre-{len(made)}", broker.url, **said))
        made[-1].start()
        name, value = Crew(made[-1]).cookie("administrator")
        watched = new_page()
        pages.append(watched.page)
        watched.page.context.add_cookies([{"name": name, "value": value, "url": made[-1].url}])
        watched.page.add_init_script(VIOLATIONS)
        watched.page.goto(f"{made[-1].url}/map")
        return watched

    yield make
    for page in pages:
        page.close()
    for each in made:
        each.kill()


def test_an_archive_of_streets_is_drawn_in_the_consoles_colours(
    mapped: Any, tmp_path: Path, pictures: Any
) -> None:
    zoom = 14
    east, south = (int(part * 2**zoom) for part in world(HERE))
    middle = ((east + 0.5) / 2**zoom * 360 - 180, latitude((south + 0.5) / 2**zoom))
    path = vector_archive(tmp_path / "city.pmtiles", HERE, zoom)
    page = mapped(path, middle, zoom).page
    canvas = page.locator("[data-many] canvas")
    expect(page.locator("[data-idle]")).to_be_attached()
    water, ground = (tuple(colour(page, name)) for name in ("--info-soft", "--ground"))

    def halves() -> bool:
        """512 pixels about the middle are the tile; its corners from north-west to south-east are road."""
        pixels = seen(canvas)
        height, width = pixels.shape[:2]
        part = pixels[height // 2 - 240 : height // 2 + 240, width // 2 - 240 : width // 2 + 240]
        west, east = part[300:460, 40:200], part[20:180, 280:440]
        return bool(like(west, water, 6).mean() > 0.95 and like(east, ground, 6).mean() > 0.95)

    until(halves, "water in the west, none in the east")
    pictures(page, "vector")
    assert page.evaluate("violations") == []


def test_an_archive_of_pictures_is_drawn_too_and_missed_where_it_is_gone(mapped: Any, tmp_path: Path) -> None:
    path = raster_archive(tmp_path / "city.pmtiles", HERE, (16, 17), HERE)
    watched = mapped(path, HERE, 16)
    page = watched.page

    def lies_there() -> bool:
        """A coarser tile may stand in for a moment."""
        where = ring(page.locator("[data-many] canvas"))
        x, y, _, _ = extent(where)
        height, width = where.shape
        return math.hypot(x - width / 2, y - height / 2) * metres_a_pixel(16) < 1.5

    until(lies_there, "the ring lies about the middle")
    assert page.evaluate("violations") == []

    watched.expects("404")
    path.unlink()
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.reload()
    expect(page.get_by_role("status").filter(has_text=AWAY)).to_be_visible()


def latitude(south: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * south))))


def colour(page: Page, token: str) -> list[int]:
    """A token of the look as it is shown."""
    script = """(token) => {
      const one = document.createElement("i");
      document.body.append(one);
      one.style.color = `var(${token})`;
      const found = getComputedStyle(one).color.match(/[0-9.]+/g).slice(0, 3).map(Number);
      one.remove();
      return found;
    }"""
    found: list[int] = page.evaluate(script, token)
    return found
