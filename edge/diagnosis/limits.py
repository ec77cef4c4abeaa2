"""Whether the system lets the node have what it needs: descriptors, memory of a container, processes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

BASE, EACH = 64, 6  # descriptors of a node by itself, and for each source or way in
ROOM: Final = 2.0

FINE = Sign("limits_fine", "fine", "the system lets the node have what it needs")
FILES = Sign(
    "limits_files",
    "fault",
    "the node will run out of open files, and then lose connections one after the other",
    "systemd: `LimitNOFILE={wanted}` in the unit; Docker: `--ulimit nofile={wanted}`; shell: `ulimit "
    "-n {wanted}`.",
)
FILES_LEAK = Sign(
    "limits_files_used",
    "warning",
    "the running node has most of its open files in use",
    "`LimitNOFILE={wanted}` in the unit, then restart the node; tell the makers if it grows again.",
)
CORE = Sign(
    "limits_threads",
    "warning",
    "so few tasks are allowed that threads of the node will not start",
    "systemd: `TasksMax={wanted}` in the unit; Docker: `--pids-limit {wanted}`.",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may have; None: no limit, or not told. used: of the node that runs."""

    files: int | None
    used: int | None
    tasks: int | None
    whose: str


def judge(found: Limits, ways: int) -> Iterator[Finding]:
    """ways: sources and ways in together."""
    needed = BASE + EACH * ways
    wanted = max(4096, int(needed * ROOM))
    files = found.files
    many = said("no limit") if files is None else str(files)
    seen = said("open files: {many}, about {needed} needed", many=many, needed=needed)
    figures = {"files": files, "needed": needed, "used": found.used, "tasks": found.tasks, "wanted": wanted}
    told = []
    if files is not None and files < needed * ROOM:
        told.append(FILES.at(found.whose, seen, **figures))
    elif files is not None and found.used is not None and found.used > 0.8 * files:
        used = said("{used} of {files} are in use", used=found.used, files=files)
        told.append(FILES_LEAK.at(found.whose, used, **figures))
    if found.tasks is not None and found.tasks < 32 + 4 * ways:
        figures = {**figures, "wanted": 256 + 8 * ways}
        allowed = said("{tasks} tasks are allowed", tasks=found.tasks)
        told.append(CORE.at(found.whose, allowed, **figures))
    yield from told or [FINE.at(found.whose, seen, **figures)]
