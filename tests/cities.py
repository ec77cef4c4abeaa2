"""A city's grid, made from a seed: irregular cells that share their borders, in communities and streets."""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Polygon

from central.grid.areas import Area

DISTRICT = "131002"
WEST, SOUTH, EAST, NORTH = 116.60, 39.45, 116.85, 39.60


def city(cells: int, seed: int = 1, *, streets: int = 3, communities: int = 4) -> list[Area]:
    """So many cells; every level is drawn from the cells, so nothing overlaps and nothing is missing."""
    chance = np.random.default_rng(seed)
    district = _outline(chance)
    pieces = _pieces(district, cells, chance)
    middles = shapely.get_coordinates(shapely.centroid(pieces))
    street = _nearest(middles, streets, chance)
    community = _nearest(middles, streets * communities, chance)
    codes = _codes(street, community)
    found = [
        Area(code, f"cell {code[-3:]}", piece, _alias(n))
        for n, (code, piece) in enumerate(zip(codes, pieces, strict=True))
    ]
    for digits, level in ((12, "community"), (9, "street"), (6, "district")):
        for code in sorted({code[:digits] for code in codes}):
            parts = [piece for name, piece in zip(codes, pieces, strict=True) if name.startswith(code)]
            found.append(Area(code, f"{level} {code}", shapely.union_all(parts)))
    return found


def _outline(chance: np.random.Generator) -> Polygon:
    turns = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    far = 0.8 + 0.2 * chance.random(60)
    x = (WEST + EAST) / 2 + far * np.cos(turns) * (EAST - WEST) / 2
    y = (SOUTH + NORTH) / 2 + far * np.sin(turns) * (NORTH - SOUTH) / 2
    return Polygon(np.column_stack([x, y]))


def _pieces(district: Polygon, number: int, chance: np.random.Generator) -> npt.NDArray[np.object_]:
    seeds = _within(district, number, chance)
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=district))
    cut = shapely.intersection(parts, district)
    return np.array(
        [shapely.get_parts(each)[np.argmax(shapely.area(shapely.get_parts(each)))] for each in cut],
        dtype=object,
    )


def _within(district: Polygon, number: int, chance: np.random.Generator) -> npt.NDArray[np.float64]:
    found = np.empty((0, 2))
    while len(found) < number:
        more = chance.uniform((WEST, SOUTH), (EAST, NORTH), (number, 2))
        found = np.concatenate([found, more[shapely.contains_xy(district, more)]])
    return found[:number]


def _nearest(
    middles: npt.NDArray[np.float64], number: int, chance: np.random.Generator
) -> npt.NDArray[np.intp]:
    seeds = chance.choice(middles, number, replace=False)
    away = ((middles[:, None, :] - seeds[None]) ** 2).sum(axis=2)
    return np.argmin(away, axis=1)


def _codes(street: npt.NDArray[np.intp], community: npt.NDArray[np.intp]) -> list[str]:
    """Numbered from 1 within their community, of which one may lie in two streets: then it is two."""
    numbers: dict[tuple[int, int], int] = {}
    codes = []
    for s, c in zip(street.tolist(), community.tolist(), strict=True):
        numbers[s, c] = numbers.get((s, c), 0) + 1
        codes.append(f"{DISTRICT}{s + 1:03d}{c + 1:03d}{numbers[s, c]:03d}")
    return codes


def _alias(number: int) -> str:
    """Aa001 and aA001 are two cells."""
    letters = "ABCDEFGHIJ"
    first, second = letters[number // 1000 % 10], letters[number // 10_000 % 10].lower()
    return f"{first}{second}{number % 1000:03d}"
