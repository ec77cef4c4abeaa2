"""What a node is and does at one moment, as one thing: page, terminal and metrics show this and nothing else.

Figures that could not be had at that moment are None. No secret, no address with a password and no picture is
in it; lists are bounded, and what they leave out is counted.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from broker.events import ClockQuality, Reason

MOST_SOURCES, MOST_SITUATIONS = 2000, 200

# Sources that are looked at come one by one; devices, of which a gateway has thousands, as numbers.
Kind = Literal["camera", "analysed", "flight", "device"]


class Part(BaseModel):
    """Base of all parts: frozen, and of another version's fields those that are known."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SourceStatus(Part):
    """One source. delay_s: from a picture's coming to the end of its look. key_s: between key frames.

    decoded, skipped: packets of its stream given to the decoder and kept from it. places: what its ledger
    holds, by sort.
    """

    id: str
    name: str | None = None
    kind: Kind
    state: str
    trust: str | None = None
    trust_reasons: list[Reason] = []
    conditions: list[str] = []
    trouble: str | None = None
    fps: float | None = None
    age_s: float | None = None
    delay_s: float | None = None
    frames: int = 0
    dropped: int = 0
    looks: int | None = None
    reconnects: int | None = None
    decoding: str | None = None
    key_s: float | None = None
    decoded: int | None = None
    skipped: int | None = None
    places: dict[str, int] = {}


class Situation(Part):
    """One that is open. since, told: UTC seconds."""

    id: str
    kind: str
    source: str
    zone: str = ""
    since: float
    told: float
    severity: str = "normal"
    reasons: list[dict[str, Any]] = []


class Detector(Part):
    """What the networks do. counts: runs by how long they took, as `edge.runs.BOUNDS` part them."""

    model: str
    sha256: str
    provider: str
    budget: float | None = None
    seconds: float = 0.0
    pictures: int = 0
    counts: list[int] = []
    served: dict[str, float] = {}


class Queue(Part):
    """What waits for the centre. in_memory: events that the disk did not take yet."""

    events: int | None = None
    in_memory: int = 0
    oldest_s: float | None = None
    refused: int | None = None
    wanted: int | None = None
    pictures: int | None = None
    oldest_picture_s: float | None = None


class Lines(Part):
    """The ways out. heard_s: since the centre's last word."""

    broker: str
    connected: bool
    connections: int
    heard_s: float | None = None
    centre: str | None = None
    certificate_until: float | None = None


class Disk(Part):
    """Bytes, and what is allowed of them. kept: all that the node keeps, as last measured."""

    free: int | None = None
    size: int | None = None
    kept: int | None = None
    kept_allowed: int
    outbox: int | None = None
    evidence: int | None = None
    evidence_allowed: int
    journal: int | None = None
    journal_allowed: int


class Machine(Part):
    """The process and what it runs on. processor_s: seconds of work since its start.

    share: of its usual work that a hot machine may do. left_behind: threads that hang in a library.
    """

    memory: int | None = None
    temperature_c: float | None = None
    share: float = 1.0
    threads: int
    left_behind: int = 0
    processor_s: float
    files: int | None = None


class Running(Part):
    """Which configuration: the first of its sha256, and the centre's version laid over it, if any."""

    configuration: str
    version: str | None = None
    reported: str | None = None


class Status(Part):
    """All of it. at: UTC seconds. alive, stage, turn_s: what its pulse says, and when it beat."""

    at: float
    district: str
    node: str
    software: str
    pid: int
    uptime_s: float
    alive: bool = True
    stage: str = "looking"
    turn_s: float
    running: Running
    clock: ClockQuality
    clock_offset_s: float | None = None
    lines: Lines
    queue: Queue
    disk: Disk
    machine: Machine
    detector: Detector | None = None
    sources: list[SourceStatus] = []
    more_sources: int = 0
    devices: dict[str, int] = {}
    situations: list[Situation] = []
    open: dict[str, int] = {}
    troubles: list[Reason] = []

    @property
    def more_situations(self) -> int:
        """How many are open that are not listed."""
        return max(0, sum(self.open.values()) - len(self.situations))
