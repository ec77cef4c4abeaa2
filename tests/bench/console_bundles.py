"""What a first visit loads of the built console, by entry and page, from Vite's manifest."""

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from central.api.pages import BUILT

MANIFEST = BUILT / ".vite" / "manifest.json"
ENTRIES = {"index.html": "console", "phone.html": "phone"}
Parts = Mapping[str, Mapping[str, Any]]


def bundles() -> dict[str, float]:
    """kB, packed by gzip: of each entry alone, and of each page that loads more what it loads besides."""
    if not MANIFEST.is_file():
        raise SystemExit("the console is not built: make console")
    parts: Parts = json.loads(MANIFEST.read_text())
    found = {name: _size(set(_files(parts, entry))) for entry, name in ENTRIES.items()}
    shared = {file for entry in ENTRIES for file in _files(parts, entry)}
    for key, part in sorted(parts.items()):
        if part.get("isDynamicEntry") and "/words/" not in key:
            name = f"+ {part.get('name', key)}"
            found[name] = found.get(name, 0) + _size(set(_files(parts, key)) - shared)
    return found


def _files(parts: Parts, key: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """A part's own files, and of those that it cannot do without."""
    if key in seen:
        return
    part = parts[key]
    yield from (part["file"], *part.get("css", ()))
    yield from (file for file in part.get("assets", ()) if file.endswith((".js", ".mjs")))
    for other in part.get("imports", ()):
        yield from _files(parts, other, seen | {key})


def _size(files: set[str]) -> float:
    return round(sum(map(_packed, files)) / 1000, 1)


@cache
def _packed(file: str) -> int:
    return len(gzip.compress((BUILT / file).read_bytes(), 9))
