"""Known vulnerabilities without a network: a dump of OSV, asked by pip-audit as if it were online.

The dump is the zip of the PyPI ecosystem that osv.dev publishes (PyPI/all.zip), brought along from a machine
that may fetch it. pip-audit asks a service on the loopback that answers from it.
"""

import json
import threading
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

MOST_BYTES = 4_000_000  # of one advisory


class Dump:
    """Every advisory of the dump, by package."""

    def __init__(self, path: Path) -> None:
        self._known: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.number = 0
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.filename.endswith(".json") and info.file_size <= MOST_BYTES:
                    self._add(json.loads(archive.read(info)))

    def _add(self, advisory: dict[str, Any]) -> None:
        self.number += 1
        names = {a["package"]["name"] for a in advisory.get("affected", []) if "package" in a}
        for name in names:
            self._known[name.lower().replace("_", "-")].append(advisory)

    def about(self, name: str, version: str) -> list[dict[str, Any]]:
        """Advisories that concern this version of a package."""
        return [a for a in self._known.get(name.lower(), []) if _concerns(a, name, version)]


def _concerns(advisory: dict[str, Any], name: str, version: str) -> bool:
    ours = [a for a in advisory.get("affected", []) if a.get("package", {}).get("name", "").lower() == name]
    return any(version in a.get("versions", []) or _within(a, version) for a in ours)


def _within(affected: dict[str, Any], version: str) -> bool:
    ranges = [r["events"] for r in affected.get("ranges", []) if r.get("type") == "ECOSYSTEM"]
    return any(_in_range(events, version) for events in ranges)


def _in_range(events: list[dict[str, str]], version: str) -> bool:
    """By the last event at or before the version; a version that cannot be compared counts as concerned."""
    try:
        ours = Version(version)
        marks = [(Version("0") if v == "0" else Version(v), kind) for e in events for kind, v in e.items()]
    except InvalidVersion:
        return True
    inside = False
    for mark, kind in sorted(marks):
        if kind == "introduced" and mark <= ours:
            inside = True
        elif (kind == "fixed" and mark <= ours) or (kind == "last_affected" and mark < ours):
            inside = False
    return inside


@contextmanager
def serving(dump: Dump) -> Iterator[str]:
    """The address at which the dump answers as OSV's API does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = dump.about(asked["package"]["name"], asked["version"])
            body = json.dumps({"vulns": found} if found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
