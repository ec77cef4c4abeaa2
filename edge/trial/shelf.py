"""Keeps what the ledger made of segments, beside the journal: the next trial of that camera begins with it.

A file goes with its segment, or when there is too much of them; one that is not whole, or of other software,
is made anew. Nothing but time is lost with any of them.
"""

import hashlib
import json
import logging
import os
import zlib
from dataclasses import asdict
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from broker.events import Reason
from broker.wholefile import write_whole
from edge import assembly, ledger
from edge.journal.segments import Segment
from edge.places import Place
from edge.trial.past import Note, Past
from edge.trial.walking import Walker

log = logging.getLogger(__name__)

SUFFIX: Final = ".past"
MOST_MB: Final = 200.0
_ARRAYS: Final = (
    *("t", "utc", "aspect", "trusted", "looked", "regions", "failed", "first", "kind", "last_seen"),
    *("observed_s", "mover", "mover_box", "labels", "number", "block", "position"),
)


class Shelf:
    """The folder of one journal. most_mb: of all its sources; 0 keeps nothing."""

    def __init__(self, folder: Path, most_mb: float = MOST_MB) -> None:
        self._folder = folder
        self._most = most_mb * 1e6

    def walk(self, segment: Segment) -> Past:
        """What the ledger makes of a segment that tells how it begins. Raises UnknownVersion, OSError."""
        source = segment.path.parent.name
        try:
            stat = segment.path.stat()
        except FileNotFoundError:
            return Walker(source).walk(segment)
        key = f"{_made_by()} {stat.st_size} {stat.st_mtime_ns}"
        path = self._file(segment)
        past = _read(path, key, segment)
        if past is None:
            past = Walker(source).walk(segment)
            self._keep(path, key, past)
        return past

    def renew(self) -> None:
        """Drop everything that other software made. Raises OSError."""
        stamp = self._folder / "made_by"
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != _made_by():
            for file in self._folder.glob(f"*/*{SUFFIX}"):
                file.unlink(missing_ok=True)
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(stamp, _made_by().encode())

    def room(self) -> float:
        """Bytes that it may still take: looks at every file."""
        return self._most - sum(file.stat().st_size for file in self._folder.glob(f"*/*{SUFFIX}"))

    def bytes_of(self, segment: Segment) -> int:
        """What is kept of it; 0: nothing."""
        try:
            return self._file(segment).stat().st_size
        except FileNotFoundError:
            return 0

    def _file(self, segment: Segment) -> Path:
        return self._folder / segment.path.parent.name / (segment.path.stem + SUFFIX)

    def _keep(self, path: Path, key: str, past: Past) -> None:
        if not self._most:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, packed(past, key))
        except OSError as error:  # a full or read-only disk costs the next trial some seconds
            log.warning("trial: what the ledger found cannot be kept: %s", error)

    def tidy(self, journal_folder: Path) -> None:
        """Drop what has lost its segment, and the oldest of what is too much."""
        files = list(self._folder.glob(f"*/*{SUFFIX}"))
        kept = [file for file in files if (journal_folder / file.parent.name / f"{file.stem}.gwj").exists()]
        known = sorted(((file.stat().st_mtime, file) for file in kept), reverse=True)
        room = self._most
        for _, file in known:
            room -= file.stat().st_size
            if room < 0:
                file.unlink(missing_ok=True)
        for file in set(files) - set(kept):
            file.unlink(missing_ok=True)


@cache
def _made_by() -> str:
    """The software: its version, and the very text of what the places hang on."""
    here = Path(__file__).parent
    folders = (here, here.parent / "ledger", here.parent / "journal")
    files = [file for folder in folders for file in sorted(folder.glob("*.py"))]
    text = b"".join(file.read_bytes() for file in files)
    settings = json.dumps(asdict(ledger.LedgerSettings()), sort_keys=True).encode()
    return f"{assembly.SOFTWARE} {hashlib.sha256(text + settings).hexdigest()[:16]}"


def packed(past: Past, key: str) -> bytes:
    """As a file: a line of JSON, then the arrays, deflated; its checksum comes first."""
    words = {
        "key": key,
        "source": past.source,
        "end": past.end,
        "notes": [list(note) for note in past.notes],
        "groups": list(past.mover_group),
        "vocabulary": [sorted(words) for words in past.vocabulary],
        **_kinds(past.kinds),
    }
    out = BytesIO()
    arrays = {name: getattr(past, name) for name in _ARRAYS}
    boxes = np.array([kind.box for kind in past.kinds], np.float64).reshape(-1, 4)
    since = np.array([kind.since for kind in past.kinds], np.float64)
    score = np.array([kind.score for kind in past.kinds], np.float64)
    np.savez(out, words=_bytes(json.dumps(words)), boxes=boxes, since=since, score=score, **arrays)
    body = zlib.compress(out.getvalue(), 1)
    return zlib.crc32(body).to_bytes(4, "big") + body


def _bytes(text: str) -> Any:
    return np.frombuffer(text.encode(), np.uint8)


def _kinds(kinds: Any) -> dict[str, Any]:
    """What of the kinds is no number; reasons, which many share, once each."""
    reasons: dict[int, int] = {}
    told: list[Any] = []
    rows = []
    for kind in kinds:
        for reason in kind.reasons:
            if id(reason) not in reasons:
                reasons[id(reason)] = len(told)
                told.append(reason.model_dump(mode="json"))
        whys = [reasons[id(reason)] for reason in kind.reasons]
        rows.append([kind.id, kind.group, kind.label, kind.state, kind.episode, whys])
    return {"kinds": rows, "reasons": told}


def _read(path: Path, key: str, segment: Segment) -> Past | None:
    """The file, if it is whole and of this segment as it is now."""
    try:
        data = path.read_bytes()
        if zlib.crc32(data[4:]).to_bytes(4, "big") != data[:4]:
            return None
        found = np.load(BytesIO(zlib.decompress(data[4:])), allow_pickle=False)
        words = json.loads(found["words"].tobytes())
        if words["key"] != key:
            return None
        os.utime(path)
        return _past(words, found, segment)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
        log.warning("trial: %s: cannot be used, and is made anew: %s", path.name, error)
        return None


def _past(words: dict[str, Any], found: Any, segment: Segment) -> Past:
    reasons = [Reason.model_validate(reason) for reason in words["reasons"]]
    columns = zip(
        words["kinds"], found["boxes"].tolist(), found["since"].tolist(), found["score"].tolist(), strict=True
    )
    kinds = [
        Place(i, g, name, score, tuple(box), state, since, 0.0, 0.0, 0.0, tuple(reasons[n] for n in whys), e)
        for (i, g, name, state, e, whys), box, since, score in columns
    ]
    arrays = {name: found[name] for name in _ARRAYS}
    return Past(
        **arrays,
        segment=segment,
        source=words["source"],
        end=words["end"],
        notes=[Note(*note) for note in words["notes"]],
        mover_group=words["groups"],
        vocabulary=[frozenset(each) for each in words["vocabulary"]],
        kinds=kinds,
    )
