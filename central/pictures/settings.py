"""Settings of pictures that people upload."""

from typing import Annotated

from pydantic import Field

from broker.settings import Duration, Settings

Word = Annotated[str, Field(min_length=1, max_length=1024)]


class MaskerSettings(Settings):
    """The command that masks, and how it is run. `waiting`: uploads that may wait for one in the making."""

    command: Annotated[list[Word], Field(min_length=1, max_length=64)]
    processes: Annotated[int, Field(ge=1, le=16)] = 1
    waiting: Annotated[int, Field(ge=0, le=64)] = 4
    timeout: Annotated[Duration, Field(gt=0, le=600)] = 60.0


class PicturesSettings(Settings):
    """Without `masker` nobody can upload a picture: none is ever kept unmasked."""

    masker: MaskerSettings | None = None
    max_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = 20_000_000
    uploads_per_hour: Annotated[float, Field(gt=0)] = 120.0
