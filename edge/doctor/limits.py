"""What the system lets the node have: open files and tasks. Of the running node, else of who asks."""

from collections.abc import Iterable

from broker.saying import said
from edge.diagnosis import limits as told
from edge.diagnosis.limits import Limits
from edge.diagnosis.sign import Finding
from edge.examining.box import tasks_limit
from edge.examining.case import Case

TITLE = "limits"
BOX, ALONE = True, False


def limit_s(case: Case) -> float:  # noqa: ARG001 - as every examination has it
    """Some files are read."""
    return 10.0


def examine(case: Case) -> Iterable[Finding]:
    """Of the node that runs, where there is one."""
    there, node = case.processes, case.node
    shell = said("this shell; a unit or container has its own")
    whose = said("the node, process {pid}", pid=node) if node is not None else shell
    used = there.open_files(node) if node is not None else None
    found = Limits(there.limit(node, "Max open files"), used, tasks_limit(case.root), whose)
    return told.judge(found, _ways(case))


def _ways(case: Case) -> int:
    """Sources and ways in together."""
    if case.configuration is None:
        return 1
    settings = case.settings
    ways = len(settings.intakes) + len(settings.pollers) + len(settings.analytics)
    return len(settings.sources) + len(settings.flights) + ways
