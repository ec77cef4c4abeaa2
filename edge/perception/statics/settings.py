"""What may be set of the channel for left things."""

from typing import Annotated

from pydantic import Field

from broker.settings import Settings

Outline = tuple[tuple[float, float], ...]


class StaticSettings(Settings):
    """How left things are told from the ground. Seconds everywhere: looks may come at any pace.

    `settle`: seconds a change must be seen to stand until it is judged. `unlike`: share of the structure that
    must be new (1 minus the squared correlation with the clean ground). `learn`: seconds over which the clean
    ground follows slow change. `ignore`: outlines in which change means nothing, such as a burnt-in clock.
    `stale`: seconds after which ground that is never clean and never settles is learnt anew. `lights`:
    references kept, one for each kind of light (day, lamps, infrared).
    """

    settle: Annotated[float, Field(ge=4.0)] = 20.0
    unlike: Annotated[float, Field(gt=0.2, lt=0.95)] = 0.64
    learn: Annotated[float, Field(ge=10.0)] = 60.0
    stale: Annotated[float, Field(ge=60.0)] = 1800.0
    lights: Annotated[int, Field(ge=1, le=8)] = 3
    ignore: tuple[Outline, ...] = ()
