"""What is set of a model that looks beside the one that decides."""

from typing import Annotated

from pydantic import Field

from broker.settings import Settings
from models.runtime import ModelSettings


class ShadowSettings(Settings):
    """`name`: of the model, as in `model.name`.

    `share`: seconds of a processor that it may take each second, at most. `every`: while the detector that
    decides has more to do than it can, only each so-many-th look. `score`: unset, that of the other model.
    """

    name: str
    share: Annotated[float, Field(gt=0, le=1)] = 0.1
    every: Annotated[int, Field(ge=1, le=1000)] = 10
    score: Annotated[float, Field(ge=0, le=1)] | None = None


class SeeingSettings(ModelSettings):
    """The model that decides, and one that looks beside it."""

    shadow: ShadowSettings | None = None
