"""Walks through a journal with the ledger alone: the zones come later, on what it finds."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import is_

import numpy as np

from edge.journal import blocks, reading
from edge.journal.columns import Damaged
from edge.journal.entries import Begin, Happened, Lost, Run
from edge.journal.entries import Entry as Written
from edge.journal.segments import Segment, read_blocks
from edge.ledger import Ledger
from edge.ledger.entry import Entry
from edge.observation import Box, Observation, Sighting
from edge.places import Place
from edge.trial.past import Note, Past
from edge.troubles import Conditions

log = logging.getLogger(__name__)

FOREVER = float("inf")


@dataclass
class Rows:
    """The columns of a Past, as they grow."""

    t: list[float] = field(default_factory=list)
    utc: list[float] = field(default_factory=list)
    number: list[int] = field(default_factory=list)
    aspect: list[float] = field(default_factory=list)
    trusted: list[bool] = field(default_factory=list)
    looked: list[bool] = field(default_factory=list)
    regions: list[bool] = field(default_factory=list)
    failed: list[bool] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    vocabulary: list[frozenset[str]] = field(default_factory=list)
    mover: list[int] = field(default_factory=list)
    mover_box: list[Box] = field(default_factory=list)
    mover_group: list[str] = field(default_factory=list)
    block: list[int] = field(default_factory=list)
    position: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=lambda: [0])
    kinds: list[Place] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    last_seen: list[float] = field(default_factory=list)
    observed_s: list[float] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    _known: dict[str, tuple[tuple[object, ...], tuple[float, int], int]] = field(default_factory=dict)
    _words: dict[frozenset[str], int] = field(default_factory=dict)
    _last: tuple[Sighting, ...] | None = None
    _word: int = 0

    def look(self, seen: Observation, t: float, utc: float, number: int, at: tuple[int, int]) -> None:
        """One more look, before its places; but for its time it is as `seen`."""
        self.t.append(t)
        self.utc.append(utc)
        self.number.append(number)
        self.aspect.append(seen.aspect)
        self.trusted.append(seen.trusted)
        self.looked.append(seen.looked)
        self.regions.append(bool(seen.regions))
        self.block.append(at[0])
        self.position.append(at[1])
        self.labels.append(self._label(seen.sightings))

    def _label(self, sightings: tuple[Sighting, ...]) -> int:
        """The number of the set of labels that was seen; an answer that is given again is not looked at."""
        if sightings is not self._last:
            self._last, words = sightings, frozenset(sighting.label for sighting in sightings)
            if words not in self._words:
                self._words[words] = len(self.vocabulary)
                self.vocabulary.append(words)
            self._word = self._words[words]
        return self._word

    def places(
        self, seen: Observation, standing: Sequence[Entry], cleared: Iterable[Place], *, failed: bool
    ) -> None:
        """Its places, and what moves about them."""
        for entry in standing:
            self._stand(entry)
        for place in cleared:
            self._row(self._add(place), place.last_seen, place.observed_s)
        moving = (s for s in seen.sightings if s.moving and s.track is not None) if standing else ()
        for sighting in moving:
            self.mover.append(len(self.t) - 1)
            x1, y1, x2, y2 = sighting.box
            self.mover_box.append((x1 * seen.aspect, y1, x2 * seen.aspect, y2))
            self.mover_group.append(sighting.group)
        self.first.append(len(self.kind))
        self.failed.append(failed)

    def _stand(self, entry: Entry) -> None:
        """A place as it lives; what it was given as is only made anew where it has changed."""
        stands = (entry.spot, entry.state, entry.label, entry.since, entry.turn, entry.origin)
        known = self._known.get(entry.id)
        if known is None or not _alike(known[0], stands) or known[1] != (entry.aspect, entry.episode):
            known = self._known[entry.id] = stands, (entry.aspect, entry.episode), self._add(entry.snapshot())
        elapsed = entry.last_seen - entry.since
        self._row(known[2], entry.last_seen, min(entry.observed_s, elapsed))

    def _add(self, place: Place) -> int:
        self.kinds.append(place)
        return len(self.kinds) - 1

    def _row(self, kind: int, last_seen: float, observed_s: float) -> None:
        self.kind.append(kind)
        self.last_seen.append(last_seen)
        self.observed_s.append(observed_s)


def _alike(a: Sequence[object], b: Sequence[object]) -> bool:
    """The same objects but for the words, which are equal."""
    return all(map(is_, a, b)) or (a[0] == b[0] and a[1:4] == b[1:4] and a[4] is b[4] and a[5] is b[5])


class Walker:
    """The ledger of one source on its way through segments. Each that tells how it begins begins so."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._ledger = Ledger(source)
        self._saved: dict[str, object] | None = None
        self._conditions = Conditions()
        self._taken = 0
        self._awake = False  # whether anything is known of how it stands

    def walk(self, segment: Segment, until: float = FOREVER) -> Past:
        """One segment, up to looks later than `until` (UTC seconds). Raises UnknownVersion, OSError."""
        rows = Rows()
        for number, position, entry in _entries(segment, self._source):
            self._take(entry, rows, (number, position), until)
        return _past(segment, self._source, rows, self._taken)

    def _take(self, entry: Written, rows: Rows, at: tuple[int, int], until: float) -> None:
        if isinstance(entry, Begin):
            self._begin(entry)
        elif isinstance(entry, Lost):
            rows.notes.append(Note("lost", entry.text, None))
            self._taken = self._taken if entry.number is None else entry.number
        elif not self._awake:
            return
        elif isinstance(entry, Run):
            self._run(entry, rows, at, until)
        elif isinstance(entry, Happened) and entry.utc <= until:
            rows.notes.append(Note(entry.what, entry.text, entry.utc))
            self._taken += self._conditions.happened(entry.what, entry.text, entry.utc) is not None

    def _begin(self, begin: Begin) -> None:
        self._ledger, self._saved = Ledger(self._source), None
        self._conditions = Conditions()
        self._taken, self._awake = begin.number, True
        try:
            state = json.loads(begin.state)
            self._conditions.restore(state["conditions"])
            self._taken = int(state.get("taken", 0))
            if "deep" in state["ledger"]:
                self._ledger = Ledger.resume_exactly(self._source, state["ledger"])
            else:
                self._saved = state["ledger"]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            log.error("journal: source %s: its state cannot be taken up: %s", self._source, error)

    def _run(self, run: Run, rows: Rows, at: tuple[int, int], until: float) -> None:
        """Looks with one answer: the ledger need not take each apart."""
        last: Observation | None = None
        for n, (t, utc) in enumerate(zip(run.t, run.utc, strict=True)):
            if utc > until:
                continue
            if last is not None and self._ledger.again(last, t, utc):
                rows.look(last, t, utc, self._taken, (at[0], at[1] + n))
                rows.places(last, self._ledger.standing, (), failed=False)
                self._taken += 1
            else:
                last = run.look(n)
                self._look(last, rows, (at[0], at[1] + n))

    def _look(self, seen: Observation, rows: Rows, at: tuple[int, int]) -> None:
        self._take_up(seen)
        rows.look(seen, seen.t, seen.utc, self._taken, at)
        self._taken += 1
        try:
            self._conditions.view(seen.view, seen.utc)
            turned = self._ledger.step(seen)
        except Exception:  # as the live run does: the source goes on with its next look
            log.exception("journal: source %s: a look failed and is left out", self._source)
            rows.places(seen, (), (), failed=True)
        else:
            cleared = (place for place in turned if place.state == "cleared")
            rows.places(seen, self._ledger.standing, cleared, failed=False)

    def _take_up(self, seen: Observation) -> None:
        """What stood there before a restart waits for the first look's time."""
        if self._saved is None:
            return
        saved, self._saved = self._saved, None
        try:
            self._ledger = Ledger.restore(self._source, saved, t=seen.t, utc=seen.utc)
        except ValueError as error:
            log.error("journal: source %s: what stood there before is not known: %s", self._source, error)


