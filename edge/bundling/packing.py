"""Parts of a bundle into one file of a bounded size. Pure: the same parts give the same bytes."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, Final

from broker.fleet import LARGEST_BUNDLE

SCHEMA: Final = "gewu.diagnostics.v1"
LARGEST_PART: Final = 4_000_000  # bytes, before they are packed
# What is shortened first where all is too large, to its last half; the rest stays whole.
SHORTENED: Final = ("log.txt", "threads.txt", "configuration.json", "health.json", "findings.json")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def packed(head: Mapping[str, Any], parts: Mapping[str, str], most: int = LARGEST_BUNDLE) -> bytes:
    """A ZIP with `bundle.json`, which says what it is, what is missing and why, and every part as a file."""
    told = {name: _ended(text, LARGEST_PART) for name, text in parts.items()}
    short = [name for name in told if told[name] != parts[name]]
    while len(body := _zip(_head(head, short), told)) > most:
        name = max((each for each in SHORTENED if each in told), key=lambda each: len(told[each]), default="")
        if not name or len(told[name]) < 2:
            raise ValueError(f"a bundle takes {len(body)} bytes, {most} are allowed")
        told[name] = _ended(told[name], len(told[name]) // 2)
        short = [*short, name] if name not in short else short
    return body


def _head(head: Mapping[str, Any], short: list[str]) -> str:
    return json.dumps({"schema": SCHEMA, **head, "shortened": short}, ensure_ascii=False, indent=2)


def _zip(head: str, parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {"bundle.json": head, **parts}.items():
            file.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _ended(text: str, most: int) -> str:
    """Its last signs: of a log the newest lines."""
    return text if len(text) <= most else text[-most:]
