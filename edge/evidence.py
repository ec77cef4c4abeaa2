"""Evidence pictures: masked, marked and encoded in memory, then kept by the sha256 of their bytes."""

import hashlib
import re
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from weakref import ref

import cv2
import numpy as np

from broker.events import Evidence
from broker.fields import rfc3339, utc
from broker.wholefile import PART, make_folder, write_whole
from edge.drawing import captioned, outline_on
from edge.frames import Frame
from edge.observation import Box
from edge.privacy import Masker
from models.detections import Picture

Role = Literal["scene", "before", "after", "detail"]

# A picture of 1920 pixels at quality 85 has some 500 kB; leaves and noise must not make it ten times that.
LONGEST, QUALITY = 1920, 85
MOST_BYTES = 1_500_000
FALLBACKS = (70, 50, 30)

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class EvidencePicture:
    """The bytes of a picture fit to leave, and the reference that an event carries."""

    body: bytes
    evidence: Evidence


class EvidenceMaker:
    """Called by the node when an incident needs a picture. The same frame always gives the same bytes."""

    def __init__(self, masker: Masker, *, quality: int = QUALITY, longest: int = LONGEST) -> None:
        self._masker, self._quality, self._longest = masker, quality, longest
        self._last: _Kept | None = None

    @property
    def kept(self) -> bool:
        """Whether a masked picture is kept: as long as its frame is, for others who ask for it."""
        return self._last is not None and self._last.frame() is not None

    def picture(
        self,
        frame: Frame,
        box: Box | None,
        *,
        outline: Sequence[tuple[float, float]] | None = None,
        role: Role = "scene",
    ) -> EvidencePicture:
        """The whole scene, masked, the zone outlined thinly, the incident's box clearly, a caption below.

        box and outline are in shares of the frame. Raises MaskingFailed: then there is no picture.
        """
        scene = self._scene(frame.image).copy()
        if outline is not None:
            outline_on(scene, outline, strong=False)
        if box is not None:
            x1, y1, x2, y2 = box
            outline_on(scene, [(x1, y1), (x2, y1), (x2, y2), (x1, y2)], strong=True)
        body = encoded(captioned(scene, _caption(frame)), self._quality)
        return EvidencePicture(body, _reference(body, frame, role))

    def _scene(self, image: Picture) -> Picture:
        """The masked picture: several situations of one frame share it."""
        last = self._last
        if last is not None and last.frame() is image:
            return last.scene
        scene = self._masker.mask(shrunk(image, self._longest)).image
        self._last = _Kept(ref(image, self._forget), scene)
        return scene

    def _forget(self, frame: "ref[Picture]") -> None:
        if self._last is not None and self._last.frame is frame:
            self._last = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A frame's pixels, as long as somebody has them, and its masked scene."""

    frame: "ref[Picture]"
    scene: Picture


def shrunk(image: Picture, longest: int) -> Picture:
    """Masking happens at the size that leaves, so the detectors see just what a reader will see."""
    scale = longest / max(image.shape[:2])
    if scale >= 1.0:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _caption(frame: Frame) -> str:
    doubt = "" if frame.clock == "synchronised" else f"  clock {frame.clock}"
    text = f"{frame.source}  {rfc3339(utc(frame.utc))}{doubt}"
    return text.encode("ascii", "replace").decode()


def encoded(picture: Picture, quality: int) -> bytes:
    """Baseline JPEG without any metadata, at the best of the qualities that keeps it small enough."""
    body = b""
    for tried in (quality, *(q for q in FALLBACKS if q < quality)):
        body = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, tried])[1].tobytes()
        if len(body) <= MOST_BYTES:
            break
    return body


def _reference(body: bytes, frame: Frame, role: Role) -> Evidence:
    return Evidence(
        role=role,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        media_type="image/jpeg",
        masked=True,
        taken=utc(frame.utc),
    )


class EvidenceStore:
    """Pictures on their way to the centre, one file each, named by sha256. Safe to share between threads."""

    def __init__(self, directory: Path, *, max_bytes: int) -> None:
        self._directory, self._max_bytes = directory, max_bytes
        self._lock = threading.Lock()

    def put(self, body: bytes) -> Path:
        """Keep it, on the disk for certain before this returns. Keeping it twice changes nothing.

        Raises OSError (a full disk, say); then nothing of it is left behind.
        """
        path = self._path(hashlib.sha256(body).hexdigest())
        with self._lock:
            if not (path.is_file() and path.read_bytes() == body):
                make_folder(self._directory)
                write_whole(path, body)
        return path

    def get(self, sha256: str) -> bytes | None:
        """The picture, or None where it is not here or no longer what its name says."""
        try:
            body = self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        return body if hashlib.sha256(body).hexdigest() == sha256 else None

    def has(self, sha256: str) -> bool:
        """Whether a picture of that name is here."""
        return self._path(sha256).is_file()

    def drop(self, sha256: str) -> None:
        """Forget it; forgetting what is not here is no fault."""
        self._path(sha256).unlink(missing_ok=True)

    def trim(self, keep: Collection[str], most: float | None = None) -> list[str]:
        """Delete until the bound (or `most` bytes) is kept, oldest first, never one of `keep`; what went.

        Those still to be sent are kept even when they alone break the bound: the node must then say so.
        """
        with self._lock:
            self._clear_leftovers()
            files = sorted((f.stat().st_mtime_ns, f.name, f.stat().st_size) for f in self._pictures())
            total = sum(size for _, _, size in files)
            gone = []
            for _, name, size in files:
                if total <= (self._max_bytes if most is None else min(most, self._max_bytes)):
                    break
                if name not in keep:
                    self.drop(name)
                    gone.append(name)
                    total -= size
            return gone

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is not a sha256; 64 lower-case hex digits are allowed")
        return self._directory / sha256

    def _pictures(self) -> list[Path]:
        if not self._directory.is_dir():
            return []
        return [file for file in self._directory.iterdir() if _SHA256.fullmatch(file.name)]

    def _clear_leftovers(self) -> None:
        """Parts of writes that a crash cut short; under the lock nobody is writing now."""
        if self._directory.is_dir():
            for part in self._directory.glob(f"*{PART}"):
                part.unlink(missing_ok=True)
