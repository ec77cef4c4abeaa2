"""What one source does with a frame: look, keep the ledger, ask the rules, make evidence, draft the events.

Live run and replay share it. It reads no clock and touches neither broker nor outbox: what comes out is a
Step that its caller finishes into one Batch and commits.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from broker.events import (
    AnyEvent,
    Audit,
    Clock,
    ClockQuality,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Reason,
    SourceHealth,
    SourceHealthChanged,
)
from edge.answering import Answering
from edge.asking import findings
from edge.cadence import interval
from edge.checks import Ask
from edge.drafts import Batch, Draft, Upload
from edge.frames import Frame, Trouble
from edge.identity import context, source_ref
from edge.incidents import incident
from edge.ledger import Ledger
from edge.observation import Observation, Proof, View
from edge.places import Finding, Place
from edge.settings import SourceSettings
from edge.steps import Attempt, Camera, Eyes, Lookout, Shown, Sink, Step
from edge.troubles import Change, Conditions, Happening
from models.detections import Detections

log = logging.getLogger(__name__)

MOST_PARKED = 64  # rules that are gone and remembered

EVENTS: dict[str, type[AnyEvent]] = {
    "opened": IncidentOpened,
    "updated": IncidentUpdated,
    "cleared": IncidentCleared,
}


class Pipeline:
    """One source. Frames and troubles go in, in order; batches come out."""

    def __init__(
        self,
        source: SourceSettings,
        eyes: Eyes | None,
        lookouts: Sequence[Lookout],
        camera: Camera | None,
        audit: Audit,
        journal: Sink | None = None,
        answering: Answering | None = None,
    ) -> None:
        self.observations = 0
        self.taken = 0  # observations and happenings decided on, over restarts: the journal's numbers
        self._source = source
        self._eyes = eyes
        self._lookouts = lookouts
        self._camera = camera
        self._audit = audit
        self._journal = journal
        self._answering = Answering(source, None, audit, 0) if answering is None else answering
        self._ledger = Ledger(source.id)
        self._conditions = Conditions()
        self._saved: dict[str, Any] | None = None
        # What rules knew that are gone: should they come back, no situation of theirs may have an old id.
        self._parked: dict[str, Any] = {}

    @property
    def interval_s(self) -> float:
        """Seconds until the next look is wanted."""
        rest = interval(self._source, "standing" if self._eyes is None else self._eyes.ripening)
        return self._answering.pace(rest)

    def ask(self, ask: Ask, now: float) -> None:
        """Look at a place again, and answer. now: the node's monotonic clock."""
        self._answering.take(ask, now)

    def late(self, now: float) -> bool:
        """Whether there are places of which no look comes any more; asked many times a second."""
        return self._answering.late(now)

    def overdue(self, now: float, utc: float, quality: ClockQuality) -> Step:
        """Answers about them."""
        return self._answering.overdue(now, utc, quality)

    def resume(self, snapshot: bytes) -> None:
        """Take up the state of an earlier process; the ledger itself waits for the first frame's time.

        A deep state is that of this very time base: the ledger goes on from it at once.

        Raises ValueError for what is no such state.
        """
        saved = json.loads(snapshot)
        try:
            self._conditions.restore(saved["conditions"])
            self.taken = int(saved.get("taken", 0))
            rules = dict(saved["rules"])
            for lookout in self._lookouts:
                if lookout.key in rules:
                    self._resume_rule(lookout, rules.pop(lookout.key))
            self._parked = dict(list(rules.items())[:MOST_PARKED])
            if "deep" in saved["ledger"]:
                self._ledger = Ledger.resume_exactly(self._source.id, saved["ledger"])
            else:
                self._saved = saved["ledger"]
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not the state of a source: {error!r}") from error

    def _resume_rule(self, lookout: Lookout, saved: dict[str, Any]) -> None:
        """A rule of another kind under the old name, say, must not cost the places of all the others."""
        try:
            lookout.rule.restore(saved)
        except ValueError as error:
            log.error("source %s: the rule %s starts afresh: %s", self._source.id, lookout.key, error)

    def snapshot(self, *, deep: bool = False) -> bytes:
        """Everything that must outlive the process; deep: and all else that later decisions hang on."""
        state = {
            "ledger": self._saved if self._saved is not None else self._ledger.dump(deep=deep),
            "rules": {**{one.key: one.rule.dump(deep=deep) for one in self._lookouts}, **self._parked},
            "conditions": self._conditions.dump(),
            "taken": self.taken,
        }
        return json.dumps(state, separators=(",", ":")).encode()

    @property
    def conditions(self) -> tuple[str, ...]:
        """What is wrong with the source now. From any thread."""
        return self._conditions.open

    @property
    def sizes(self) -> dict[str, int]:
        """How much its ledger holds, by sort. From any thread."""
        return self._ledger.sizes

    @property
    def lookouts(self) -> Sequence[Lookout]:
        """Every rule that is asked."""
        return self._lookouts

    def end(self, lookouts: Sequence[Lookout], why: Reason, utc: float, quality: ClockQuality) -> Batch:
        """These rules go: whatever they hold open ends with a word, and without a picture."""
        t, at = self._ledger.now or (utc, utc)
        seen = Observation(self._source.id, t, at, quality, 1.0, (), trusted=False)
        drafts = []
        for lookout in lookouts:
            about = context(self._source, lookout.zone, lookout.settings, self._audited(quality))
            for finding in lookout.rule.end(seen, why):
                data = incident(finding, about, utc_minus_t=at - t, evidence=[], view=seen.view)
                drafts.append(Draft(EVENTS[finding.phase], finding.situation, utc, data))
        return Batch(tuple(drafts))

    def step(self, frame: Frame) -> Step:
        """One frame, and the detector at once where it is wanted."""
        attempt = self.glance(frame)
        if attempt.glance is None or attempt.wish is None or self._eyes is None:
            return self.conclude(attempt, None)
        try:
            found = self._eyes.detect(attempt.glance)
        except Exception as error:  # a model that fails must not stop the other sources
            return Step(attempt.health.then(self._unseen(frame, error)))
        return self.conclude(attempt, found)

    def glance(self, frame: Frame) -> Attempt:
        """The first half of a step: all but the detector."""
        if self._eyes is None:
            raise ValueError("a pipeline without eyes takes observations, not frames")
        self._take_up_ledger(frame.t, frame.utc)
        health = self.happened("frame", "pictures come again", frame.utc, frame.clock)
        self._eyes.asked = self._answering.boxes
        try:
            return Attempt(frame, self._eyes.glance(frame, self._ledger.places), health)
        except Exception as error:  # a picture that fails must not stop the other sources
            return Attempt(frame, None, health.then(self._unseen(frame, error)))

    def conclude(self, attempt: Attempt, found: Sequence[Detections] | None) -> Step:
        """The second half. found: the detector's answer to the attempt's wish, None where there was none."""
        frame = attempt.frame
        if attempt.glance is None or self._eyes is None:
            return Step(attempt.health)
        try:
            seen = self._eyes.conclude(attempt.glance, found)
        except Exception as error:  # as above
            return Step(attempt.health.then(self._unseen(frame, error)))
        calm = self.happened("seen", "pictures can be looked at again", frame.utc, frame.clock)
        step = self.decide(seen, frame)
        return Step(attempt.health.then(calm).then(step.told), step.untold)

    def unseen(self, attempt: Attempt, error: Exception) -> Step:
        """The second half where the detector failed on it."""
        return Step(attempt.health.then(self._unseen(attempt.frame, error)))

    def _unseen(self, frame: Frame, error: Exception) -> Batch:
        return self.happened("unseen", f"{type(error).__name__}: {error}", frame.utc, frame.clock)

    def _take_up_ledger(self, t: float, utc: float) -> None:
        if self._saved is None:
            return
        saved, self._saved = self._saved, None
        try:
            self._ledger = Ledger.restore(self._source.id, saved, t=t, utc=utc)
        except ValueError as error:
            log.error(
                "source %s: what stood there before the restart is not known: %s", self._source.id, error
            )

    def trouble(self, trouble: Trouble, utc: float, quality: ClockQuality = "unknown") -> Batch:
        """Something the source tells of itself. utc: now, as a trouble carries no time."""
        return self.happened(trouble.state, trouble.what, utc, quality)

    def happened(self, what: Happening, text: str, utc: float, quality: ClockQuality) -> Batch:
        """Something that may raise or clear a condition of the source."""
        change = self._conditions.happened(what, text, utc)
        if change is None:
            return Batch()
        if self._journal is not None:
            self._journal.happened(what, text, utc, quality)
        self.taken += 1
        return Batch((self._changed(change, utc, quality),))

    def _changed(self, change: Change, utc: float, quality: ClockQuality) -> Draft:
        return Draft(SourceHealthChanged, self._source.id, utc, self._health(change, quality))

    def _health(self, change: Change, quality: ClockQuality) -> SourceHealth:
        return SourceHealth(
            condition=change.condition,
            state=change.state,
            severity=change.severity,
            since=change.since_utc,
            source=source_ref(self._source),
            reasons=[change.reason],
            audit=self._audited(quality),
        )

    def decide(self, seen: Observation, frame: Frame | None = None) -> Step:
        """What an observation comes to. frame: what it was made of; None when decisions are made again."""
        self._take_up_ledger(seen.t, seen.utc)
        self.observations += 1
        if self._journal is not None:
            self._journal.seen(seen)
        self.taken += 1
        views = self._conditions.view(seen.view, seen.utc)
        health = tuple(self._changed(change, seen.utc, seen.clock) for change in views)
        changed = self._ledger.step(seen)
        places = [*self._ledger.places, *(place for place in changed if place.state == "cleared")]
        found = list(findings(self._lookouts, seen, places))
        tell = tuple(partial(self._tell, seen, frame, lookout, finding) for lookout, finding in found)
        return Step(Batch(health), tell + self._answers(seen, frame, places, [one for _, one in found]))

    def _answers(
        self, seen: Observation, frame: Frame | None, places: Sequence[Place], found: Sequence[Finding]
    ) -> tuple[Callable[[], Batch], ...]:
        proof = Proof() if self._eyes is None else self._eyes.proof
        return self._answering.look(seen, frame, places, found, self._ledger.waiting, proof)

    def _tell(self, seen: Observation, frame: Frame | None, lookout: Lookout, finding: Finding) -> Batch:
        try:
            return self._told(seen, frame, lookout, finding)
        except Exception:  # the others of this look must go with the state behind them, or never go
            what = (self._source.id, finding.situation)
            log.exception("source %s: an event about %s cannot be made and is left out", *what)
            return Batch()

    def _told(self, seen: Observation, frame: Frame | None, lookout: Lookout, finding: Finding) -> Batch:
        """The event of a finding, with its picture where one can be shown."""
        shown = self._picture(seen.view, frame, lookout, finding)
        if shown.reason is not None:
            finding = replace(finding, reasons=(*finding.reasons, shown.reason))
        pictures = [shown.evidence] if shown.evidence else []
        about = context(self._source, lookout.zone, lookout.settings, self._audited(seen.clock))
        data = incident(finding, about, utc_minus_t=seen.utc - seen.t, evidence=pictures, view=seen.view)
        uploads = tuple(Upload(picture.sha256, picture.size, picture.media_type) for picture in pictures)
        return Batch((Draft(EVENTS[finding.phase], finding.situation, seen.utc, data),), uploads)

    def _picture(self, view: View, frame: Frame | None, lookout: Lookout, finding: Finding) -> Shown:
        if self._camera is None or finding.phase == "updated":
            return Shown(None)
        try:
            shown = self._camera(frame, lookout, finding, view)
        except Exception as error:  # an incident without its picture is still an incident
            log.exception("source %s: the picture could not be made", self._source.id)
            text = f"there is no picture: making it failed ({type(error).__name__})"
            shown = Shown(None, Reason(code="picture_failed", text=text))
        if self._journal is not None:
            self._journal.shown(finding, shown)
        return shown

    def _audited(self, quality: ClockQuality) -> Audit:
        return self._audit.model_copy(update={"clock": Clock(quality=quality)})
