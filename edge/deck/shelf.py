"""The reports of a node's flights, in its storage: so many of the newest."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from broker.wholefile import make_folder, write_whole

MOST: Final = 200


class Shelf:
    """A folder with two files for each flight: FLIGHT.json, FLIGHT.geojson."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder, self._most = folder, most

    def put(self, flight: str, report: dict[str, Any], geojson: dict[str, Any]) -> Path:
        """Keep one; the oldest beyond the bound go. Raises OSError."""
        make_folder(self._folder)
        path = self._folder / f"{flight}.json"
        write_whole(self._folder / f"{flight}.geojson", body(geojson))
        write_whole(path, body(report))
        self._trim()
        return path

    def _trim(self) -> None:
        kept = sorted(self._folder.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        for path in kept[: -self._most]:
            path.unlink(missing_ok=True)
            path.with_suffix(".geojson").unlink(missing_ok=True)


def body(told: Mapping[str, Any]) -> bytes:
    """A report as a file for people too."""
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
