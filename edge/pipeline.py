"""What one source does with a frame: look, keep the ledger, ask the rules, make evidence, draft the events.

Live run and replay share it. It reads no clock and touches neither broker nor outbox: what comes out is a
Step that its caller finishes into one Batch and commits.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from broker.events import (
    AnyEvent,
    Audit,
    Clock,
    ClockQuality,
    Evidence,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Reason,
    SourceHealth,
    SourceHealthChanged,
)
from edge.drafts import Batch, Draft, Upload
from edge.frames import Frame, Trouble
from edge.identity import context, source_ref
from edge.incidents import incident
from edge.ledger import Ledger
from edge.observation import Observation
from edge.places import Finding, Place
from edge.rule import Rule
from edge.settings import RuleSettings, SourceSettings, ZoneSettings
from edge.troubles import Change, Conditions, Happening

log = logging.getLogger(__name__)

EVENTS: dict[str, type[AnyEvent]] = {
    "opened": IncidentOpened,
    "updated": IncidentUpdated,
    "cleared": IncidentCleared,
}


class Eyes(Protocol):
    """Makes an observation of a frame; `edge.perception.observer.Observer` is one."""

    def observe(self, frame: Frame, places: Sequence[Place]) -> Observation:
        """Called with every frame, in order of time. May raise anything; the frame then counts as unseen."""
        ...


@dataclass(frozen=True, slots=True)
class Lookout:
    """One rule in one zone."""

    zone: ZoneSettings
    settings: RuleSettings
    rule: Rule

    @property
    def key(self) -> str:
        """Under this its state is kept over restarts."""
        return f"{self.zone.id}/{self.settings.name}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture for an event, or the reason why there is none."""

    evidence: Evidence | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one frame came to. Its pictures are still to be made, which takes a second or so each.

    `finish` touches nothing that a later step changes: it may run on another thread, in the steps' order.
    """

    told: Batch
    untold: tuple[Callable[[], Batch], ...] = ()

    def finish(self) -> Batch:
        """Make the pictures and the events they belong to."""
        batch = self.told
        for tell in self.untold:
            batch = batch.then(tell())
        return batch

    def __bool__(self) -> bool:
        return bool(self.told or self.untold)


# Makes and stores the masked picture of a finding; None where no pictures are wanted.
Camera = Callable[[Frame, Lookout, Finding], Shown]


class Pipeline:
    """One source. Frames and troubles go in, in order; batches come out."""

    def __init__(
        self,
        source: SourceSettings,
        eyes: Eyes,
        lookouts: Sequence[Lookout],
        camera: Camera | None,
        audit: Audit,
    ) -> None:
        self.observations = 0
        self._source = source
        self._eyes = eyes
        self._lookouts = lookouts
        self._camera = camera
        self._audit = audit
        self._ledger = Ledger(source.id)
        self._conditions = Conditions()
        self._saved: dict[str, Any] | None = None

    def resume(self, snapshot: bytes) -> None:
        """Take up the state of an earlier process; the ledger itself waits for the first frame's time.

        Raises ValueError for what is no such state.
        """
        saved = json.loads(snapshot)
        try:
            self._conditions.restore(saved["conditions"])
            for lookout in self._lookouts:
                if lookout.key in saved["rules"]:
                    self._resume_rule(lookout, saved["rules"][lookout.key])
            self._saved = saved["ledger"]
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not the state of a source: {error!r}") from error

    def _resume_rule(self, lookout: Lookout, saved: dict[str, Any]) -> None:
        """A rule of another kind under the old name, say, must not cost the places of all the others."""
        try:
            lookout.rule.restore(saved)
        except ValueError as error:
            log.error("source %s: the rule %s starts afresh: %s", self._source.id, lookout.key, error)

    def snapshot(self) -> bytes:
        """Everything that must outlive the process."""
        state = {
            "ledger": self._saved if self._saved is not None else self._ledger.dump(),
            "rules": {lookout.key: lookout.rule.dump() for lookout in self._lookouts},
            "conditions": self._conditions.dump(),
        }
        return json.dumps(state, separators=(",", ":")).encode()

    def step(self, frame: Frame) -> Step:
        """One frame."""
        self._take_up_ledger(frame)
        health = [*self._happened("frame", "pictures come again", frame.utc, frame.clock)]
        try:
            seen = self._eyes.observe(frame, self._ledger.places)
        except Exception as error:  # a model or a picture that fails must not stop the other sources
            why = f"{type(error).__name__}: {error}"
            return Step(Batch((*health, *self._happened("unseen", why, frame.utc, frame.clock))))
        self.observations += 1
        health += self._happened("seen", "pictures can be looked at again", frame.utc, frame.clock)
        return Step(Batch(tuple(health)), self._decide(frame, seen))

    def _take_up_ledger(self, frame: Frame) -> None:
        if self._saved is None:
            return
        saved, self._saved = self._saved, None
        try:
            self._ledger = Ledger.restore(self._source.id, saved, t=frame.t, utc=frame.utc)
        except ValueError as error:
            log.error(
                "source %s: what stood there before the restart is not known: %s", self._source.id, error
            )

    def trouble(self, trouble: Trouble, utc: float, quality: ClockQuality = "unknown") -> Batch:
        """Something the source tells of itself. utc: now, as a trouble carries no time."""
        return Batch(tuple(self._happened(trouble.state, trouble.what, utc, quality)))

    def _happened(self, what: Happening, text: str, utc: float, quality: ClockQuality) -> Iterator[Draft]:
        change = self._conditions.happened(what, text, utc)
        if change is not None:
            yield Draft(SourceHealthChanged, self._source.id, utc, self._health(change, quality))

    def _health(self, change: Change, quality: ClockQuality) -> SourceHealth:
        return SourceHealth(
            condition=change.condition,
            state=change.state,
            severity="high" if change.state == "raised" else "normal",
            since=change.since_utc,
            source=source_ref(self._source),
            reasons=[change.reason],
            audit=self._audited(quality),
        )

    def _decide(self, frame: Frame, seen: Observation) -> tuple[Callable[[], Batch], ...]:
        changed = self._ledger.step(seen)
        places = [*self._ledger.places, *(place for place in changed if place.state == "cleared")]
        return tuple(
            partial(self._tell, frame, lookout, finding)
            for lookout in self._lookouts
            for finding in self._found(lookout, seen, places)
        )

    def _found(self, lookout: Lookout, seen: Observation, places: Sequence[Place]) -> Sequence[Finding]:
        try:
            return lookout.rule.step(seen, places)
        except Exception:  # what the other rules found is told already, as far as they know
            log.exception("source %s: the rule %s failed at this look", self._source.id, lookout.key)
            return ()

    def _tell(self, frame: Frame, lookout: Lookout, finding: Finding) -> Batch:
        try:
            return self._told(frame, lookout, finding)
        except Exception:  # the others of this look must go with the state behind them, or never go
            what = (self._source.id, finding.situation)
            log.exception("source %s: an event about %s cannot be made and is left out", *what)
            return Batch()

    def _told(self, frame: Frame, lookout: Lookout, finding: Finding) -> Batch:
        """The event of a finding, with its picture where one can be shown."""
        shown = self._picture(frame, lookout, finding)
        if shown.reason is not None:
            finding = replace(finding, reasons=(*finding.reasons, shown.reason))
        pictures = [shown.evidence] if shown.evidence else []
        about = context(self._source, lookout.zone, lookout.settings, self._audited(frame.clock))
        data = incident(finding, about, utc_minus_t=frame.utc - frame.t, evidence=pictures)
        uploads = tuple(Upload(picture.sha256, picture.size, picture.media_type) for picture in pictures)
        return Batch((Draft(EVENTS[finding.phase], finding.situation, frame.utc, data),), uploads)

    def _picture(self, frame: Frame, lookout: Lookout, finding: Finding) -> Shown:
        if self._camera is None or finding.phase == "updated":
            return Shown(None)
        try:
            return self._camera(frame, lookout, finding)
        except Exception as error:  # an incident without its picture is still an incident
            log.exception("source %s: the picture could not be made", self._source.id)
            text = f"there is no picture: making it failed ({type(error).__name__})"
            return Shown(None, Reason(code="picture_failed", text=text))

    def _audited(self, quality: ClockQuality) -> Audit:
        return self._audit.model_copy(update={"clock": Clock(quality=quality)})
