"""Where bundles of models lie, how large they may be, and whose signatures count."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from broker.vouching import VouchingSettings


class ModelSettings(VouchingSettings):
    """`max_mb`: of one bundle; `max_total_mb`: of all.

    `keys`: public keys (PEM) of those who may vouch for a model, `threshold`: how many of them must. Without
    keys signatures are not checked here, and said to be unchecked; nodes check by keys of their own. With
    `require_signed` a bundle that nobody vouches for is not taken.
    """

    directory: Path | None = None
    max_mb: Annotated[float, Field(ge=1, le=2_000)] = 310.0
    max_total_mb: Annotated[float, Field(ge=1, le=1_000_000)] = 5_000.0
