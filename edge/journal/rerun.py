"""The journal of one source through a pipeline without eyes."""

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from broker.events import Audit
from edge import assembly
from edge.config import Configuration
from edge.drafts import Draft
from edge.frames import Frame
from edge.journal import reading
from edge.journal.entries import Begin, Entry, Happened, Lost, Run
from edge.journal.segments import Segment, segments
from edge.observation import Observation, View
from edge.pipeline import Pipeline
from edge.places import Finding
from edge.settings import SourceSettings
from edge.steps import Lookout, Shown

log = logging.getLogger(__name__)


class Rerun:
    """Makes the decisions of one source again, from the segment on in which `since` lies.

    looks: how many there were. span_s: the seconds between the first and the last.
    """

    def __init__(
        self,
        source: SourceSettings,
        configuration: Configuration,
        directory: Path,
        since: float = float("-inf"),
        until: float = float("inf"),
    ) -> None:
        self.looks = 0
        self._source = source
        self._configuration = configuration
        self._until = until
        self._segments = reading.reaching(segments(directory / source.id), since)
        self._pictures: dict[tuple[str, str, int], Shown] = {}
        self._pipeline: Pipeline | None = None
        self._first = self._last = 0.0
        self._judged: set[str] = set()

    @property
    def span_s(self) -> float:
        """Of UTC, which is what goes on over restarts."""
        return max(0.0, self._last - self._first)

    def drafts(self) -> Iterator[Sequence[Draft]]:
        """The events of every look and happening. Raises UnknownVersion, OSError."""
        for told in reading.pictures(self._segments, self._source.id):
            key = (told.situation, told.phase, told.revision)
            self._pictures[key] = Shown(told.evidence, told.reason)
        for segment, limit in zip(self._segments, self._limits(), strict=True):
            if segment.start > self._until:
                continue
            for entry in reading.entries(segment, self._source.id):
                yield from self._take(entry, segment, limit)

    def _limits(self) -> Sequence[float]:
        """For each segment, the number from which on its decisions were never committed.

        A process that went on with less than was written knew nothing of the rest, and found it again.
        """
        limits, limit = [], float("inf")
        for segment in reversed(self._segments):
            limits.append(limit)
            begin = reading.begin_of(segment, self._source.id)
            if begin is not None and begin.start != "next":
                limit = begin.number if begin.start == "resumed" else float("inf")
        return limits[::-1]

    def _take(self, entry: Entry, segment: Segment, limit: float) -> Iterator[Sequence[Draft]]:
        if isinstance(entry, Begin):
            self._begin(entry, segment)
        elif isinstance(entry, Lost):
            self._lost(entry)
        elif self._pipeline is None:
            return
        elif isinstance(entry, Run):
            for seen in entry.looks():
                if seen.utc <= self._until:
                    yield self._look(self._pipeline, seen, limit)
        elif isinstance(entry, Happened) and entry.utc <= self._until:
            number = self._pipeline.taken
            batch = self._pipeline.happened(entry.what, entry.text, entry.utc, entry.quality)
            yield batch.drafts if number < limit else ()

    def _lost(self, lost: Lost) -> None:
        log.warning("replay: %s; up to the next segment decisions may be others than they were", lost.text)
        if self._pipeline is not None and lost.number is not None:
            self._pipeline.taken = lost.number

    def _look(self, pipeline: Pipeline, seen: Observation, limit: float) -> Sequence[Draft]:
        number = pipeline.taken
        self.looks += 1
        self._first, self._last = self._first or seen.utc, seen.utc
        try:
            step = pipeline.decide(seen)
        except Exception:  # as the live run does: the source goes on with its next look
            log.exception("replay: %s: a look failed and is left out", self._source.id)
            return ()
        return step.finish().drafts if number < limit else ()

    def _begin(self, begin: Begin, segment: Segment) -> None:
        """Go on from the state of the journal, unless it is the one at hand."""
        before = self._pipeline
        same = self._is_same(begin, segment)
        whole = begin.start == "next" and before is not None and begin.number == before.taken
        if begin.start == "next" and before is not None and self._leads_on(begin, before, segment, same):
            return
        lookouts = assembly.lookouts(self._source)
        self._pipeline = Pipeline(self._source, None, lookouts, self._recall, self._audit(begin))
        try:
            self._pipeline.resume(begin.state if same else _other_rules(begin.state, before, deep=whole))
        except ValueError as error:
            log.error("replay: %s: its state cannot be taken up: %s", segment.name, error)

    def _leads_on(self, begin: Begin, before: Pipeline, segment: Segment, same: bool) -> bool:
        """Whether the state at hand is that of the journal."""
        missing = begin.number - before.taken
        if missing:
            log.warning("replay: %s: %d observations are missing before it", segment.name, missing)
            return False
        at_hand = before.snapshot(deep=True)
        if at_hand != begin.state if same else _ledger(at_hand) != _ledger(begin.state):
            log.warning("replay: %s: the live run stood elsewhere; its state is taken up", segment.name)
            return False
        return True

    def _is_same(self, begin: Begin, segment: Segment) -> bool:
        """Whether the journal was written with the configuration at hand; what differs is said once."""
        made, here = begin.audit, self._configuration.sha256
        if made.configuration != here and made.configuration not in self._judged:
            text = "replay: from %s on it was written with configuration %s; today's zones and rules judge it"
            log.warning(text, segment.name, made.configuration[:10])
        if made.software != assembly.SOFTWARE and made.software not in self._judged:
            text = "replay: %s was written by %s and is judged by %s"
            log.warning(text, segment.name, made.software, assembly.SOFTWARE)
        self._judged |= {made.configuration, made.software}
        return made.configuration == here

    def _audit(self, begin: Begin) -> Audit:
        """The model looked then; software and configuration decide now."""
        now = {"software": assembly.SOFTWARE, "configuration": self._configuration.sha256}
        return begin.audit.model_copy(update=now)

    def _recall(self, frame: Frame | None, lookout: Lookout, finding: Finding, view: View) -> Shown:  # noqa: ARG002
        """The picture that was made then."""
        key = (finding.situation, finding.phase, finding.revision)
        return self._pictures.get(key, Shown(None))


def _other_rules(state: bytes, before: Pipeline | None, *, deep: bool) -> bytes:
    """The places and conditions of the journal, with what today's rules have come to so far.

    deep: they go on in the same time base.
    """
    saved = json.loads(state)
    saved["rules"] = json.loads(before.snapshot(deep=deep))["rules"] if before is not None else {}
    return json.dumps(saved).encode()


def _ledger(state: bytes) -> object:
    """The part of a state that does not depend on zones."""
    return json.loads(state)["ledger"]
