"""Whom a node trusts to give it a configuration and models, and what it has accepted before.

`GEWU_TRUST` in the environment names a file with the same settings as `trust:`; it counts in place of what
the configuration says, so that whoever can replace the configuration cannot also say whom to trust.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from securesystemslib.signer import Key  # type: ignore[attr-defined]

from broker.bundles import ENDING, MOST_BYTES, BundleError, Kind, Vouched, public_key, vouched
from broker.settings import SettingsError, load
from broker.vouching import VouchingSettings
from broker.wholefile import write_whole
from models.bundles import read
from models.catalog import OWN_CATALOGUE, catalogue
from models.errors import ModelError
from models.installed import Place, place_of
from models.runtime import ModelSettings, choose, default_directory
from models.signing import Trust

T = TypeVar("T")
VARIABLE = "GEWU_TRUST"
ACCEPTED = "accepted.json"  # in the storage folder: the newest version of each kind that this node has run
MODELS = f"models{ENDING}"  # in the folder of models


class TrustSettings(VouchingSettings):
    """Public keys (PEM) of those who may vouch, and how many of them must.

    With `require_signed`, what nobody vouches for is refused; without it, a signature that is there has to be
    good all the same.
    """


class NotTrusted(ValueError):
    """A file that this node may not use; the words say why, and what would do."""


def settings_for(configured: TrustSettings) -> TrustSettings:
    """What the environment says, or else the configuration. Raises NotTrusted."""
    named = os.environ.get(VARIABLE)
    if not named:
        return configured
    path = Path(named)
    try:
        own = load(path, TrustSettings)
    except SettingsError as error:
        raise NotTrusted(f"{VARIABLE}: {error}") from error
    return own.model_copy(update={"keys": [path.resolve().parent / key for key in own.keys]})


def configuration(path: Path, body: bytes, trust: TrustSettings) -> Vouched | None:
    """Who vouches for a configuration file with this content; None for nobody. Raises NotTrusted."""
    found = _signature(path.with_name(path.name + ENDING), "configuration", trust)
    if found is not None:
        _told(lambda: found.check(path.name, body), path)
    return found


class ModelTrust:
    """Looks after the folders of models: nothing in them is read before somebody has vouched for it."""

    def __init__(self, trust: TrustSettings, storage: Path) -> None:
        self._trust, self._storage = trust, storage
        self._folders: dict[Path, Vouched | None] = {}
        self._bundles: dict[tuple[Path, str], str] = {}  # the sha256 that may run

    @property
    def vouched(self) -> tuple[Vouched, ...]:
        """Of the folders that were asked for, those that somebody has vouched for."""
        return tuple(found for found in self._folders.values() if found is not None)

    def check(self, wanted: ModelSettings) -> None:
        """Raises NotTrusted for a model that this node may not use."""
        folder = wanted.directory or default_directory()
        if (place := _told(lambda: place_of(folder, wanted.name), folder)) is not None:
            self._bundles[folder, wanted.name] = self._installed(place)
            return
        if folder not in self._folders:
            self._folders[folder] = self._checked(folder)
        if (found := self._folders[folder]) is not None:
            file = choose(wanted.name, catalogue(folder), folder).entry.file
            if (folder / file).exists():
                _listed(found, file, folder)

    def used(self, wanted: ModelSettings, sha256: str) -> None:
        """Raises NotTrusted when what was loaded after the check is not what was vouched for."""
        folder = wanted.directory or default_directory()
        if self._bundles.get((folder, wanted.name), sha256) != sha256:
            raise NotTrusted(
                f"{folder}: {wanted.name} was replaced while it was loaded; nobody vouches for {sha256}"
            )
        if (folder, wanted.name) in self._bundles:
            return
        found = self._folders.get(folder)
        if found is not None and sha256 not in {file.sha256 for file in found.manifest.files.values()}:
            raise NotTrusted(
                f"{folder}: a model was replaced while it was loaded; nobody vouches for {sha256}"
            )

    def _installed(self, place: Place) -> str:
        """The sha256 of an installed bundle's network, once its own signature is good.

        An older version may run: what is configured by `NAME@VERSION` is the configuration's word.
        """
        trust = bundle_trust(self._trust)
        return _told(lambda: read(place.path, trust), place.path).card.file.sha256

    def _checked(self, folder: Path) -> Vouched | None:
        found = _signature(folder / MODELS, "models", self._trust)
        if found is not None:
            not_older(self._storage, found)
            _told(lambda: found.check_all(folder), folder / MODELS)
            if (folder / OWN_CATALOGUE).exists():
                _listed(found, OWN_CATALOGUE, folder)
        return found


def bundle_trust(trust: TrustSettings) -> Trust:
    """Whom a node trusts to vouch for one model. Raises NotTrusted where the keys cannot be used."""
    return Trust(_keys(trust), trust.threshold, trust.require_signed)


def _listed(found: Vouched, file: str, folder: Path) -> None:
    if file not in found.manifest.files:
        raise NotTrusted(f"{folder / MODELS}: it does not vouch for {file}; sign the folder anew")


def not_older(folder: Path, found: Vouched | None) -> None:
    """Raises NotTrusted for a version before the one that the node with this storage folder has run."""
    if found is None:
        return
    newest, kind = accepted(folder).get(found.manifest.kind, 0), found.manifest.kind
    if found.manifest.version < newest:
        raise NotTrusted(
            f"the signed {kind} is version {found.manifest.version}, and this node has run version {newest}; "
            f"sign it with a newer version, or remove {folder / ACCEPTED} to go back on purpose"
        )


def remember(folder: Path, found: Vouched | None) -> None:
    """From now on nothing older. Raises OSError or NotTrusted."""
    not_older(folder, found)
    if found is None:
        return
    known = accepted(folder)
    if known.get(found.manifest.kind) != found.manifest.version:
        known[found.manifest.kind] = found.manifest.version
        write_whole(folder / ACCEPTED, json.dumps(known).encode())


def accepted(folder: Path) -> dict[str, int]:
    """The newest version of each kind that was run. Raises NotTrusted when that cannot be known."""
    path = folder / ACCEPTED
    try:
        known = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise NotTrusted(f"{path} cannot be read ({error}); remove it to accept any version") from error
    if not isinstance(known, dict) or not all(isinstance(v, int) for v in known.values()):
        raise NotTrusted(f"{path} is damaged; remove it to accept any version")
    return known


def _signature(path: Path, kind: Kind, trust: TrustSettings) -> Vouched | None:
    if not trust.keys:
        return None
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotTrusted(f"{path}: is larger than the {MOST_BYTES} bytes allowed")
        body = path.read_bytes()
    except FileNotFoundError:
        if trust.require_signed:
            raise NotTrusted(f"{path} is missing, and trust.require_signed is set") from None
        return None
    except OSError as error:
        raise NotTrusted(f"{path} cannot be read: {error.strerror}") from error
    try:
        return vouched(body, _keys(trust), kind=kind, threshold=trust.threshold)
    except BundleError as error:
        raise NotTrusted(f"{path}: {error}") from error


def _keys(trust: TrustSettings) -> list[Key]:
    try:
        keys: list[Key] = [public_key(path.read_bytes(), str(path)) for path in trust.keys]
    except (OSError, BundleError) as error:
        raise NotTrusted(f"trust.keys: {error}") from error
    if len({key.keyid for key in keys}) < len(keys):
        raise NotTrusted("trust.keys: the same key is given twice")
    return keys


def _told(check: Callable[[], T], path: Path) -> T:
    try:
        return check()
    except BundleError as error:
        raise NotTrusted(f"{path}: {error}") from error
    except ModelError as error:
        raise NotTrusted(str(error)) from error
