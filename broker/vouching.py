"""Whose signatures count, and how many of them are needed: settings of nodes and of the centre."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.settings import Settings


class VouchingSettings(Settings):
    """Public keys (PEM) of those who may vouch, and how many of them must."""

    keys: Annotated[list[Path], Field(max_length=64)] = []
    threshold: Annotated[int, Field(ge=1, le=16)] = 1
    require_signed: bool = False

    @model_validator(mode="after")
    def _enough_keys(self) -> Self:
        if (self.require_signed or self.keys) and len(self.keys) < self.threshold:
            raise ValueError(f"{self.threshold} keys are needed, {len(self.keys)} are given")
        return self
