"""Whether somebody begins this process again when it ends: only then may it end because it was asked to."""

import os
from collections.abc import Mapping
from typing import Final

VARIABLE: Final = (
    "GEWU_SUPERVISED"  # our units and compose files set it to 1; 0 says no, whatever else is there
)


def supervised(environment: Mapping[str, str] = os.environ) -> bool:
    """By what whoever began it left in the environment."""
    said = environment.get(VARIABLE)
    if said is not None:
        return said == "1"
    return environment.get("NOTIFY_SOCKET", "").startswith(
        ("/", "@")
    )  # a unit of type notify: ours begin again
