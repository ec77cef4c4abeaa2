"""Modules that live in a folder, one kind each, found by the name of their file."""

import importlib
import pkgutil
from types import ModuleType

from models.errors import ModelError


def names(package: ModuleType) -> list[str]:
    """The kinds of a folder. A module whose name begins with an underscore is none."""
    found = (info.name for info in pkgutil.iter_modules(package.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def kind(package: ModuleType, name: str, what: str) -> ModuleType:
    """The module of one kind. Raises ModelError that lists the kinds there are."""
    if name not in names(package):
        allowed = ", ".join(names(package))
        raise ModelError(f"{what}: {name!r} is not known; allowed is {allowed}")
    return importlib.import_module(f"{package.__name__}.{name}")
