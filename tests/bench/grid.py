"""Cells found a second, of a city with 4,756: `python -m tests.bench.grid [--cells N] [--points N]`.

The limit is what shapely's tree answers alone when it is asked in the same way, without slits, borders that
belong to one cell, and what lies outside. The last line is one JSON object.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from central.grid.checks import faults_between
from central.grid.places import Grid
from tests.cities import EAST, NORTH, SOUTH, WEST, city

TURNS = 5


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=4756)
    parser.add_argument("--points", type=int, default=200_000)
    asked = parser.parse_args()
    areas = city(asked.cells, streets=8, communities=8)
    cells = [area.shape for area in areas if area.level == "cell"]
    points = np.random.default_rng(1).uniform((WEST, SOUTH), (EAST, NORTH), (asked.points, 2))
    within = points[shapely.contains_xy(shapely.union_all(cells), points)]
    began = time.perf_counter()
    faults = faults_between(areas)
    check_s = time.perf_counter() - began
    began = time.perf_counter()
    grid = Grid(areas)
    build_s = time.perf_counter() - began
    tree = shapely.STRtree(cells)
    bare = best(lambda: tree.query(shapely.points(within), predicate="intersects"), len(within))
    codes = best(lambda: grid.codes(within), len(within))
    reasons = best(lambda: grid.locate_all(within[:20_000]), 20_000)
    single = best(lambda: [grid.locate(*point) for point in within[:2000]], 2000)
    print(f"{asked.cells} cells: checked in {check_s:.1f} s, prepared in {build_s:.2f} s")
    print(f"{codes:,.0f} look-ups/s ({codes / bare:.2f} of the bare tree's {bare:,.0f})")
    print(f"with reasons {reasons:,.0f}/s; one at a time {single:,.0f}/s")
    found: dict[str, Any] = {
        "cells": asked.cells, "faults": len(faults), "lookups_per_s": round(codes),
        "ratio_to_bare": round(codes / bare, 3), "with_reasons_per_s": round(reasons),
        "single_per_s": round(single), "check_s": round(check_s, 2), "build_s": round(build_s, 3),
    }  # fmt: skip
    print(json.dumps(found))
    return int(codes < 100_000 or bool(faults))


def best(what: Callable[[], object], number: int) -> float:
    """The most a second of some turns; the others were disturbed."""
    seconds = []
    for _ in range(TURNS):
        began = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - began)
    return number / min(seconds)


if __name__ == "__main__":
    raise SystemExit(main())
