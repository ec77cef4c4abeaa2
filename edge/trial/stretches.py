"""Times that are different from the rest: no looks, bytes lost, a view that was not to be trusted. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from broker.asks import MOST_PARTS, Stretch
from broker.events import Reason
from broker.fields import utc
from edge.trial.past import Note, Past
from edge.trial.road import Stage
from edge.troubles import fit

SILENT_S: Final = 60.0  # as long as looks are ever apart on purpose, and as long as breaks a watch off
_NOTHING = Reason(code="no_journal", text="there is no journal of this time")


class Stretches:
    """Collects them stage by stage."""

    def __init__(self, since: float, until: float) -> None:
        self._since, self._until = since, until
        self._found: list[tuple[float, float, Reason]] = []
        self._last: float | None = None

    def add(self, stage: Stage) -> None:
        """One more segment."""
        past = stage.past
        times = past.utc[: stage.end]
        marks = [*([] if self._last is None else [self._last]), *times.tolist()]
        for before, now in pairwise(marks):
            if now - before > SILENT_S:
                self._gap(before, now, past.notes)
        self._last = marks[-1] if marks else self._last
        for note in past.notes:
            if note.what == "lost" and len(times):
                why = Reason(code="journal_damaged", text=fit(note.text))
                self._found.append((float(times[0]), float(times[-1]), why))
        self._found += _distrusted(past, stage.end)

    def _gap(self, since: float, until: float, notes: Sequence[Note]) -> None:
        said = [note.text for note in notes if note.utc is not None and since <= note.utc <= until]
        text = f"no look for {until - since:.0f} s" + (f": {said[0]}" if said else "")
        values = {"silent_s": round(until - since, 1)}
        self._found.append((since, until, Reason(code="no_looks", text=fit(text), values=values)))

    def all(self) -> list[Stretch]:
        """Those that lie in the period, in order of time; the longest where there are too many."""
        known = list(self._found)
        if self._last is None:
            known.append((self._since, self._until, _NOTHING))
        elif self._until - self._last > SILENT_S:
            known.append((self._last, self._until, _NOTHING))
        found = [(max(a, self._since), min(b, self._until), why) for a, b, why in known]
        found = [one for one in found if one[1] > one[0]]
        longest = sorted(found, key=lambda one: one[0] - one[1])[:MOST_PARTS]
        return [Stretch(since=utc(a), until=utc(b), reason=why) for a, b, why in sorted(longest, key=_start)]

    def first(self, utc: float) -> None:
        """From when on there is a journal at all."""
        if utc - self._since > SILENT_S:
            self._found.append((self._since, utc, _NOTHING))


def _start(one: tuple[float, float, Reason]) -> float:
    return one[0]


def _distrusted(past: Past, end: int) -> Iterator[tuple[float, float, Reason]]:
    edges = np.flatnonzero(np.diff(past.trusted[:end].astype(np.int8), prepend=1, append=1))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        view = past.look(first).view
        text = f"the view was not to be trusted: {view.text or view.condition}"
        until = float(past.utc[min(last, end - 1)])
        yield float(past.utc[first]), until, Reason(code="view_not_trusted", text=fit(text))
