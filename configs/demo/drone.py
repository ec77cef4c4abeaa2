"""The drone of the demonstration: flights over one place, made from the camera's film."""

from pathlib import Path
from typing import Any

from edge.simulation.aerial import PLACE
from edge.simulation.ground import ground, parked

WHAT = """\
The drone's film is a composite: the car of the camera's film, laid flat on drawn asphalt, as a drone above
would see it, with the sidecar that DJI's aircraft write. It shows the way from a flight to a ticket, not how
well cars are found from the air.
"""
AROUND_M = 14.0


def settings(film: Path, landed: Path) -> dict[str, Any]:
    """What the node's configuration says of it: an aircraft with RTK, whose films land in a folder."""
    zone = ground(*PLACE, parked(film)).polygon(AROUND_M)
    rule = {"kind": "standing", "incident": "fire_lane_occupied"}
    return {
        "flights": [
            {
                "id": "drone-1",
                "name": "小院无人机 Drone of the yard",
                "place": "院后消防通道 Fire lane behind the yard",
                "footage": {
                    "kind": "folder",
                    "path": str(landed),
                    "poll": "1s",
                    "settle": "1s",
                    "wait": "0s",
                },
                "telemetry": {
                    "kind": "dji_srt",
                    "utc_offset": "+00:00",
                    "position_sd_m": 0.5,
                    "height_sd_m": 0.5,
                },
                "ground": {
                    "nadir": "assume"
                },  # its sidecars tell how it looks; else it would be straight down
                "zones": [{"id": "fire-lane", "ground": zone, "rules": [rule]}],
            }
        ]
    }


def thing(film: Path, landed: Path) -> dict[str, Any]:
    """What the street's script says of it: a car stands there on one flight, and has gone on the next."""
    return {
        "id": "drone-1",
        "kind": "flight",
        "folder": str(landed),
        "film": str(film),
        "again": "4m",
        "timetable": {"00:00:25": "car", "00:02:00": "empty"},
    }
