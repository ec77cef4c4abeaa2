"""Takes the centre's `verify`: each situation goes to the source that saw it, or is answered at once."""

import logging
import queue
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from broker.events import (
    Audit,
    Clock,
    ClockQuality,
    Reason,
    SceneAnswer,
    SceneVerification,
    SceneVerified,
    SourceRef,
)
from broker.fields import read
from broker.messages import Scene, Verify
from edge import verifications
from edge.checks import Ask, Known, Outcome, VerifySettings, reasons
from edge.checks.fit import misfit
from edge.drafts import Batch, Draft
from edge.identity import source_ref
from edge.intake import Clocks, Intake
from edge.outbox import Outbox
from edge.rounds import Lane
from edge.settings import SourceSettings
from edge.steps import Step
from edge.verifications import Asked
from edge.wing import Wanted, Wing

log = logging.getLogger(__name__)

LEFT_S = 60.0  # after a restart even what is late is looked for, so long or within the time that is set


@dataclass(frozen=True, slots=True)
class _Refusal:
    """An answer without a look. source: whose answer it is, None for the node's own."""

    asked: Asked
    outcome: Outcome
    why: Reason
    source: SourceSettings | None = None


class Verifying:
    """`asked` is called by the publisher, `serve` by the loop that looks."""

    def __init__(
        self,
        outbox: Outbox,
        intake: Intake,
        clocks: Clocks,
        settings: VerifySettings,
        sources: Sequence[SourceSettings],
        audit: Audit,
        quality: Callable[[], ClockQuality],
        wings: Sequence[Wing] = (),
    ) -> None:
        self._outbox, self._intake, self._clocks, self._settings = outbox, intake, clocks, settings
        self._sources = {source.id: source for source in sources}
        self._audit = audit
        self._quality = quality
        self._wings = wings
        self._coming: queue.SimpleQueue[Ask] = queue.SimpleQueue()

    def redraw(self, sources: Sequence[SourceSettings], audit: Audit) -> None:
        """The sources are told something else from now on; what was asked stays asked."""
        self._sources, self._audit = {source.id: source for source in sources}, audit

    def begin(self) -> None:
        """Go on with what an earlier process did not answer. Raises OutboxError."""
        waiting = self._outbox.within(verifications.unanswered)
        if waiting:
            log.info("%d places are looked at again, as was asked before the restart", len(waiting))
        self._route(waiting, LEFT_S)

    def asked(self, command: Verify) -> bool:
        """Take one command; whether answers given before are to be sent once more. Raises OutboxError."""
        at = self._clocks.utc()
        scenes = {scene.situation: scene for scene in command.scenes or ()}
        names = dict.fromkeys([*command.situations, *sorted(scenes)])
        until = at + self._settings.within if command.until is None else command.until.timestamp()
        wanted = [
            Asked(command.id, name, name in scenes, at, until, _body(scenes.get(name)), command.source)
            for name in names
        ]
        taken = self._outbox.within(partial(verifications.ask, wanted=wanted, at=at))
        log.info("the centre asks to look at %d places again, %d of them new", len(names), len(taken.new))
        self._route(taken.new, 0.0)
        full = reasons.plain("too_many")
        self._refuse([_Refusal(one, "not_seen", full) for one in taken.refused])
        return taken.again > 0

    def serve(self, lanes: Sequence[Lane], deliver: Callable[[Lane, Step], None]) -> None:
        """Hand what is new to its sources, and have those answered whose looks do not come."""
        now = self._clocks.monotonic()
        while not self._coming.empty():
            ask = self._coming.get()
            lane = next(each for each in lanes if each.source.id == ask.known.source)
            lane.pipeline.ask(ask, now)
            lane.reader.want(lane.pipeline.interval_s)
        for lane in [lane for lane in lanes if lane.pipeline.late(now)]:
            step = lane.pipeline.overdue(now, self._clocks.utc(), self._quality())
            if step:
                deliver(lane, step)

    def _route(self, wanted: Iterable[tuple[Asked, Known | None]], least_s: float) -> None:
        """least_s: how long each is looked for in any case."""
        refused = []
        for one, known in wanted:
            left = min(self._settings.within, max(least_s, one.until - self._clocks.utc()))
            if self._elsewhere(one, known, left):
                continue
            why = self._unfit(one, known)
            if why is None and left <= 0.0:
                why = _Refusal(one, "not_seen", reasons.too_old(-left))
            if why is not None:
                refused.append(why)
            elif known is not None:
                self._coming.put(Ask(one.command, known, left))
        self._refuse(refused)

    def _elsewhere(self, one: Asked, known: Known | None, left_s: float) -> bool:
        """Whether a wing answers; a camera's own situation is a camera's, unless another is to look."""
        if one.source in self._sources or (one.source is None and known and known.source in self._sources):
            return False
        wanted = Wanted(one, known, _scene(one.place), left_s)
        return any(wing.verify(wanted) for wing in self._wings)

    def _unfit(self, one: Asked, known: Known | None) -> _Refusal | None:
        """Why the place cannot be looked at, if so."""
        if known is None:
            code = "not_calibrated" if one.scene else "unknown_situation"
            return _Refusal(one, "not_in_view", reasons.plain(code))
        if one.source not in (None, known.source):
            return _Refusal(one, "not_in_view", reasons.plain("other_source"))
        source = self._sources.get(known.source)
        if source is None:
            return _Refusal(one, "not_in_view", reasons.plain("source_gone"))
        why = misfit(known, source)
        return None if why is None else _Refusal(one, "not_in_view", why, source)

    def _refuse(self, refused: Sequence[_Refusal]) -> None:
        """Answered at once, one event for each command and source."""
        ordered = sorted(refused, key=_place)
        drafts = tuple(self._draft(list(some)) for _, some in groupby(ordered, _place))
        if drafts:
            self._intake.put(Batch(drafts))

    def _draft(self, some: Sequence[_Refusal]) -> Draft:
        now, source = self._clocks.utc(), some[0].source
        node = self._outbox.address.node
        data = SceneVerified(
            command=some[0].asked.command,
            source=SourceRef(id=node, kind="camera") if source is None else source_ref(source),
            answers=[
                SceneAnswer(situation=one.asked.situation, outcome=one.outcome, reasons=[one.why])
                for one in some
            ],
            audit=self._audit.model_copy(update={"clock": Clock(quality=self._quality())}),
        )
        return Draft(SceneVerification, node if source is None else source.id, now, data)


def _body(scene: Scene | None) -> bytes | None:
    return None if scene is None else scene.model_dump_json(exclude_none=True).encode()


def _scene(place: bytes | None) -> Scene | None:
    try:
        return None if place is None else read(Scene, place)
    except ValueError:  # another version's
        return None


def _place(one: _Refusal) -> tuple[str, str]:
    return one.asked.command, one.source.id if one.source is not None else ""
