"""How much is asked of a stand, and over which looks: the smaller a thing, the longer."""

import math
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from edge.ledger.history import History, Look
from edge.ledger.settings import LedgerSettings


class Standard(NamedTuple):
    """How much is asked of a stand: for how long, how close together, and in how many looks.

    near: below this size less drift is let pass, in proportion; 0 asks no more of small things than of large.
    feet: whether boxes of another height on the same foot are sightings too.
    """

    stand_s: float
    gate: float
    scatter: float
    near: float
    presence: float
    presence_open: float
    feet: bool = False


def standards_of(settings: LedgerSettings) -> tuple[Standard, ...]:
    """What suffices, each by itself: much in a short time, or less for longer."""
    s, wide = settings, settings.patient_factor
    quick = (s.stand_s, s.gate_sizes, s.scatter_max_sizes, s.near_size, s.presence_min, s.presence_open_min)
    gates = (wide * s.gate_sizes, wide * s.scatter_max_sizes)
    patient = (s.patient_s, *gates, 0.0, s.patient_presence_min, s.patient_presence_open_min)
    return Standard(*quick), Standard(*patient, feet=True)


class Window(NamedTuple):
    """What one standard looks at: from which look, and the looks by which the thing must have been here."""

    standard: Standard
    first: int
    latest_start: float
    opening: Sequence[Look]


class Windows:
    """The windows of one look, each made when a thing of its size comes up: the smaller, the longer."""

    def __init__(self, t: float, history: History, settings: LedgerSettings) -> None:
        self._t, self._history, self._settings = t, history, settings
        self._standards = standards_of(settings)
        self._made: dict[tuple[Standard, float], Window | None] = {}

    def of(self, size: float) -> Iterator[Window]:
        """Those by which a thing of this size may be judged, one a standard that has one at this time."""
        for standard in self._standards:
            asked = standard, _watched_s(standard, size, self._settings)
            if asked not in self._made:
                longer = standard._replace(stand_s=asked[1])
                self._made[asked] = _window(self._t, self._history, longer, self._settings)
            window = self._made[asked]
            if window is not None:
                yield window


def _watched_s(standard: Standard, size: float, settings: LedgerSettings) -> float:
    """How long a thing of this size must have stood, to a tenth of a second; patience is one for all."""
    if not standard.near:
        return standard.stand_s
    wanted = standard.stand_s * math.sqrt(standard.near / size)
    return round(min(max(wanted, settings.stand_min_s), settings.patient_s), 1)


def _window(t: float, history: History, standard: Standard, settings: LedgerSettings) -> Window | None:
    looks = history.looks
    if len(looks) < settings.sightings_min:
        return None
    reach = max(standard.stand_s, t - looks[-settings.sightings_min].t)
    limit = max(settings.reach_max_s, min(4.0 * history.longest_s, settings.history_max_s))
    slack = max(settings.reach_slack_s, 1.1 * history.interval_s)
    start = t - reach
    settled = 0.0 if history.begun < start - settings.settle_s else settings.settle_s
    if reach > limit or looks[0].t > start + slack - settled:
        return None
    first, until = history.first_at(start - slack), start + slack
    opening = list(takewhile(lambda look: look.t <= until, looks[first:]))
    return Window(standard, first, until, opening)
