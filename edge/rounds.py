"""The loop that looks: each round takes one item of every source that has one, and asks one detector."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from broker.events import ClockQuality
from broker.messages import SourceReport
from edge.answering import Answering
from edge.frames import Frame, SourceClock, Trouble
from edge.glimpses import SOON_S, Glimpses
from edge.inference import Answer, Inference
from edge.journal.writer import Writer
from edge.perception.observer import Observer
from edge.photographs import Photographer
from edge.pipeline import Pipeline
from edge.settings import SourceSettings
from edge.steps import Attempt, Step
from edge.streams.reader import LiveReader
from edge.traced import Looked
from edge.viewwords import trust_of

log = logging.getLogger(__name__)

CALM = ("ended", "recovered", "changed")
SELDOM_S = 60.0  # looks are never further apart: breaks would be watched off
MOST = 16  # frames of one round: each is a picture in memory


@dataclass
class Lane:
    """One source on its way through the node.

    remembered: when what its eyes know was kept last (monotonic).
    delay_s: from the coming of the last picture to the end of its look; looked: when each part of that was.
    """

    source: SourceSettings
    reader: LiveReader
    pipeline: Pipeline
    eyes: Observer
    writer: Writer
    remembered: float
    camera: Photographer | None = None
    answering: Answering | None = None
    delay_s: float | None = None
    looked: Looked | None = None
    glimpses: Glimpses = field(init=False)

    def __post_init__(self) -> None:
        self.glimpses = Glimpses(self.reader.want)

    def want(self, share: float = 1.0) -> None:
        """Say when the next picture is wanted: sooner where somebody waits for one.

        share: of the usual work that may be done: where nothing ripens, looks are so much further apart.
        """
        rest = eased(self.pipeline.interval_s, self.source.idle, share)
        self.reader.want(min(rest, SOON_S) if self.glimpses.wanted else rest)


@dataclass
class Rounds:
    """deliver: takes what a look came to, on the same thread. share: of the usual work that may be done."""

    inference: Inference
    clock: SourceClock
    deliver: Callable[[Lane, Step], None]
    share: float = 1.0
    _next: int = field(default=0)

    def once(self, lanes: Sequence[Lane]) -> bool:
        """One item of every lane, in turn, as far as the round holds them; False when there was none."""
        looking = list(self._taken(lanes))
        if not looking:
            return False
        attempts = [(lane, attempt) for lane, attempt in looking if attempt is not None]
        answers = self.inference.answers([attempt for _, attempt in attempts])
        for (lane, attempt), answer in zip(attempts, answers, strict=True):
            self._concluded(lane, attempt, answer)
        return True

    def _taken(self, lanes: Sequence[Lane]) -> Iterator[tuple[Lane, Attempt | None]]:
        """Lanes in turn, beginning behind the last one of the round before; None where it was no frame."""
        frames = 0
        start = self._next % max(1, len(lanes))
        for step in range(len(lanes)):
            lane = lanes[(start + step) % len(lanes)]
            item = lane.reader.take(0.0)
            if item is None:
                continue
            attempt = self._glanced(lane, item)
            yield lane, attempt
            frames += attempt is not None
            if frames == MOST:
                self._next = start + step + 1
                return

    def _glanced(self, lane: Lane, item: Frame | Trouble) -> Attempt | None:
        try:
            if isinstance(item, Frame):
                lane.glimpses.pass_by(item)
                return lane.pipeline.glance(item)
            self._told(lane, item, self.clock.utc(), self.clock.quality())
        except Exception:  # whatever it is, it is this source's; the others go on
            _unexpected(lane)
        return None

    def _told(self, lane: Lane, trouble: Trouble, utc: float, quality: ClockQuality) -> None:
        level = logging.INFO if trouble.state in CALM else logging.WARNING
        fields = {"source": trouble.source, "state": trouble.state}
        what = (trouble.source, trouble.state, trouble.what)
        log.log(level, "source %s: %s: %s", *what, extra={"fields": fields})
        self.deliver(lane, Step(lane.pipeline.trouble(trouble, utc, quality)))

    def _concluded(self, lane: Lane, attempt: Attempt, answer: Answer) -> None:
        began = self.clock.monotonic()
        try:
            if isinstance(answer, Exception):
                step = lane.pipeline.unseen(attempt, answer)
            else:
                step = lane.pipeline.conclude(attempt, answer)
            lane.want(self.share)
            self._timed(lane, attempt.frame, began)
            self.deliver(lane, step)
        except Exception:  # as above
            _unexpected(lane)

    def _timed(self, lane: Lane, frame: Frame, began: float) -> None:
        """How long the look took."""
        if frame.arrived is None:
            return
        now, utc = self.clock.monotonic(), self.clock.utc()
        lane.delay_s = round(max(0.0, now - frame.arrived), 3)
        lane.looked = Looked(utc - (now - frame.arrived), utc - (now - began), utc)


def eased(rest_s: float, idle_s: float, share: float) -> float:
    """Seconds until the next look, where so much of the work may be done; what ripens keeps its pace."""
    return rest_s if rest_s < idle_s else max(rest_s, min(rest_s / share, SELDOM_S))


def report_of(lane: Lane) -> SourceReport:
    """How a source fares: what its reader tells, and how far its view can be trusted."""
    decoding = lane.reader.decoding
    known = {} if decoding is None else {"decoding": decoding.mode, "key_s": decoding.key_s}
    told = {**known, "trust": trust_of(lane.eyes.view), "delay_s": lane.delay_s}
    return lane.reader.report().model_copy(update=told)


def _unexpected(lane: Lane) -> None:
    log.exception("source %s: this was not expected; the source goes on with its next frame", lane.source.id)
