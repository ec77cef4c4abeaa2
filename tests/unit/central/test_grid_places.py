"""Every point lies in exactly one cell, borders and corners included; what lies outside is told so."""

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from central.grid.areas import Area
from central.grid.places import SLIT_M, Grid
from tests.cities import EAST, NORTH, SOUTH, WEST, city

POINTS = 120_000
CELL = "131002001001001"


@pytest.fixture(scope="module")
def areas() -> list[Area]:
    return city(220)


@pytest.fixture(scope="module")
def grid(areas: list[Area]) -> Grid:
    return Grid(areas)


def cells(areas: list[Area]) -> list[Area]:
    return sorted((area for area in areas if area.level == "cell"), key=lambda area: area.code)


def slow(areas: list[Area], points: npt.NDArray[np.float64]) -> list[str | None]:
    """Each cell asked about each point, in degrees, without an index."""
    found: list[str | None] = [None] * len(points)
    for area in reversed(cells(areas)):
        for n in np.flatnonzero(shapely.intersects_xy(area.shape, points)):
            found[n] = area.code
    return found


def test_random_points_lie_in_the_cell_that_a_slow_search_finds(areas: list[Area], grid: Grid) -> None:
    points = np.random.default_rng(3).uniform((WEST, SOUTH), (EAST, NORTH), (POINTS, 2))
    fast, found = grid.codes(points), slow(areas, points)
    rim = shapely.union_all([area.shape for area in cells(areas)]).buffer(1e-5)  # where a slit would be
    assert all(
        a == b or (b is None and rim.contains(shapely.Point(point)))
        for a, b, point in zip(fast, found, points, strict=True)
    )
    assert sum(a != b for a, b in zip(fast, found, strict=True)) < 20


def test_corners_belong_to_the_lowest_of_the_cells_that_have_them(areas: list[Area], grid: Grid) -> None:
    having: dict[tuple[float, float], list[str]] = {}
    for area in cells(areas):
        for x, y in shapely.get_coordinates(area.shape).tolist():
            having.setdefault((x, y), []).append(area.code)
    shared = {corner: min(codes) for corner, codes in having.items() if len(set(codes)) > 1}
    assert len(shared) > 300
    found = grid.codes(np.array(list(shared)))
    # A corner may touch the side of a cell that has no corner there; then that cell may be lower still.
    assert all(
        code is not None and code <= lowest for code, lowest in zip(found, shared.values(), strict=True)
    )
    assert sum(code == low for code, low in zip(found, shared.values(), strict=True)) > 0.95 * len(shared)


def test_points_on_borders_lie_in_one_of_the_two_cells(areas: list[Area], grid: Grid) -> None:
    """However the point is rounded: never in none, and always in the same."""
    chance = np.random.default_rng(4)
    borders = shapely.boundary([area.shape for area in cells(areas)])
    which = chance.integers(0, len(borders), POINTS)
    points = shapely.line_interpolate_point(borders[which], chance.random(POINTS), normalized=True)
    degrees = shapely.get_coordinates(points)
    found = grid.codes(degrees)
    shapes = {area.code: area.shape for area in cells(areas)}
    assert None not in found
    away = shapely.distance(points, np.array([shapes[code] for code in found if code], dtype=object))
    assert float(away.max()) < 1e-9
    assert found == grid.codes(degrees[::-1])[::-1]


def test_the_order_of_the_areas_does_not_matter(areas: list[Area], grid: Grid) -> None:
    points = np.random.default_rng(5).uniform((WEST, SOUTH), (EAST, NORTH), (5000, 2))
    assert Grid(areas[::-1]).codes(points) == grid.codes(points)


def test_no_point_of_a_city_that_was_drawn_apart_is_in_none(areas: list[Area]) -> None:
    """Every cell rounded by itself to a decimetre: along the borders are slits and slivers."""
    apart = [
        Area(a.code, a.name, shapely.make_valid(shapely.set_precision(a.shape, 1e-6, mode="pointwise")))
        for a in cells(areas)
    ]
    grid = Grid(apart)
    inner = shapely.union_all([area.shape for area in cells(areas)]).buffer(-1e-4)
    points = np.random.default_rng(6).uniform((WEST, SOUTH), (EAST, NORTH), (20_000, 2))
    inside = points[shapely.contains_xy(inner, points)]
    corners = shapely.get_coordinates([area.shape for area in apart])
    corners = corners[shapely.contains_xy(inner, corners)]
    assert None not in grid.codes(np.concatenate([inside, corners]))


def test_a_point_in_a_slit_belongs_to_the_nearest_cell() -> None:
    metre = 1 / 111_319.49
    one = Area(CELL, "", box(116.7, 39.5, 116.71, 39.51))
    other = Area("131002001001002", "", box(116.71 + 0.4 * metre, 39.5, 116.72, 39.51))
    place = Grid([one, other]).locate(116.71 + 0.1 * metre, 39.505)
    assert (place.how, place.cell, place.reason.code) == ("slit", CELL, "in_slit")
    assert f"{SLIT_M:g} m" in place.reason.text


def test_what_is_outside_belongs_to_the_nearest_community_within_a_bound() -> None:
    grid = Grid([Area(CELL, "", box(116.7, 39.5, 116.71, 39.51))], near_m=200)
    near = grid.locate(116.7115, 39.505)
    assert (near.how, near.cell, near.community) == ("near", None, "131002001001")
    assert near.reason.code == "near_community"
    far = grid.locate(116.72, 39.505)
    assert (far.how, far.cell, far.community, far.reason.code) == ("outside", None, None, "outside_grid")


def test_a_gap_in_a_community_is_of_the_community() -> None:
    community = Area("131002001001", "", box(116.7, 39.5, 116.73, 39.51))
    cell = Area(CELL, "", box(116.7, 39.5, 116.71, 39.51))
    place = Grid([community, cell], near_m=50).locate(116.725, 39.505)
    assert (place.how, place.cell, place.community) == ("near", None, "131002001001")


def test_a_grid_without_areas_is_refused() -> None:
    with pytest.raises(ValueError, match="one area at least"):
        Grid([])


@settings(deadline=None, max_examples=300)
@given(st.floats(116.69, 116.73), st.floats(39.49, 39.52))
def test_one_point_and_many_points_are_answered_alike(longitude: float, latitude: float) -> None:
    grid = Grid(
        [
            Area(CELL, "", box(116.7, 39.5, 116.71, 39.51)),
            Area("131002001001002", "", Polygon([(116.71, 39.5), (116.72, 39.5), (116.71, 39.51)])),
        ]
    )
    place = grid.locate(longitude, latitude)
    assert [place.cell if place.how in ("inside", "slit") else None] == grid.codes(
        np.array([[longitude, latitude]])
    )
    assert place.community in (None, "131002001001")
