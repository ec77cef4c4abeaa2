"""Where a model that a configuration names lies: among the node's own, or with those from the centre."""

from pathlib import Path
from typing import Final

from models.catalog import catalogue
from models.errors import ModelError
from models.installed import place_of
from models.runtime import ModelSettings, default_directory

FOLDER: Final = "models"  # in the storage folder
_CHOSEN: Final = ("default", "recommended")


def shelf_of(storage: Path) -> Path:
    """The folder of models that come from the centre."""
    return storage / FOLDER


def located(wanted: ModelSettings, storage: Path) -> ModelSettings:
    """The same, with the folder in which the model lies where that is not the node's own."""
    own = wanted.directory or default_directory()
    if _known(own, wanted.name) or not _installed(shelf_of(storage), wanted.name):
        return wanted
    return wanted.model_copy(update={"directory": shelf_of(storage)})


def here(wanted: ModelSettings, storage: Path) -> bool:
    """Whether the node knows a model of that name, in whatever state its file is. Raises ModelError."""
    own = wanted.directory or default_directory()
    return _known(own, wanted.name) or _installed(shelf_of(storage), wanted.name)


def _known(folder: Path, name: str) -> bool:
    return name in _CHOSEN or _installed(folder, name) or name in catalogue(folder).models


def _installed(folder: Path, name: str) -> bool:
    try:
        return place_of(folder, name) is not None
    except ModelError:  # another version of it is
        return False
