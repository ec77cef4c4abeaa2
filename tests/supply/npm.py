"""What the console's pages are made of: the npm lock, its licences, its bill of materials, its advisories.

What a page loads is under the same licences as run-time packages of Python; what only builds and tests is not
passed on, so its licence need only be known.
"""

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.supply.audit import Finding, NotChecked
from tests.supply.licences import allowed
from tests.supply.locks import LockError

FOLDER = Path(__file__).resolve().parents[2] / "central" / "console"
LOCK = "central/console/package-lock.json"
PUBLIC_DOMAIN = frozenset({"Unlicense"})  # beside what Python's packages may have


@dataclass(frozen=True, slots=True)
class Package:
    """One package at one place of the tree. at: its folder. sha512 in hexadecimal."""

    at: str
    name: str
    version: str
    sha512: str
    licence: str | None
    run_time: bool
    needs: tuple[str, ...]


def locked(text: str | None = None) -> list[Package]:
    """Every package of the lock. Raises LockError for one without a digest, or with a host."""
    found = json.loads(text or (FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    return [_package(at, said) for at, said in sorted(found["packages"].items()) if at]


def faults(packages: list[Package]) -> list[str]:
    """Everything wrong with the licences, one line each."""
    return [f"{LOCK}: {line}" for line in map(_fault, packages) if line]


def bill(packages: list[Package]) -> dict[str, Any]:
    """CycloneDX 1.6 of what pages load; the same bytes for the same lock."""
    shown = [package for package in packages if package.run_time]
    root = {"type": "application", "bom-ref": "gewu-console", "name": "gewu-console"}
    refs = {package.at: _ref(package) for package in shown}
    needs = [{"ref": "gewu-console", "dependsOn": sorted(set(refs.values()))}]
    for package in shown:
        wanted = {refs[at] for name in package.needs if (at := _resolved(package.at, name, refs))}
        needs.append({"ref": _ref(package), "dependsOn": sorted(wanted)})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": list({_ref(package): _component(package) for package in shown}.values()),
        "dependencies": list({each["ref"]: each for each in needs}.values()),
    }


def audit(folder: Path = FOLDER) -> tuple[list[Finding], str]:
    """What is known of the packages that pages load, and by what. Raises NotChecked where nobody says."""
    command = ["npm", "audit", "--package-lock-only", "--omit=dev", "--json"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        answer = json.loads(done.stdout)
    except (OSError, ValueError) as error:
        raise NotChecked(f"{LOCK}: npm could not ask ({type(error).__name__})") from error
    if "auditReportVersion" not in answer:
        raise NotChecked(f"{LOCK}: the npm registry gives no advisories")
    known = sorted(answer["vulnerabilities"].items())
    return [Finding(name, said["range"], said["severity"], ()) for name, said in known], "the npm registry"


def _package(at: str, said: dict[str, Any]) -> Package:
    if "resolved" in said or "link" in said:
        raise LockError(f"{LOCK}: {at} names where it comes from")
    algorithm, _, digest = said.get("integrity", "").partition("-")
    if algorithm != "sha512":
        raise LockError(f"{LOCK}: {at} has no sha512")
    return Package(
        at=at,
        name=said.get("name", at.rpartition("node_modules/")[2]),
        version=said["version"],
        sha512=base64.b64decode(digest).hex(),
        licence=said.get("license"),
        run_time=not (said.get("dev") or said.get("devOptional")),
        needs=tuple(said.get("dependencies", {})),
    )


def _fault(package: Package) -> str | None:
    if package.licence is None:
        return f"{package.name}: its licence is not known"
    if not package.run_time or package.licence in PUBLIC_DOMAIN:
        return None
    try:
        fine = allowed(package.licence)
    except ValueError as error:
        return f"{package.name}: {error}"
    return None if fine else f"{package.name}: {package.licence} is not allowed in a page"


def _resolved(at: str, name: str, known: dict[str, str]) -> str | None:
    """Where Node finds a package that another one needs: the nearest folder upwards."""
    while True:
        if (found := f"{at}/node_modules/{name}".lstrip("/")) in known:
            return found
        if not at:
            return None
        at = at.rpartition("/node_modules/")[0] if "/node_modules/" in at else ""


def _ref(package: Package) -> str:
    return f"{package.name}@{package.version}"


def _component(package: Package) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": _ref(package),
        "name": package.name,
        "version": package.version,
        "purl": f"pkg:npm/{package.name.replace('@', '%40')}@{package.version}",
        "hashes": [{"alg": "SHA-512", "content": package.sha512}],
        "licenses": [{"expression": str(package.licence).strip("()")}],
    }
