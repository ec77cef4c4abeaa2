"""The demonstration's town: six cells of a grid, drawn around its devices, and two departments."""

from pathlib import Path

from access import says

GRID = Path(__file__).with_name("grid.geojson")
# Everything goes to the first; an operator may dispatch to the other.
DEPARTMENTS = {
    "city_management": {"zh": "城市管理局", "en": "City management"},
    "traffic_police": {"zh": "交警大队", "en": "Traffic police"},
}


def bring_grid(central: Path) -> None:
    """Have the centre know the cells. Raises SystemExit."""
    says("gewu-central", "grid", str(central), "import", str(GRID), "--title", "demonstration")
