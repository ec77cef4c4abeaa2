"""The masked pictures of a flight's findings, with the zone or the place drawn in."""

import logging
from collections.abc import Callable
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from broker.events import Reason
from edge.deck.album import Album
from edge.deck.looks import Standpoint
from edge.evidence import EvidenceMaker, EvidenceStore, Role
from edge.flight.found import GroundSpot, Shown
from edge.frames import Frame
from edge.ground.aim import Aim
from edge.ground.camera import Camera
from edge.ground.earth import Tangent
from edge.ground.view import disc, drawn
from edge.ground.zones import GroundZone
from edge.observation import Box
from edge.privacy import MaskingFailed
from edge.steps import Shown as Taken

log = logging.getLogger(__name__)

AROUND_M: Final = 3.0  # of a place that is empty: so much of it is marked, or as far as it is known
Stand = Callable[[Frame], Standpoint | Reason]


class FlightPhotos:
    """Of one flight. stand: from where a picture was taken."""

    def __init__(self, maker: EvidenceMaker, store: EvidenceStore, album: Album, stand: Stand) -> None:
        self._maker, self._store, self._album, self._stand = maker, store, album, stand

    def place(
        self, shown: Shown | None, spot: GroundSpot | None, zone: GroundZone | None, role: Role
    ) -> tuple[Taken, Standpoint | None]:
        """The picture of the look that shows it, and from where it was taken; or why there is none."""
        frame = None if shown is None or shown.t is None else self._album.at(shown.t)
        if frame is None or shown is None:
            return _none("no_picture", "there is no picture: the moment that shows it has passed"), None
        here = self._stand(frame)
        if isinstance(here, Reason):
            return Taken(None, here), None
        box = shown.box if shown.box is not None else _around(here.camera, here.aim, spot)
        outline = None if zone is None else drawn(here.camera, here.aim, zone.around(here.aim))
        return self._taken(frame, box, outline, role), here

    def _taken(self, frame: Frame, box: Box | None, zone: BaseGeometry | None, role: Role) -> Taken:
        try:
            picture = self._maker.picture(frame, box, outline=_ring(zone), role=role)
            self._store.put(picture.body)
        except MaskingFailed as error:
            log.error("source %s: picture withheld: %s", frame.source, error)
            return _none("picture_withheld", "the picture is withheld: it could not be masked")
        except OSError as error:
            log.error("source %s: picture cannot be stored: %s", frame.source, error)
            return _none(
                "picture_not_stored", f"there is no picture: it could not be stored ({error.strerror})"
            )
        return Taken(picture.evidence)


def _none(code: str, text: str) -> Taken:
    return Taken(None, Reason(code=code, text=text))


def _around(camera: Camera, aim: Aim, spot: GroundSpot | None) -> Box | None:
    """A box around a place on the ground; None where it is not in the picture."""
    if spot is None:
        return None
    east, north, _ = Tangent(aim.latitude, aim.longitude).metres(spot.latitude, spot.longitude)
    there = drawn(camera, aim, disc((east, north), max(AROUND_M, min(spot.accuracy_m, 4 * AROUND_M))))
    if there.is_empty:
        return None
    x1, y1, x2, y2 = there.bounds
    return (x1, y1, x2, y2) if x2 > x1 and y2 > y1 else None


def _ring(shape: BaseGeometry | None) -> list[tuple[float, float]] | None:
    """The outline of the largest part."""
    parts = [] if shape is None else shapely.get_parts(shape).tolist()
    areas = [part for part in parts if isinstance(part, shapely.Polygon) and part.area > 0.0]
    if not areas:
        return None
    largest = max(areas, key=lambda part: part.area)
    return [(x, y) for x, y, *_ in largest.exterior.coords[:-1]]
