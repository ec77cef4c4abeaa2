"""Python and its packages."""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distributions, requires

from edge.diagnosis import packages as told
from edge.diagnosis.sign import Finding
from edge.examining.case import Case

TITLE = "packages"
BOX, ALONE = True, False
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """The packages' own descriptions are read."""
    return 30.0


def examine(case: Case) -> Iterable[Finding]:
    """Those of this very environment."""
    del case
    found = {_plain(one.metadata["Name"] or ""): one.version for one in distributions()}
    return told.judge((sys.version_info[0], sys.version_info[1]), found, [*_needed()], [*sys.modules])


def _needed() -> Iterator[str]:
    """What a node needs, by the description of our own package."""
    try:
        wanted = requires("gewu") or []
    except PackageNotFoundError:
        return
    for line in wanted:
        text, _, condition = line.partition(";")
        name = NAME.match(text.strip())
        if name and (not condition or re.search(r"extra == ['\"]edge['\"]", condition)):
            yield _plain(name[0])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
