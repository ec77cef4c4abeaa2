"""Which licences are allowed, and what each locked package says of its own."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from license_expression import ExpressionError, get_spdx_licensing

from tests.supply.locks import RUN_TIME, Locked

# To run and to pass on with Gewu: nothing that asks the whole to be under its own licence.
ALLOWED = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-2.0", "ISC", "MIT", "MIT-0"}
    | {"MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib"}
)
# Packages that are allowed all the same, and why.
EXCEPTIONS = {
    "psycopg": "LGPL-3.0-only: a Python package of its own, imported unchanged and replaceable",
    "psycopg-binary": "LGPL-3.0-only: as psycopg; the client of PostgreSQL, replaceable by another build",
}
# What packages write in place of an SPDX identifier.
SPELLINGS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
UNSAID = {"DFSG approved", "OSI Approved"}
# Libraries inside wheels, by how their file is called, that are under another licence than the package.
BUNDLED = {
    "libx264": "GPL-2.0-or-later",
    "libx265": "GPL-2.0-or-later",
    "libxvid": "GPL-2.0-or-later",
    "libfdk": "FDK-AAC",
    "libreadline": "GPL-3.0-or-later",
    "libgmp": "LGPL-3.0-or-later",
    "libnettle": "LGPL-3.0-or-later",
    "libhogweed": "LGPL-3.0-or-later",
    "libgnutls": "LGPL-2.1-or-later",
    "libunistring": "LGPL-3.0-or-later",
    "libavcodec": "LGPL-3.0-or-later",
    "libavformat": "LGPL-3.0-or-later",
    "libmp3lame": "LGPL-2.0-or-later",
}
BUNDLED_EXCEPTIONS = {
    (
        "av",
        "libx264",
    ): "encoder; Gewu decodes only and never calls it. Who passes the wheel on passes it on too",
    ("av", "libx265"): "as libx264",
}
_SPDX = get_spdx_licensing()


def spdx(name: str) -> str | None:
    """A package's licence as an SPDX expression, from its own metadata; None where that says nothing."""
    try:
        about = distribution(name).metadata
    except PackageNotFoundError:
        return None
    if expression := about.get("License-Expression"):
        return str(expression)
    trove = [c.split(" :: ")[-1] for c in about.get_all("Classifier", []) if c.startswith("License :: ")]
    said = [SPELLINGS.get(word, word) for word in trove if word not in UNSAID] or [
        SPELLINGS.get(line, line) for line in [str(about.get("License", "")).strip()] if 0 < len(line) < 60
    ]
    return " AND ".join(dict.fromkeys(said)) or None


def allowed(expression: str) -> bool:
    """Whether a licence may be met: of alternatives one, of parts all. Raises ValueError for no licence."""
    try:
        parsed = _SPDX.parse(expression, validate=True)
    except ExpressionError as error:
        raise ValueError(f"{expression!r} is no SPDX expression") from error
    return _met(parsed)


def _met(part: object) -> bool:
    arguments, operator = getattr(part, "args", ()), getattr(part, "operator", "").strip().upper()
    if operator == "OR":
        return any(map(_met, arguments))
    if operator == "AND":
        return all(map(_met, arguments))
    return str(part) in ALLOWED


def fault(package: Locked) -> str | None:
    """What is wrong with a run-time package's licence."""
    if package.name in EXCEPTIONS:
        return None
    said = spdx(package.name)
    if said is None:
        return f"{package.name}: its licence is not known"
    try:
        return None if allowed(said) else f"{package.name}: {said} is not allowed at run time"
    except ValueError as error:
        return f"{package.name}: {error}"


def bundled(name: str) -> dict[str, str]:
    """Native libraries inside an installed wheel that have a licence of their own, with it."""
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:
        return {}
    libraries = {
        re.split(r"[-.]", Path(str(file)).name)[0] for file in files if ".so" in Path(str(file)).name
    }
    return {library: BUNDLED[library] for library in sorted(libraries) if library in BUNDLED}


def bundled_faults(package: Locked) -> list[str]:
    """Libraries under the GPL inside a wheel that nobody has explained."""
    return [
        f"{package.name}: its wheel holds {library} ({licence})"
        for library, licence in bundled(package.name).items()
        if licence.startswith(("GPL", "AGPL")) and (package.name, library) not in BUNDLED_EXCEPTIONS
    ]


def faults(packages: dict[str, list[Locked]]) -> list[str]:
    """Everything wrong with the licences of the run-time locks, one line each."""
    found = []
    for lock in RUN_TIME:
        for package in packages[lock]:
            wrong = [fault(package), *bundled_faults(package)]
            found += [f"configs/locks/{lock}.txt: {line}" for line in wrong if line]
    return found
