"""What the observer is made of besides the detector: who watches the view, and who watches the ground."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge.observation import Box, StaticRegion, View

Grey = NDArray[np.uint8]


class Watch(Protocol):
    """Says how far the view can be trusted; `edge.perception.view.ViewWatch` is one."""

    @property
    def still_s(self) -> float:
        """For how long the picture has not changed, but for a burnt-in line of text."""
        ...

    def look(self, t: float, grey: Grey, *, colour: float | None, busy: Sequence[Box] = ()) -> View:
        """Every look, in order of time. busy: boxes of things, shares of the picture."""
        ...

    def dump(self) -> bytes:
        """What it knows of the view, without anything that was seen under a busy box."""
        ...

    def restore(self, data: bytes) -> None:
        """Take up a dump. Raises ValueError for what is none."""
        ...


class Ground(Protocol):
    """Finds what lies there unexplained; `edge.perception.statics.Statics` is one."""

    def look(
        self,
        t: float,
        utc: float,
        grey: Grey,
        *,
        valid: NDArray[np.bool_] | None,
        explained: Sequence[Box] | None,
        trusted: bool,
    ) -> tuple[StaticRegion, ...]:
        """Every look. grey: in the view of the zones. explained: None where things were not looked for."""
        ...

    @property
    def since(self) -> float | None:
        """UTC from which on its reference is what it is, minus infinity: since before the process began.

        None where it has none, or did not judge the last look.
        """
        ...

    def dump(self) -> bytes:
        """What it knows of the ground, without anything that was seen under an explaining box."""
        ...

    def restore(self, data: bytes, t: float, utc: float) -> None:
        """Take up a dump. Raises ValueError for what is none."""
        ...
