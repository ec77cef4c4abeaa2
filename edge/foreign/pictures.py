"""Pictures for the events of an analysed camera: asked for when wanted, masked by us before anything else."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from broker.events import Reason
from edge.foreign.api import Api, NotFetched
from edge.frames import Frame, SourceClock, Still
from edge.observation import Box, View
from edge.photographs import Photographer
from edge.places import Finding
from edge.steps import Lookout, Shown

NONE_MASKS = "there is no picture: this node has no models that could mask one"


class Newest:
    """The newest picture of a camera, asked for when it is first looked at, once. `of`: raises NotFetched."""

    def __init__(self, of: Callable[[], NDArray[np.uint8]]) -> None:
        self._of = of

    @cached_property
    def _still(self) -> Still:
        return Still(self._of())

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self._still.width)

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self._still.height)

    @property
    def bgr(self) -> NDArray[np.uint8]:
        """height x width x 3."""
        return self._still.bgr

    @property
    def luma(self) -> NDArray[np.uint8]:
        """Grey."""
        return self._still.luma

    @property
    def levels(self) -> tuple[int, int]:
        """Where black and white lie in it."""
        return self._still.levels

    @property
    def colour(self) -> float | None:
        """How far the colours are from grey."""
        return self._still.colour


class Pictures:
    """What a pipeline asks for its pictures: of one camera. photographer: None where nothing can mask."""

    def __init__(self, api: Api, path: str, photographer: Photographer | None, clock: SourceClock) -> None:
        self._api, self._path = api, path
        self._photographer = photographer
        self._clock = clock

    def frame(self, source: str, index: int) -> Frame:
        """A frame whose picture is only asked for if somebody wants it, and then is that of that moment."""
        newest = Newest(lambda: np.asarray(self._api.picture(self._path), np.uint8))
        clock = self._clock
        return Frame(newest, source, index, clock.monotonic(), clock.utc(), clock.quality())

    def __call__(self, frame: Frame | None, lookout: Lookout, finding: Finding, view: View) -> Shown:
        """The picture of a finding."""
        return self._shown(frame, lambda maker, now: maker(now, lookout, finding, view))

    def place(
        self, frame: Frame, box: Box, outline: Sequence[tuple[float, float]] | None, view: View
    ) -> Shown:
        """The picture of a place that is looked at again."""
        return self._shown(frame, lambda maker, now: maker.place(now, box, outline, view))

    def _shown(self, frame: Frame | None, make: Callable[[Photographer, Frame], Shown]) -> Shown:
        if frame is None:
            return Shown(None)
        if self._photographer is None:
            return Shown(None, Reason(code="picture_withheld", text=NONE_MASKS))
        try:
            image = frame.image
        except NotFetched as error:
            text = f"there is no picture: {error}"[:240]
            return Shown(None, Reason(code="picture_not_fetched", text=text))
        clock = self._clock
        now = Frame(image, frame.source, frame.index, clock.monotonic(), clock.utc(), clock.quality())
        return make(self._photographer, now)
