"""How a view is watched."""

from typing import Annotated

from pydantic import Field

from broker.settings import Settings

Seconds = Annotated[float, Field(gt=0, le=3600)]


class ViewSettings(Settings):
    """`settle`: seconds until the view is known. `every`: seconds between two full looks at the most.

    `follow`: zones follow a camera that has moved by up to this share of the picture's width. `frozen`:
    seconds for which a picture must stand still at the least before it counts as frozen. `blind`: share of
    the view that must be hidden for `part_covered`.
    """

    settle: Seconds = 20.0
    every: Annotated[float, Field(ge=0, le=60)] = 1.0
    follow: Annotated[float, Field(ge=0, le=0.3)] = 0.12
    frozen: Seconds = 16.0
    blind: Annotated[float, Field(gt=0, le=1)] = 0.2
