"""Models that were installed as bundles: `installed/NAME/VERSION/` in the folder of models.

A version is never changed, and comes or goes as a whole. `NAME` means its newest version, `NAME@VERSION` that
one.
"""

import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from models import bundles
from models import card as cards
from models.bundles import CARD, NETWORK, Bundle
from models.card import NAME, Card
from models.catalog import Entry, catalogue
from models.errors import ModelError
from models.fetching import OriginSettings
from models.files import sync_folder, write_whole
from models.signing import NOBODY, Trust

FOLDER = "installed"
_PART = ".part-"  # begins the name of what is still being written
_LEFT_S = 3600.0  # a part as old as this is nobody's any more
_NAME = re.compile(NAME)
_VERSION = re.compile(r"[1-9][0-9]{0,15}")


class BundleOrigin(OriginSettings):
    """Came as a bundle; nothing can fetch it again."""

    kind: Literal["bundle"] = "bundle"

    def words(self) -> str:
        """That it was installed."""
        return "a bundle"


class InstalledEntry(Entry):
    """As an entry of the catalogue, in a folder of its own."""

    file: Annotated[str, Field(pattern=rf"^{FOLDER}/[a-z0-9_]+/[0-9]+/{NETWORK}$")]
    origin: BundleOrigin = BundleOrigin()
    version: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one version lies."""

    name: str
    version: int
    path: Path

    @property
    def full_name(self) -> str:
        """As a configuration names exactly this one."""
        return f"{self.name}@{self.version}"


def parted(name: str) -> tuple[str, int | None]:
    """`NAME` or `NAME@VERSION`. Raises ModelError."""
    plain, at, version = name.partition("@")
    if not _NAME.fullmatch(plain) or (at and not _VERSION.fullmatch(version)):
        raise ModelError(
            f"model {name[:80]!r}: a name is lower_snake_case, as in our_vans, or with a version, our_vans@3"
        )
    return plain, int(version) if at else None


def places(folder: Path) -> list[Place]:
    """Every version of every model that is installed, by name, the oldest first."""
    found = []
    for path in sorted((folder / FOLDER).glob("*/*")):
        if _NAME.fullmatch(path.parent.name) and _VERSION.fullmatch(path.name) and path.is_dir():
            found.append(Place(path.parent.name, int(path.name), path))
    return sorted(found, key=lambda place: (place.name, place.version))


def place_of(folder: Path, name: str) -> Place | None:
    """Where `NAME` (its newest) or `NAME@VERSION` lies; None where nothing of that name is installed."""
    if "@" not in name and not _NAME.fullmatch(name):
        return None
    plain, version = parted(name)
    mine = [place for place in places(folder) if place.name == plain]
    fit = [place for place in mine if version in (None, place.version)]
    if fit:
        return fit[-1]
    if version is not None:
        there = ", ".join(place.full_name for place in mine) or "none of that name"
        raise ModelError(f"model {name} is not installed in {folder}; there is {there}")
    return None


def load(folder: Path, name: str, trust: Trust = NOBODY) -> Bundle:
    """An installed bundle, read and checked anew. Raises ModelError."""
    place = place_of(folder, name)
    if place is None:
        raise ModelError(f"model {name} is not installed in {folder}")
    found = bundles.read(place.path, trust)
    if found.name != place.full_name:
        raise ModelError(f"{place.path}: holds {found.name}; allowed there is only {place.full_name}")
    return found


def install(bundle: Bundle, folder: Path) -> Place:
    """Put a bundle into a folder of models, as a whole or not at all; twice is as good as once.

    Raises ModelError for a name that the catalogue has, for another content under a version that is there,
    and where it cannot be written.
    """
    card = bundle.card
    if card.name in catalogue(folder).models or card.name in ("default", "recommended"):
        raise ModelError(f"model {card.name}: the catalogue has this name; a bundle needs another")
    place = Place(card.name, card.version, folder / FOLDER / card.name / str(card.version))
    try:
        _clear(place.path.parent)
        if not place.path.exists():
            _write(bundle, place)
    except OSError as error:
        raise ModelError(f"model {bundle.name}: {place.path} cannot be written: {error}") from error
    if bundles.read(place.path).files != bundle.files:
        raise ModelError(
            f"model {bundle.name} is installed with another content; a version is never changed: "
            f"give it a newer one, or remove {bundle.name} first"
        )
    return place


def remove(folder: Path, name: str) -> Place:
    """Take one version away; a plain name is enough where there is only one. Raises ModelError."""
    plain, version = parted(name)
    mine = [place for place in places(folder) if place.name == plain]
    if version is None and len(mine) > 1:
        there = ", ".join(place.full_name for place in mine)
        raise ModelError(f"model {plain}: there are several versions, say which: {there}")
    place = place_of(folder, name)
    if place is None:
        raise ModelError(f"model {name} is not installed in {folder}")
    try:
        gone = Path(tempfile.mkdtemp(dir=place.path.parent, prefix=_PART))
        place.path.rename(gone / NETWORK)
        sync_folder(place.path.parent)
        shutil.rmtree(gone)
        if not any(place.path.parent.iterdir()):
            place.path.parent.rmdir()
    except OSError as error:
        raise ModelError(f"model {name}: {place.path} cannot be removed: {error}") from error
    return place


def entry(card: Card) -> InstalledEntry:
    """An installed model as the catalogue would describe it."""
    return InstalledEntry(
        title=card.title,
        role=card.role,
        format=card.format,
        labels=card.labels,
        file=f"{FOLDER}/{card.name}/{card.version}/{NETWORK}",
        bytes=card.file.bytes,
        sha256=card.file.sha256,
        licence=card.licence,
        input=card.input,
        kinds=card.kinds,
        note=card.note,
        version=card.version,
    )


def entry_at(place: Place) -> InstalledEntry:
    """What is installed there, by its card alone. Raises ModelError."""
    path = place.path / CARD
    try:
        with path.open("rb") as file:
            body = file.read(cards.MOST_BYTES + 1)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    card = cards.read(body, str(path))
    if (card.name, card.version) != (place.name, place.version):
        raise ModelError(f"{path}: is of {card.name}@{card.version}; allowed there is only {place.full_name}")
    return entry(card)


def _write(bundle: Bundle, place: Place) -> None:
    place.path.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=place.path.parent, prefix=_PART))
    try:
        for name, body in bundle.files.items():
            write_whole(part / name, body)
        part.chmod(0o755)
        sync_folder(part)
        try:
            part.rename(place.path)
        except OSError:
            if not place.path.is_dir():  # else somebody was faster; what lies there is looked at
                raise
        for folder in (place.path.parent, place.path.parent.parent):
            sync_folder(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _clear(folder: Path) -> None:
    """What a loss of power has left behind half written."""
    for path in folder.glob(f"{_PART}*"):
        if time.time() - path.stat().st_mtime > _LEFT_S:
            shutil.rmtree(path, ignore_errors=True)
