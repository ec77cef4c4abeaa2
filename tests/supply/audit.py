"""pip-audit over the lock files: from a dump, online, or not at all, and it says which."""

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.supply.advisories import Dump, serving
from tests.supply.locks import FOLDER

VARIABLE = "GEWU_OSV"  # the dump's path
ONLINE = ("api.osv.dev", 443)
ACCEPTED: dict[str, str] = {}  # advisories that do not concern us, each with the reason


class NotChecked(Exception):
    """There is no data; the words say how to get some."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One advisory about one locked package."""

    package: str
    version: str
    id: str
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        fixed = f"; fixed in {', '.join(self.fixed)}" if self.fixed else ""
        return f"{self.package} {self.version}: {self.id}{fixed}"


def audit(locks: list[Path]) -> tuple[list[Finding], str]:
    """What is known about the locked packages, and by what. Raises NotChecked."""
    with ExitStack() as stack:
        if named := os.environ.get(VARIABLE):
            dump = Dump(Path(named))
            source, service = (
                f"{named} ({dump.number} advisories)",
                ["--osv-url", stack.enter_context(serving(dump))],
            )
        elif _reachable():
            source, service = "osv.dev", []
        else:
            raise NotChecked(
                f"no vulnerability data: osv.dev cannot be reached and {VARIABLE} names no dump "
                "(docs/security.md says where to get one)"
            )
        found = [finding for lock in locks for finding in _asked(lock, service)]
    return list(dict.fromkeys(found)), source


def default_locks() -> list[Path]:
    """Every lock there is."""
    return sorted(FOLDER.glob("*.txt"))


def _reachable() -> bool:
    try:
        with socket.create_connection(ONLINE, timeout=3):
            return True
    except OSError:
        return False


def _asked(lock: Path, service: list[str]) -> list[Finding]:
    ignored = [word for advisory in ACCEPTED for word in ("--ignore-vuln", advisory)]
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"),
        *("--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off"),
        *service,
        *ignored,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        last = (done.stderr.strip().splitlines() or ["no words"])[-1]
        raise NotChecked(f"{lock.name}: pip-audit could not ask: {last}") from error
    return [
        Finding(package["name"], package["version"], found["id"], tuple(found["fix_versions"]))
        for package in answer["dependencies"]
        for found in package.get("vulns", [])
    ]
