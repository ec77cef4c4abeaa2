"""Whether a node runs here, and whether it is this one."""

from collections.abc import Iterator
from dataclasses import dataclass

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

FREE = Sign("node_not_running", "fine", "no node runs in this storage folder")
RUNS = Sign("node_runs", "fine", "the node of this configuration runs; it is examined beside it")
OTHER = Sign(
    "node_other_holds_storage",
    "fault",
    "a node of another configuration works in this storage folder: this one cannot start",
    "Give each node a `storage.directory` of its own, or stop process {pid}.",
)
UNSEEN = Sign(
    "node_unseen_holds_storage",
    "note",
    "somebody who cannot be seen from here has the storage folder, such as the node in a container",
    "Nothing, if that is this node; else give each node a `storage.directory` of its own.",
)
WAITS = Sign(
    "node_events_wait",
    "warning",
    "events wait for the centre's receipt",
    "See what is told of broker and centre.",
)
DAMAGED = Sign(
    "node_outbox_damaged",
    "fault",
    "the outbox cannot be read: it is damaged, or its disk is",
    "Start the node: it moves the file aside and saves what can be read; look at the disk (`dmesg`).",
)
MANY_WAIT = 100


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the storage folder. same: whether it runs this very configuration; None: cannot be seen."""

    pid: int
    words: str
    same: bool | None
    since_s: float | None = None


def judge(folder: str, holder: Holder | None) -> Finding:
    """Who has the folder."""
    if holder is None:
        return FREE.at(folder, said("nobody has it locked"))
    if holder.same is None:
        return UNSEEN.at(folder, said("it is locked by somebody"), pid=holder.pid or None)
    about = {"pid": holder.pid, "since_s": holder.since_s}
    if not holder.same:
        seen = said("process {pid} has it: {words}", pid=holder.pid, words=holder.words)
        return OTHER.at(folder, seen, **about)
    if holder.since_s is None:
        return RUNS.at(folder, said("process {pid}", pid=holder.pid), **about)
    since = said("process {pid} for {long}", pid=holder.pid, long=_long(holder.since_s))
    return RUNS.at(folder, since, **about)


def outbox(file: str, waiting: int | None, oldest_s: float | None, damaged: str | None) -> Iterator[Finding]:
    """What waits in it. oldest_s: how long the oldest has waited."""
    if damaged is not None:
        yield DAMAGED.at(file, damaged)
    elif waiting is not None and waiting > MANY_WAIT and (oldest_s or 0.0) > 600.0:
        long = _long(oldest_s or 0.0)
        seen = said("{waiting} events wait, the oldest for {long}", waiting=waiting, long=long)
        yield WAITS.at(file, seen, waiting=waiting, oldest_s=oldest_s)


def _long(seconds: float) -> str:
    if seconds >= 172_800:
        return said("{long:.0f} days", long=seconds / 86_400)
    if seconds >= 5400:
        return said("{long:.1f} hours", long=seconds / 3600)
    return said("{long:.0f} min", long=seconds / 60)