def _entries(segment: Segment, source: str) -> Iterator[tuple[int, int, Written]]:
    """Each entry with the number of its sound block, and how many looks of that come before it."""
    number = -1
    broken: Damaged | None = None
    for block in read_blocks(segment):
        if isinstance(block, Damaged):
            broken = block
            continue
        number += 1
        if broken is not None:
            yield number, 0, Lost(f"{segment.name}: {broken}", block.number)
            broken = None
        position = 0
        try:
            for entry in blocks.decode(block, source):
                yield number, position, entry
                position += len(entry) if isinstance(entry, Run) else 0
        except Damaged as error:
            yield number, position, Lost(f"{segment.name}: {error}")
    if broken is not None:
        yield number, 0, Lost(f"{segment.name}: {broken}")


def begins(segment: Segment, source: str) -> bool:
    """Whether it says how it begins, so that it can be walked by itself."""
    return reading.begin_of(segment, source) is not None


def _past(segment: Segment, source: str, rows: Rows, end: int) -> Past:
    whole, real, flag = np.int64, np.float64, np.bool_
    return Past(
        segment=segment,
        source=source,
        t=np.array(rows.t, real),
        utc=np.array(rows.utc, real),
        number=np.array(rows.number, whole),
        end=end,
        aspect=np.array(rows.aspect, real),
        trusted=np.array(rows.trusted, flag),
        looked=np.array(rows.looked, flag),
        regions=np.array(rows.regions, flag),
        failed=np.array(rows.failed, flag),
        labels=np.array(rows.labels, whole),
        vocabulary=rows.vocabulary,
        mover=np.array(rows.mover, whole),
        mover_box=np.array(rows.mover_box, real).reshape(-1, 4),
        mover_group=rows.mover_group,
        block=np.array(rows.block, whole),
        position=np.array(rows.position, whole),
        first=np.array(rows.first, whole),
        kinds=rows.kinds,
        kind=np.array(rows.kind, whole),
        last_seen=np.array(rows.last_seen, real),
        observed_s=np.array(rows.observed_s, real),
        notes=rows.notes,
    )
