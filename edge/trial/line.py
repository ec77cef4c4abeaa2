"""One set of zones on its way through what the ledger found: what they would have told, and why."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from broker.events import Audit, Clock, Incident
from edge import assembly
from edge.ahead import can_pass
from edge.asking import findings
from edge.identity import context
from edge.incidents import incident
from edge.journal.entries import Begin
from edge.observation import Observation
from edge.places import Finding, Place
from edge.rungs import explains
from edge.settings import SourceSettings
from edge.steps import Lookout, Shown
from edge.trial.past import Past

log = logging.getLogger(__name__)

Pictures = Mapping[tuple[str, str, int], Shown]


@dataclass(frozen=True, slots=True)
class Word:
    """What would have been told at a look. utc: of the look. key: of the place, region or group."""

    utc: float
    phase: str
    situation: str
    key: str
    rule: str
    incident: Incident


class Line:
    """The rules of one set of zones. `sha`: of the configuration they are from; None for a draft.

    told: everything, in order. watch: called with each look that the rules were asked at, after they were.
    """

    def __init__(
        self,
        name: str,
        source: SourceSettings,
        sha: str | None,
        pictures: Pictures,
        watch: Callable[[Observation, Sequence[Place]], None] | None = None,
    ) -> None:
        self.name = name
        self.told: list[Word] = []
        self.lookouts: list[Lookout] = assembly.lookouts(source)
        self._source = source
        self._sha = sha
        self._pictures = pictures
        self._watch = watch
        self._audit = Audit(
            software=assembly.SOFTWARE, configuration="0" * 64, clock=Clock(quality="unknown")
        )
        self._taken: int | None = None

    def begin(self, begin: Begin) -> None:
        """A segment begins: go on, or take up what the journal says, as a replay does."""
        made_by = {"software": assembly.SOFTWARE, "configuration": self._sha or begin.audit.configuration}
        self._audit = begin.audit.model_copy(update=made_by)
        same = begin.audit.configuration == self._sha
        follows = begin.start == "next" and self._taken == begin.number
        if same:
            self._take_up(_rules_of(begin))
        elif not follows:
            self._take_up(self._at_hand())
        self._taken = begin.number

    def open(self) -> dict[str, tuple[str, str]]:
        """The situations that are open now: the key of the thing and the kind, by their names."""
        return {
            name: (key, lookout.settings.incident)
            for lookout in self.lookouts
            if explains(lookout.rule)
            for key, name in lookout.rule.situations().items()
        }

    def _at_hand(self) -> dict[str, Any]:
        """What the rules have come to, as it outlives a process."""
        if self._taken is None:
            return {}
        dumps = {lookout.key: lookout.rule.dump() for lookout in self.lookouts}
        found: dict[str, Any] = json.loads(json.dumps(dumps))
        return found

    def _take_up(self, saved: Mapping[str, Any]) -> None:
        self.lookouts = assembly.lookouts(self._source)
        for lookout in self.lookouts:
            try:
                if lookout.key in saved:
                    lookout.rule.restore(saved[lookout.key])
            except ValueError as error:
                log.error("source %s: the rule %s starts afresh: %s", self._source.id, lookout.key, error)

    def go(self, past: Past, end: int, limit: float) -> None:
        """Through the looks of one segment, to before `end`; of those from number `limit` on nothing is told.

        Raises LookupError where the segment has gone from the disk.
        """
        for index, asked in self._due(past, end):
            seen, places = past.look(index), past.places(index)
            told = past.number[index] < limit
            for lookout, finding in findings(asked, seen, places):
                if told:
                    self._tell(seen, lookout, finding)
            if self._watch is not None and told:
                self._watch(seen, places)
        self._taken = past.end

    def _due(self, past: Past, end: int) -> Iterator[tuple[int, Sequence[Lookout]]]:
        """The looks at which rules are to be asked, and which of them."""
        due = [0] * len(self.lookouts)
        vain: set[int] = set()
        index = 0 if self.lookouts or self._watch is not None else end
        while index < end:
            asked = [n for n, look in enumerate(due) if look == index]
            if not past.failed[index]:
                yield index, [self.lookouts[n] for n in asked]
            for n in asked:
                due[n] = self._next(n, past, index + 1, end, vain)
            index = min(due, default=index + 1)

    def _next(self, n: int, past: Past, index: int, end: int, vain: set[int]) -> int:
        """When a rule is to be asked next. One that could not be passed is tried again two looks later."""
        rule = self.lookouts[n].rule
        if self._watch is not None or index >= end or not can_pass(rule):
            return index
        if n in vain:
            vain.discard(n)
            return index
        found = rule.passes(past, index, end)
        if found == index:
            vain.add(n)
        return found

    def _tell(self, seen: Observation, lookout: Lookout, finding: Finding) -> None:
        key = (finding.situation, finding.phase, finding.revision)
        shown = self._pictures.get(key, Shown(None))
        if finding.phase == "updated":
            shown = Shown(None)
        try:
            data = self._incident(seen, lookout, finding, shown)
        except Exception:  # as the live run does: the others of this look are told
            log.exception("source %s: what %s found cannot be told", self._source.id, lookout.key)
            return
        what = (finding.situation, finding.place.id, lookout.key)
        self.told.append(Word(seen.utc, finding.phase, *what, data))

    def _incident(self, seen: Observation, lookout: Lookout, finding: Finding, shown: Shown) -> Incident:
        if shown.reason is not None:
            finding = replace(finding, reasons=(*finding.reasons, shown.reason))
        audit = self._audit.model_copy(update={"clock": Clock(quality=seen.clock)})
        about = context(self._source, lookout.zone, lookout.settings, audit)
        pictures = [shown.evidence] if shown.evidence else []
        return incident(finding, about, utc_minus_t=seen.utc - seen.t, evidence=pictures, view=seen.view)


def _rules_of(begin: Begin) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(begin.state)["rules"]
    except (ValueError, KeyError, TypeError) as error:
        log.error("journal: a state cannot be taken up: %s", error)
        return {}
    return found
