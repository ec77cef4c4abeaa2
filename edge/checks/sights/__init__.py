"""How a look is read, one file for each kind of rule; `read` finds it by its name."""

from importlib import import_module
from typing import cast

from edge.checks.known import Known
from edge.checks.look import Look, Sight


def read(known: Known, look: Look) -> Sight:
    """What a trusted look, at which things were looked for, says of the place."""
    module = import_module(f"{__name__}.{known.rule}")
    return cast(Sight, module.read(known, look))
