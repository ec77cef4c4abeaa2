"""Brings a bundle from the centre, however poor the way: piece by piece, and on from where it was cut off."""

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from pydantic import ValidationError

from broker.fields import read
from broker.model_offers import OFFERS, ModelOffer, full_name
from edge.centre_door import CentreDoor
from edge.enrolment.centre import Turned, Unanswered
from edge.failpoint import failpoint
from models import bundles
from models.errors import ModelError
from models.installed import Place, install
from models.signing import Trust

log = logging.getLogger(__name__)

COMING: Final = "coming"  # in the folder of models: what is not whole yet
SPARE_BYTES: Final = 200_000_000  # stay free, for what the node is there for
MOST_BYTES: Final = sum(bundles.LIMITS.values())
# Answers that a later try may not get.
LATER: Final = frozenset({401, 403, 408, 425, 429})


class NotNow(Exception):
    """It cannot be fetched now; a later try may succeed. `came`: whether anything of it came."""

    def __init__(self, why: str, *, came: bool = False) -> None:
        super().__init__(why)
        self.came = came


class Never(Exception):
    """It will not do, however often it is tried. `code`: for the reason that is told."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Progress:
    """So many bytes of a bundle are here."""

    name: str
    bytes: int
    of: int


class Fetching:
    """One bundle at a time. folder: of the models that come from the centre. make_room: drops old ones."""

    def __init__(
        self,
        door: CentreDoor,
        folder: Path,
        trust: Callable[[], Trust],
        make_room: Callable[[], None],
        *,
        say: Callable[[Progress], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._door, self._folder, self._trust, self._make_room = door, folder, trust, make_room
        self._say, self._stopping = say, stopping

    def fetch(self, name: str) -> Place:
        """Installed, as a whole or not at all. Raises NotNow or Never."""
        offer = self._offer(name)
        part = self._folder / COMING / f"{offer.sha256}.part"
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            self._only(part)
            self._room(offer, part)
            self._bring(offer, part)
            return self._installed(offer, part)
        except OSError as error:
            raise Never("model_not_written", f"{part.parent}: {error.strerror or error}") from error

    def _offer(self, name: str) -> ModelOffer:
        answer = self._asked(f"{OFFERS}/{name}")
        if answer.status_code == 404:
            raise Never("model_unknown", f"the centre has no model {name}")
        _fine(answer, (200,))
        try:
            offer = read(ModelOffer, answer.content)
        except ValidationError as error:
            raise NotNow("the answer is not the centre's") from error
        if name not in (offer.name, full_name(offer.name, offer.version)):
            raise Never("model_another", f"the centre offers {offer.name}@{offer.version} for {name}")
        if offer.size > MOST_BYTES:
            text = f"its bundle has {offer.size} bytes; {MOST_BYTES} are allowed"
            raise Never("model_too_large", text)
        return offer

    def _asked(self, path: str) -> httpx.Response:
        try:
            with _later():
                return self._door.get(path)
        except OSError as error:  # what proves the node cannot be read
            raise NotNow(f"{type(error).__name__}: {error}") from error

    def _only(self, part: Path) -> None:
        """What was begun of others is given up: of several wishes the last one counts."""
        for other in part.parent.iterdir():
            if other != part:
                other.unlink(missing_ok=True)

    def _room(self, offer: ModelOffer, part: Path) -> None:
        """It lies here twice for a moment: as it came, and installed."""
        need = 2 * offer.size - _size(part) + SPARE_BYTES
        if shutil.disk_usage(self._folder).free < need:
            self._make_room()
        if (free := shutil.disk_usage(self._folder).free) < need:
            what = f"{need / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB are free"
            raise Never("model_no_room", f"there is no room for its bundle: {what}")

    def _bring(self, offer: ModelOffer, part: Path) -> None:
        for again in (False, True):
            if _size(part) < offer.size:
                self._pieces(offer, part)
            if _sha256(part) == offer.sha256:
                failpoint("after_fetch")
                return
            part.unlink(missing_ok=True)
            log.warning("the bundle of %s came damaged%s", offer.name, "" if again else "; once more")
        raise NotNow("the bundle came damaged twice")

    def _pieces(self, offer: ModelOffer, part: Path) -> None:
        """From where it was cut off, to its end."""
        name, before = full_name(offer.name, offer.version), _size(part)
        headers = {"Range": f"bytes={before}-"} if before else {}
        with (
            _later(came=lambda: _size(part) > before),
            self._door.stream(f"{OFFERS}/{name}/bundle", headers) as answer,
        ):
            _fine(answer, (200, 206))
            begin = before if answer.status_code == 206 else 0
            with part.open("r+b" if begin else "wb") as file:
                file.seek(begin)
                file.truncate()
                for piece in answer.iter_bytes():  # as it comes: what is here, is kept
                    self._add(file, piece, offer, name)
                file.flush()
                os.fsync(file.fileno())

    def _add(self, file: object, piece: bytes, offer: ModelOffer, name: str) -> None:
        if self._stopping():
            raise NotNow("it is not wanted any more", came=True)
        file.write(piece)  # type: ignore[attr-defined]
        here: int = file.tell()  # type: ignore[attr-defined]
        if here > offer.size:
            raise NotNow("more came than the bundle has")
        failpoint("in_fetch")
        self._say(Progress(name, here, offer.size))

    def _installed(self, offer: ModelOffer, part: Path) -> Place:
        name = full_name(offer.name, offer.version)
        try:
            bundle = bundles.read(part, self._trust(), where=name)
            if bundle.name != name:
                raise ModelError(f"{name}: its card says {bundle.name}")
            place = install(bundle, self._folder)
        except ModelError as error:
            part.unlink(missing_ok=True)
            raise Never("model_not_fit", str(error)) from error
        except ValueError as error:  # whom to trust cannot be told
            raise Never("model_not_trusted", str(error)) from error
        part.unlink(missing_ok=True)
        failpoint("after_install")
        log.info("model %s came from the centre and is installed (%d bytes)", name, offer.size)
        return place


@contextmanager
def _later(came: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Whatever goes wrong on the way to the centre may go well later."""
    try:
        yield
    except (httpx.HTTPError, Unanswered, Turned, ConnectionError) as error:
        raise NotNow(f"{type(error).__name__}: {error}", came=came()) from error


def _fine(answer: httpx.Response, expected: tuple[int, ...]) -> None:
    status = answer.status_code
    if status in expected:
        return
    if status in LATER or status >= 500 or status == 416:
        raise NotNow(f"the centre answered {status}")
    raise Never("model_not_given", f"the centre answered {status}")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
