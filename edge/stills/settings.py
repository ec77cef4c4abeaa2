"""How often a camera shows itself without being asked."""

from typing import Annotated

from pydantic import Field

from broker.settings import Duration, Settings


class StillsSettings(Settings):
    """A masked still of every camera goes to the centre `every` so often (0s: only those that are asked for).

    width: in pixels, of those that nobody asked for.
    """

    every: Annotated[Duration, Field(ge=0, le=86_400)] = 300.0
    width: Annotated[int, Field(ge=160, le=1920)] = 640
