"""Whether what a node sends as a bundle of diagnostics is one, and holds only what it may hold.

The node takes secrets out; this is the second fence. A picture, an address with a password, a private key, a
plate or a device's address in it, and the centre does not keep it.
"""

import io
import json
import re
import zipfile
import zlib
from typing import Any, Final

from broker.boundary import breach

SCHEMA: Final = "gewu.diagnostics.v1"
HEAD: Final = "bundle.json"
FILES: Final = frozenset(
    {
        *(HEAD, "configuration.json", "findings.json", "log.txt", "storage.json", "lastrun.json"),
        *("inventory.json", "health.json", "threads.txt"),
    }
)
LARGEST: Final = 16_000_000  # bytes of all parts together, unpacked
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s/@\"'<>]*:[^\s/@\"'<>]+@")
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_HEADER = re.compile(r"(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/-]{16,}")


class Unfit(Exception):
    """It is not kept; the words say why, and never what was found."""

    def __init__(self, code: str, what: str, allowed: str) -> None:
        super().__init__(what)
        self.code, self.allowed = code, allowed


def head_of(body: bytes) -> dict[str, Any]:
    """What the bundle says of itself. Raises Unfit."""
    parts = _parts(body)
    try:
        head = json.loads(parts[HEAD])
    except (KeyError, ValueError):
        raise _no_bundle(f"it has no {HEAD}") from None
    if not isinstance(head, dict) or head.get("schema") != SCHEMA:
        raise _no_bundle(f"its {HEAD} is not of {SCHEMA}")
    for name, text in parts.items():
        if (why := _leak(text)) is not None:
            raise Unfit(
                "not_redacted", f"{name} holds {why}", "a bundle without secrets, plates and pictures"
            )
    return head


def _parts(body: bytes) -> dict[str, str]:
    """By name, as text. Raises Unfit."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            infos = file.infolist()
            names = {info.filename for info in infos}
            if strange := sorted(names - FILES) or (len(infos) != len(names)):
                raise _no_bundle(f"{str(strange)[:80]} is no part of one")
            if sum(info.file_size for info in infos) > LARGEST:
                raise Unfit("too_large", "it unpacks to too much", f"{LARGEST} bytes unpacked")
            # The sizes that it tells are believed no further than they were added up.
            return {info.filename: _read(file, info).decode() for info in infos}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _no_bundle("it cannot be unpacked") from error
    except UnicodeDecodeError as error:
        raise _no_bundle("a part of it is no text") from error


def _read(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with file.open(info) as part:
        found = part.read(info.file_size + 1)
    if len(found) > info.file_size:
        raise zipfile.BadZipFile
    return found


def _leak(text: str) -> str | None:
    for found, what in (
        (_ADDRESS, "an address with a password"),
        (_KEY, "a private key"),
        (_HEADER, "a token"),
    ):
        if found.search(text):
            return what
    lines = text.split("\n")  # as the node looked at them
    return "what may never be written" if any(breach(line) for line in lines) else None


def _no_bundle(why: str) -> Unfit:
    return Unfit("no_diagnostics", f"this is no bundle of diagnostics: {why}", ", ".join(sorted(FILES)))
