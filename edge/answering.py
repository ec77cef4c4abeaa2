"""Answers of one source to `verify`: looks on with its pipeline, and makes the events with their pictures."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from broker.events import Audit, Clock, ClockQuality, Reason, SceneAnswer, SceneVerification, SceneVerified
from broker.fields import utc
from edge.checks import Ask, Checks, Look, Verdict
from edge.drafts import Batch, Draft, Upload
from edge.frames import Frame
from edge.identity import source_ref
from edge.observation import Box, Observation, Proof, View
from edge.places import Finding, Place
from edge.settings import SourceSettings
from edge.steps import Shown, Step

log = logging.getLogger(__name__)

PACE_S, SLOW_S = 1.0, 4.0  # between two looks while a place is looked at, at first and after so long in vain
HURRY_S = 60.0
LATE_S = 5.0  # beyond its time, then a check whose looks do not come is given up by the node's own clock
LATELY = 256  # situations that ended while their events may not be stored yet

# Makes and stores the masked picture of a place: its box and its zone's outline are drawn into it.
PlaceCamera = Callable[[Frame, Box, Sequence[tuple[float, float]] | None, View], Shown]


@dataclass(frozen=True, slots=True)
class Shot:
    """The look that a verdict was made at. frame: None where there was none."""

    frame: Frame | None
    view: View
    utc: float
    quality: ClockQuality


class Answering:
    """Called on the thread of the pipeline alone."""

    def __init__(
        self, source: SourceSettings, camera: PlaceCamera | None, audit: Audit, at_once: int
    ) -> None:
        self._source = source
        self._camera = camera
        self._audit = audit
        self._checks = Checks(at_once)
        self._until: dict[tuple[str, str], tuple[float, float]] = {}
        self._lately: OrderedDict[str, Reason] = OrderedDict()
        self._view_since = float("-inf")
        self._settling = False

    def redraw(self, source: SourceSettings, audit: Audit, camera: PlaceCamera | None) -> None:
        """The source is told something else from now on; what was asked stays asked."""
        self._source, self._audit, self._camera = source, audit, camera

    def __len__(self) -> int:
        return len(self._checks)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where the detector is wanted at every look."""
        return self._checks.boxes

    def pace(self, interval_s: float) -> float:
        """Seconds until the next look: sooner while a place is looked at."""
        if not self._checks.boxes:
            return interval_s
        pace = PACE_S if self._checks.youngest_s < HURRY_S else SLOW_S
        return min(interval_s, max(pace, 1.0 / self._source.sample))

    def take(self, ask: Ask, now: float) -> None:
        """Look at a place from now on. now: the node's monotonic clock."""
        why = self._lately.get(ask.known.situation)
        if why is not None and ask.known.ended is None:
            ask = Ask(ask.command, ask.known.as_ended(why.code), ask.left_s)
        self._until[ask.command, ask.known.situation] = (now + ask.left_s + LATE_S, ask.left_s)
        self._checks.add(ask)

    def late(self, now: float) -> bool:
        """Whether the looks of some did not come in time."""
        return any(now >= until for until, _ in self._until.values())

    def overdue(self, now: float, utc_s: float, quality: ClockQuality) -> Step:
        """Answers of those whose looks did not come in time."""
        late = [(name, left) for name, (until, left) in self._until.items() if now >= until]
        for name, _ in late:
            del self._until[name]
        given = [self._checks.give_up(*name, after_s=left) for name, left in late]
        return Step(
            Batch(), self._told([v for v in given if v is not None], Shot(None, View(), utc_s, quality))
        )

    def answer(self, verdict: Verdict, utc_s: float, quality: ClockQuality) -> Step:
        """Tell at once what needs no look."""
        return Step(Batch(), self._told([verdict], Shot(None, View(), utc_s, quality)))

    def look(
        self,
        seen: Observation,
        frame: Frame | None,
        places: Sequence[Place],
        found: Iterable[Finding],
        waiting: Reason | None,
        proof: Proof,
    ) -> tuple[Callable[[], Batch], ...]:
        """Every look of the source; what it decides is still to be made."""
        self._follow(seen)
        ended = {one.situation: one.reasons[0] for one in found if one.phase == "cleared"}
        self._remember(ended)
        if not len(self._checks):
            return ()
        look = Look(seen, places, waiting, ended, self._view_since, proof)
        return self._told(self._checks.step(look), Shot(frame, seen.view, seen.utc, seen.clock))

    def _follow(self, seen: Observation) -> None:
        """A view that is learnt anew may be another one than that in which a situation was seen."""
        settling = seen.view.condition == "settling"
        if settling and not self._settling:
            self._view_since = seen.utc
        self._settling = settling

    def _remember(self, ended: dict[str, Reason]) -> None:
        self._lately.update(ended)
        while len(self._lately) > LATELY:
            self._lately.popitem(last=False)

    def _told(self, verdicts: Sequence[Verdict], shot: Shot) -> tuple[Callable[[], Batch], ...]:
        """One event for each command."""
        for verdict in verdicts:
            self._until.pop((verdict.ask.command, verdict.ask.known.situation), None)
        ordered = sorted(verdicts, key=_command)
        return tuple(
            partial(self._event, command, tuple(mine), shot) for command, mine in groupby(ordered, _command)
        )

    def _event(self, command: str, verdicts: Sequence[Verdict], shot: Shot) -> Batch:
        try:
            return self._answered(command, verdicts, shot)
        except Exception:  # what else the look came to must not be lost for it
            log.exception("source %s: the answer to %s cannot be made", self._source.id, command)
            return Batch()

    def _answered(self, command: str, verdicts: Sequence[Verdict], shot: Shot) -> Batch:
        answers = [_answer(verdict, self._picture(verdict, shot)) for verdict in verdicts]
        pictures = [picture for answer in answers for picture in answer.evidence]
        uploads = tuple(Upload(p.sha256, p.size, p.media_type) for p in pictures)
        audit = self._audit.model_copy(update={"clock": Clock(quality=shot.quality)})
        source = source_ref(self._source)
        data = SceneVerified(command=command, source=source, answers=answers, audit=audit)
        return Batch((Draft(SceneVerification, self._source.id, shot.utc, data),), uploads)

    def _picture(self, verdict: Verdict, shot: Shot) -> Shown:
        """The place as it is now; where it cannot be shown, why."""
        if self._camera is None or shot.frame is None or not verdict.shows or verdict.box is None:
            return Shown(None)
        zones = {zone.id: zone.polygon for zone in self._source.zones}
        try:
            return self._camera(shot.frame, verdict.box, zones.get(verdict.ask.known.zone), shot.view)
        except Exception as error:  # an answer without its picture is still an answer
            text = f"there is no picture: making it failed ({type(error).__name__})"
            return Shown(None, Reason(code="picture_failed", text=text))


def _answer(verdict: Verdict, shown: Shown) -> SceneAnswer:
    return SceneAnswer(
        situation=verdict.ask.known.situation,
        outcome=verdict.outcome,
        reasons=[*verdict.reasons, *([shown.reason] if shown.reason else [])],
        seen=None if verdict.seen is None else utc(verdict.seen),
        evidence=[shown.evidence] if shown.evidence else [],
    )


def _command(verdict: Verdict) -> str:
    return verdict.ask.command
