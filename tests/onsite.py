"""A status of a node that fares badly, and a page that serves it, for the tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from broker.events import Reason
from edge.alive.pulse import Verdict, judge
from edge.onsite.answers import Answers
from edge.onsite.server import Server
from edge.onsite.settings import OnsiteSettings
from edge.onsite.status import (
    Detector,
    Disk,
    Lines,
    Machine,
    Queue,
    Running,
    Situation,
    SourceStatus,
    Status,
)
from edge.runs import BOUNDS
from tests.ports import free_port

DWELL = {
    "code": "dwelt",
    "text": "has stood for 312 s; 90 s are allowed",
    "values": {"stood_s": 312.0, "dwell_s": 90.0},
}


def sources(many: int = 2) -> list[SourceStatus]:
    """The first is well, the second has lost its camera."""
    well = SourceStatus(
        id="cam-1",
        name="新华路北侧",
        kind="camera",
        state="ok",
        trust="ok",
        fps=1.9,
        age_s=0.4,
        delay_s=0.061,
        frames=51_230,
        dropped=3,
        looks=51_227,
        reconnects=2,
        decoding="keyframes",
        key_s=1.0,
        decoded=51_230,
        skipped=1_229_520,
        places={"open": 4, "gone": 1, "refused": 0},
    )
    wrong = {"id": "cam-2", "name": "West gate <b>", "state": "lost", "trust": "none"}
    wrong |= {"conditions": ["signal_loss", "covered"], "trouble": "rtsp: no answer for 12 s", "fps": None}
    reasons = [Reason(code="covered", text="something covers the view")]
    ill = well.model_copy(update={**wrong, "trust_reasons": reasons, "age_s": 132.0})
    return [
        well,
        ill,
        *(well.model_copy(update={"id": f"cam-{n}", "name": None}) for n in range(3, many + 1)),
    ]


def a_status(**changes: Any) -> Status:
    """Of a node that has two cameras, one of them lost, and a broker that is away."""
    given: dict[str, Any] = {
        "at": 1_793_000_000.0,
        "district": "131002",
        "node": "edge-01",
        "software": "gewu-0.1.0",
        "pid": 4711,
        "uptime_s": 93_784.0,
        "turn_s": 0.02,
        "running": Running(configuration="34d5f169cb", version="v-12", reported="applied"),
        "clock": "synchronised",
        "clock_offset_s": 0.3,
        "lines": Lines(
            broker="mqtts://broker.example:8883",
            connected=False,
            connections=7,
            heard_s=412.0,
            centre="https://centre.example",
            certificate_until=1_794_000_000.0,
        ),
        "queue": Queue(
            events=214, in_memory=0, oldest_s=395.0, refused=1, wanted=0, pictures=9, oldest_picture_s=390.0
        ),
        "disk": Disk(
            free=58_504_925_184,
            size=270_553_174_016,
            kept=1_300_000_000,
            kept_allowed=8_000_000_000,
            outbox=3_637_248,
            evidence=412_000_000,
            evidence_allowed=2_000_000_000,
            journal=822_000_000,
            journal_allowed=2_000_000_000,
        ),
        "machine": Machine(
            memory=412_000_000, temperature_c=61.5, threads=31, processor_s=18_200.0, files=64
        ),
        "detector": Detector(
            model="yolox-nano",
            sha256="62" * 32,
            provider="cpu",
            budget=0.75,
            seconds=812.5,
            pictures=40_312,
            counts=[0, 12, 30_000, *([5] * (len(BOUNDS) - 2))],
            served={"ripening": 1.0, "changed": 0.82},
        ),
        "sources": sources(),
        "devices": {"ok": 118, "lost": 2},
        "situations": [
            Situation(
                id="s-1",
                kind="illegal_parking",
                source="cam-1",
                zone="kerb",
                since=1_792_999_600.0,
                told=1_792_999_700.0,
                reasons=[DWELL],
            ),
            Situation(id="s-2", kind="own_kind", source="d-7", since=1_792_990_000.0, told=1_792_990_000.0),
        ],
        "open": {"illegal_parking": 1, "own_kind": 3},
        "troubles": [Reason(code="journal_blocked", text="the journal cannot be written (No space left)")],
    }
    return Status(**{**given, **changes})


class Seen:
    """In place of the sights of a node: what a test says. looks: how often it was asked."""

    def __init__(self, status: Status | None = None, turn_s: float = 0.0) -> None:
        self.known = a_status() if status is None else status
        self._turn_s = turn_s
        self.looks = 0

    def verdict(self) -> Verdict:
        """Of a node that is at work."""
        return judge("looking", self._turn_s, 120.0)

    def take(self) -> Status:
        """As it is."""
        self.looks += 1
        return self.known


@contextmanager
def serving(
    seen: Any = None, *, token: bytes | None = None, whole_s: float = 10.0, **settings: Any
) -> Iterator[str]:
    """The server as a node has it, over a status of a test's; gives its address."""
    wanted = OnsiteSettings(port=free_port(), **settings)
    server = Server(wanted, Answers(wanted, Seen() if seen is None else seen, token), whole_s)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield wanted.url
    finally:
        server.shutdown()
        server.cut_all()
        server.server_close()
        thread.join()
