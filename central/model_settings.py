"""Where bundles of models lie, how large they may be, and whose signatures count."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.settings import Settings


class ModelSettings(Settings):
    """`max_mb`: of one bundle; `max_total_mb`: of all.

    `keys`: public keys (PEM) of those who may vouch for a model, `threshold`: how many of them must. Without
    keys signatures are not checked here, and said to be unchecked; nodes check by keys of their own. With
    `require_signed` a bundle that nobody vouches for is not taken.
    """

    directory: Path | None = None
    max_mb: Annotated[float, Field(ge=1, le=2_000)] = 310.0
    max_total_mb: Annotated[float, Field(ge=1, le=1_000_000)] = 5_000.0
    keys: Annotated[list[Path], Field(max_length=64)] = []
    threshold: Annotated[int, Field(ge=1, le=16)] = 1
    require_signed: bool = False

    @model_validator(mode="after")
    def _enough_keys(self) -> Self:
        if (self.require_signed or self.keys) and len(self.keys) < self.threshold:
            raise ValueError(f"{self.threshold} keys are needed, {len(self.keys)} are given")
        return self
