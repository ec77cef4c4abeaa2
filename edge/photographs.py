"""Takes the masked pictures of one source and keeps them; where that fails, says why there is none."""

import logging
from collections.abc import Sequence

from broker.events import Reason
from edge.evidence import EvidenceMaker, EvidenceStore, Role
from edge.frames import Frame
from edge.observation import Box, View
from edge.perception.mapping import box_by, points_by
from edge.places import Finding
from edge.privacy import MaskingFailed
from edge.steps import Lookout, Shown

log = logging.getLogger(__name__)


class Photographer:
    """One a source; what is asked of one frame shares its masked scene."""

    def __init__(self, maker: EvidenceMaker, store: EvidenceStore) -> None:
        self._maker, self._store = maker, store

    def __call__(self, frame: Frame | None, lookout: Lookout, finding: Finding, view: View) -> Shown:
        """The picture of a finding; none without a frame: then it was made before."""
        if frame is None:
            return Shown(None)
        role: Role = "after" if finding.phase == "cleared" else "scene"
        return self._taken(frame, finding.place.box, lookout.zone.polygon, view, role)

    def place(
        self, frame: Frame, box: Box, outline: Sequence[tuple[float, float]] | None, view: View
    ) -> Shown:
        """The picture of a place that is looked at again."""
        return self._taken(frame, box, outline, view, "after")

    def _taken(
        self, frame: Frame, box: Box, outline: Sequence[tuple[float, float]] | None, view: View, role: Role
    ) -> Shown:
        try:
            here = box_by(view.to_picture, box)
            around = None if outline is None else points_by(view.to_picture, outline)
            picture = self._maker.picture(frame, here, outline=around, role=role)
            self._store.put(picture.body)
        except MaskingFailed as error:
            log.error("source %s: picture withheld: %s", frame.source, error)
            text = "the picture is withheld: it could not be masked"
            return Shown(None, Reason(code="picture_withheld", text=text))
        except OSError as error:
            log.error("source %s: picture cannot be stored: %s", frame.source, error)
            text = f"there is no picture: it could not be stored ({error.strerror})"
            return Shown(None, Reason(code="picture_not_stored", text=text))
        return Shown(picture.evidence)
