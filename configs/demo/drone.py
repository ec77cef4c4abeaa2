"""The drone of the demonstration: two flights over one place, made from the camera's film."""

from pathlib import Path

from edge.simulation.aerial import PLACE, Flight, two_flights

WHAT = """\
The drone's film is a composite: the car of the camera's film, laid flat on drawn asphalt, as a drone above
would see it, with the sidecar that DJI's aircraft write. It shows the way from a flight to a ticket, not how
well cars are found from the air.
"""


def flights(folder: Path, film: Path) -> tuple[Flight, Flight]:
    """Over the parked car, and over the same place when it has gone; takes some seconds."""
    return two_flights(folder / "flights", film, PLACE)
