"""Version 1 of what a node tells of itself in `about`: its machine, its software, how it was begun.

Optional, and each part of it: a node of an earlier version has none. The machine is told by what it is, never
by who it is: no host name, no network address, no serial number, no user.
"""

from typing import Annotated, Literal

from pydantic import Field

from broker.fields import Count, Identifier, Message, ShortText, Timestamp

# How the run before this one ended: by an order, a time that was set, its sources' end, its own fault, an
# ask of the centre, its own watchdog, a kill, a boot of the machine; `first`: none is known.
Ending = Literal["first", "stopped", "time", "ended", "fault", "restart", "hung", "killed", "boot"]
MOST_LABELS = 16


class Machine(Message):
    """What it runs on. `board`: as the device tree or the firmware names it."""

    architecture: ShortText
    board: ShortText | None = None
    processor: ShortText | None = None
    cores: Annotated[int, Field(ge=1, le=4096)]
    memory_mb: Count | None = None
    disk_mb: Count | None = None


class Software(Message):
    """Versions of what Gewu runs on. `packages`: by name; `providers`: of the inference, the first used."""

    os: ShortText | None = None
    kernel: ShortText | None = None
    python: ShortText
    packages: Annotated[dict[Identifier, ShortText], Field(max_length=64)] = {}
    providers: Annotated[list[ShortText], Field(max_length=16)] = []


class Inventory(Message):
    """All of it. `began`: this run; `before`: how the run before it ended.

    `supervised`: whoever began the process begins it again when it ends. `labels`: of the node's own file.
    """

    began: Timestamp
    before: Ending | None = None
    supervised: bool = False
    labels: Annotated[list[Identifier], Field(max_length=MOST_LABELS)] = []
    machine: Machine | None = None
    runs_on: Software | None = None
