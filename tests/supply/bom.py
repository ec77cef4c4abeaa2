"""The bill of materials: CycloneDX 1.6, one a lock file, the same bytes for the same locks.

cyclonedx-py reads names, versions and hashes from the lock; licences and what needs what come from the
packages that are installed here, which `make setup` installed from these very locks.
"""

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from models.catalog import shipped
from tests.supply.licences import bundled, spdx
from tests.supply.locks import FOLDER

ROOT = FOLDER.parents[1]
VERSION = "1.6"


def bill(lock: str) -> dict[str, Any]:
    """What `configs/locks/LOCK.txt` comes to."""
    command = [
        *(sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(FOLDER / f"{lock}.txt")),
        *("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--short-PURLs"),
        *("--sv", VERSION, "--of", "JSON", "--no-validate"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout)
    for component in found["components"]:
        _described(component)
    found["components"].sort(key=lambda c: c["bom-ref"])
    if lock != "central":
        found["components"] += _models()
    found["dependencies"] = _dependencies(found)
    return found


def write(folder: Path, locks: tuple[str, ...]) -> list[Path]:
    """Write one file a lock; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for lock in locks:
        path = folder / f"gewu-{lock}.cdx.json"
        path.write_text(json.dumps(bill(lock), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        written.append(path)
    return written


def _described(component: dict[str, Any]) -> None:
    """With its licence and a name that does not depend on a line's number."""
    name, version = component["name"], component["version"]
    component["bom-ref"] = f"{name}@{version}"
    component.pop("description", None)
    for reference in component.get("externalReferences", []):
        reference["comment"] = "any file of the package index with one of these hashes"
        reference["url"] = component["purl"]
    if (said := spdx(name)) is not None:
        component["licenses"] = [{"expression": said}]
    if inside := bundled(name):
        component["properties"] = [
            {"name": "gewu:bundled", "value": f"{library} ({licence})"} for library, licence in inside.items()
        ]


def _models() -> list[dict[str, Any]]:
    return [
        {
            "type": "machine-learning-model",
            "bom-ref": f"model:{name}",
            "name": name,
            "version": entry.sha256[:12],
            "hashes": [{"alg": "SHA-256", "content": entry.sha256}],
            "licenses": [{"license": {"name": entry.licence.weights}}],
        }
        for name, entry in sorted(shipped().models.items())
    ]


def _dependencies(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What needs what, among what is locked."""
    known = {_plain(c["name"]): c["bom-ref"] for c in found["components"] if c["type"] == "library"}
    refs = [c["bom-ref"] for c in found["components"]]
    root = {"ref": found["metadata"]["component"]["bom-ref"], "dependsOn": sorted(refs)}
    needs = [{"ref": ref, "dependsOn": sorted(_needed(name, known))} for name, ref in sorted(known.items())]
    return [root, *needs, *({"ref": ref} for ref in refs if ref.startswith("model:"))]


def _needed(name: str, known: dict[str, str]) -> set[str]:
    try:
        wanted = [Requirement(line) for line in requires(name) or []]
    except PackageNotFoundError:
        return set()
    plain = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    return {known[_plain(r.name)] for r in plain if _plain(r.name) in known}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
