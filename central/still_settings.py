"""Masked pictures that nodes send now and then, and when somebody looks: where they lie, for how long."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from broker.settings import Duration, Settings


class StillSettings(Settings):
    """The newest of each source stays, those of asks for minutes; the oldest make way beyond `max_mb`."""

    directory: Path | None = None
    max_mb: Annotated[float, Field(ge=10, le=1_000_000)] = 500.0
    kept: Annotated[Duration, Field(ge=3600, le=30 * 86_400)] = 7 * 86_400.0
    mb_per_day: Annotated[float, Field(gt=0)] = 2_000.0
