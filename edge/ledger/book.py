"""The ledger itself: claim, age, look back, write. Pure: the same observations give the same places."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from broker.events import Reason
from edge.ledger import reasons
from edge.ledger.aging import Aging, Sights
from edge.ledger.answer import Answer
from edge.ledger.claims import Claims, claim_again
from edge.ledger.entry import Entry
from edge.ledger.history import History, Row, Spot, spots_of
from edge.ledger.refusal import Refusal
from edge.ledger.repeats import Repeats
from edge.ledger.rest import RARE_S, Resting, at_rest, pass_time
from edge.ledger.settings import LedgerSettings
from edge.ledger.standing import Stand, look_back
from edge.ledger.windows import Windows
from edge.ledger.writing import is_part, place_id, successor_of
from edge.observation import Observation
from edge.places import Place, PlaceState


class Ledger:
    """The places of one source. Feed it every look, also empty ones, in order of time."""

    def __init__(self, source: str, settings: LedgerSettings = LedgerSettings()) -> None:  # noqa: B008 - frozen
        self.source = source
        self.refusals: dict[str, Refusal] = {}
        self._settings = settings
        self._history = History(settings)
        self._repeats = Repeats(settings)
        self._aging = Aging(settings)
        self._open: list[Entry] = []
        self._ghosts: list[Entry] = []
        self._anchor: tuple[float, float] | None = None
        self._looked_at: float | None = None
        self._aspect = 0.0
        self._refused: list[float] = []
        self._answer = Answer.none(settings)
        self._claims = Claims()
        self._resting: Resting | None = None

    @property
    def standing(self) -> Sequence[Entry]:
        """The open places as they live, oldest first: to be read at once, and by who does not keep them."""
        return self._open

    @property
    def places(self) -> tuple[Place, ...]:
        """Every open place, oldest first."""
        return tuple(entry.snapshot() for entry in self._open)

    @property
    def sizes(self) -> dict[str, int]:
        """How many places are open, how many are remembered that are gone, how many were refused."""
        return {"open": len(self._open), "gone": len(self._ghosts), "refused": len(self.refusals)}

    @property
    def now(self) -> tuple[float, float] | None:
        """The last look's time and UTC; None before the first."""
        return self._anchor

    @property
    def waiting(self) -> Reason | None:
        """Why nothing new is taken to stand at present; None while all is well."""
        since = self._repeats.since
        return None if since is None else reasons.repeated(since)

    def step(self, seen: Observation) -> list[Place]:
        """Take one observation; return the places whose state it changed. A refused one changes nothing."""
        if seen.source != self.source:
            raise ValueError(f"observation of {seen.source!r} given to the ledger of {self.source!r}")
        self._resting = None
        if not self._acceptable(seen):
            return []
        dt = self._advance(seen)
        self._reshape(seen.aspect)
        if not seen.trusted:
            return []
        return self._decide(seen, dt) if seen.looked else self._wait(seen, dt)

    def again(self, seen: Observation, t: float, utc: float) -> bool:
        """Take a look that differs from `seen`, the last, in time and likeness alone, if nothing can change.

        Exactly as `step` would, which is to be called where this returns False.
        """
        if self._resting is None:
            self._resting = self._at_rest(seen)
        last = self._looked_at
        if not self._resting or last is None or not last + RARE_S < t <= last + self._settings.gap_s:
            return False
        if not math.isfinite(utc):
            return False
        self._anchor, self._looked_at = (t, utc), t
        self._history.pace(t - last)
        pass_time(self._resting, t, t - last, self._settings)
        self._bury((), t)
        self._history.add(self._answer.look._replace(t=t))
        return True

    def _at_rest(self, seen: Observation) -> Resting:
        """Empty where not."""
        quiet = seen.trusted and seen.looked and not seen.regions and not self._refused
        looks = self._history.looks
        rare = len(looks) > 1 and looks[-1].t == seen.t > looks[-2].t + RARE_S
        if not (quiet and rare and self._repeats.since is None and self._anchor == (seen.t, seen.utc)):
            return ()
        if not self._answer.is_of(seen) or self._looked_at != seen.t:
            return ()
        return at_rest(self._open, self._answer, self._claims, seen.t) or ()

    def _acceptable(self, seen: Observation) -> bool:
        if not all(map(math.isfinite, (seen.t, seen.utc, seen.aspect))) or seen.aspect <= 0.0:
            self._refuse(reasons.unusable(seen.t, seen.utc, seen.aspect))
            return False
        if self._anchor is None or seen.t > self._anchor[0]:
            self._refused.clear()
            return True
        self._refuse(reasons.not_later(seen.t, self._anchor[0]))
        return self._clock_moved(seen)

    def _clock_moved(self, seen: Observation) -> bool:
        """Whether so many looks in a row lie in the past that the source must have another time base now."""
        if self._refused and seen.t <= self._refused[-1]:
            self._refused.clear()
        self._refused.append(seen.t)
        if len(self._refused) < self._settings.refusals_max:
            return False
        self._refused.clear()
        self._rebase(seen.t, seen.utc)
        self._anchor = None
        return True

    def _refuse(self, why: Reason, count: int = 1) -> None:
        before = self.refusals.get(why.code)
        self.refusals[why.code] = Refusal((before.count if before else 0) + count, why)

    def _advance(self, seen: Observation) -> float:
        """Move the clock on; return the seconds this look stands for, 0 after a break in the stream.

        Where things were not looked for, the pace of looking for them is not told either.
        """
        last = self._anchor and self._anchor[0]
        self._anchor = (seen.t, seen.utc)
        if seen.looked or not seen.trusted:
            last, self._looked_at = self._looked_at, seen.t
        dt = 0.0 if last is None else seen.t - last
        if last is not None and seen.looked:
            self._history.pace(dt)
        if dt > max(self._settings.gap_s, 4.0 * self._history.interval_s):
            self._history.clear()
            return 0.0
        return dt

    def _reshape(self, aspect: float) -> None:
        """Lengths are in picture heights; in a picture of another shape, places keep their shares of it."""
        if aspect == self._aspect:
            return
        self._aspect = aspect
        self._history.clear()
        for entry in (*self._open, *self._ghosts):
            entry.reshape(aspect)

    def _decide(self, seen: Observation, dt: float) -> list[Place]:
        answer = self._answer = self._answer if self._answer.is_of(seen) else Answer(seen, self._settings)
        if answer.left_out:
            self._refuse(reasons.too_many(answer.left_out, self._settings.boxes_max), answer.left_out)
        before = {entry.id: entry.state for entry in self._open}
        row = answer.row
        claims = self._claims = claim_again(self._claims, self._open, row, answer.count, self._settings)
        cleared = self._age(Sights(seen, dt, claims, row, self._history.last))
        look = answer.look._replace(t=seen.t)
        if self._history.takes(seen.t) and self._repeats.step(look, self._history):
            self._refuse(reasons.repeated(self._repeats.since or seen.t))
        if self._repeats.since is None and len(claims.taken) < answer.count:
            spots = row.spots[: answer.count]
            self._write(seen, [spot for index, spot in enumerate(spots) if index not in claims.taken])
        self._bury(cleared, seen.t)
        self._history.add(look)
        return self._changed(before, cleared)

    def _wait(self, seen: Observation, dt: float) -> list[Place]:
        """Things were not looked for: only what the picture tells of the known places counts."""
        _, veils, _ = spots_of(replace(seen, sightings=(), hidden=()), self._settings)
        before = {entry.id: entry.state for entry in self._open}
        cleared = self._age(Sights(seen, dt, Claims(), Row(veils), self._history.last))
        self._bury(cleared, seen.t)
        return self._changed(before, cleared)

    def _changed(self, before: Mapping[str, PlaceState], cleared: Sequence[Entry]) -> list[Place]:
        changed = [e for e in (*cleared, *self._open) if before.get(e.id, "candidate") != e.state]
        return [entry.snapshot() for entry in changed]

    def _age(self, sights: Sights) -> list[Entry]:
        """Bring every open place up to now; take out and return those that are given up."""
        for entry in self._open:
            self._aging.step(entry, sights)
        cleared = [entry for entry in self._open if entry.state == "cleared"]
        if cleared:
            self._open = [entry for entry in self._open if entry.state != "cleared"]
        return cleared

    def _bury(self, cleared: Sequence[Entry], t: float) -> None:
        """Remember cleared places for a while, and forget those remembered long enough."""
        ghosts = [ghost for ghost in self._ghosts if t - ghost.ended <= self._settings.ghost_s]
        self._ghosts = [*ghosts, *cleared][-self._settings.places_max :]

    def _write(self, seen: Observation, free: Sequence[Spot]) -> None:
        windows = Windows(seen.t, self._history, self._settings)
        for spot in free:
            stand = look_back(spot, seen.t, self._history, windows, self._settings)
            if stand is not None and not is_part(stand.spot, self._open, seen.t, self._settings):
                self._enter(stand, seen)

    def _enter(self, stand: Stand, seen: Observation) -> None:
        """A stand becomes a place: an old one that goes on, or a new one while there is room."""
        found = successor_of(stand, self._open, self._ghosts, seen.t, self._settings)
        if found is not None and found.entry.state != "cleared":
            found.entry.stand(stand, seen.t, found.why)
        elif len(self._open) >= self._settings.places_max:
            self._refuse(reasons.full(self._settings.places_max))
        elif found is not None:
            self._reopen(found.entry, stand, seen.t, found.why)
        else:
            self._open.append(self._new(stand, seen))

    def _reopen(self, entry: Entry, stand: Stand, t: float, why: Reason) -> None:
        self._ghosts = [ghost for ghost in self._ghosts if ghost is not entry]
        entry.since, entry.observed_s, entry.episode = stand.since, 0.0, entry.episode + 1
        entry.stand(stand, t, why)
        entry.to("confirmed", why)
        entry.turn = None
        self._open.append(entry)

    def _new(self, stand: Stand, seen: Observation) -> Entry:
        taken = {entry.id for entry in (*self._open, *self._ghosts)}
        since_utc = seen.utc - (seen.t - stand.since)
        name = place_id(self.source, since_utc, stand.spot, taken)
        why = reasons.stopped(stand, seen.t)
        entry = Entry(name, stand.spot, stand.since, seen.t, seen.aspect, stand.since, why)
        entry.stand(stand, seen.t, why)
        entry.to("confirmed", why)
        entry.turn = None
        return entry

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        """Everything that must outlive the process, JSON-able; the history is left out, it comes again.

        Deep: everything there is, so that `resume_exactly` goes on as if nothing had happened.
        """
        anchor = None if self._anchor is None else {"t": self._anchor[0], "utc": self._anchor[1]}
        data = {
            "version": 1,
            "source": self.source,
            "anchor": anchor,
            "places": [entry.dump(deep=deep) for entry in self._open],
            "ghosts": [entry.dump(deep=deep) for entry in self._ghosts],
        }
        return {**data, "deep": self._depths()} if deep else data

    def _depths(self) -> dict[str, Any]:
        refusals = {
            code: [told.count, told.last.model_dump(mode="json")] for code, told in self.refusals.items()
        }
        return {
            "history": self._history.dump(),
            "looked_at": self._looked_at,
            "aspect": self._aspect,
            "refused": list(self._refused),
            "refusals": refusals,
            "repeats": self._repeats.since,
        }

    @classmethod
    def restore(
        cls,
        source: str,
        data: dict[str, Any],
        *,
        t: float,
        utc: float,
        settings: LedgerSettings = LedgerSettings(),  # noqa: B008 - frozen
    ) -> "Ledger":
        """Go on from a dump at time `t`, `utc` of another monotonic base.

        Raises ValueError for a dump of another source or version, or one that is damaged.
        """
        ledger = cls._read(source, data, settings)
        ledger._rebase(t, utc)
        ledger._anchor = None
        return ledger

    @classmethod
    def resume_exactly(
        cls,
        source: str,
        data: dict[str, Any],
        settings: LedgerSettings = LedgerSettings(),  # noqa: B008 - frozen
    ) -> "Ledger":
        """Go on from a deep dump in the same time base, as if the dumped ledger had never stopped.

        Raises ValueError as `restore` does, and for a dump that is not deep.
        """
        ledger = cls._read(source, data, settings)
        try:
            deep = data["deep"]
            ledger._history.resume(deep["history"])
            ledger._looked_at, ledger._aspect = deep["looked_at"], float(deep["aspect"])
            ledger._refused = list(map(float, deep["refused"]))
            since = deep.get("repeats")  # not in the dumps of older nodes
            ledger._repeats.since = None if since is None else float(since)
            told = {
                code: (int(count), Reason.model_validate(last))
                for code, (count, last) in deep["refusals"].items()
            }
            ledger.refusals = {code: Refusal(*pair) for code, pair in told.items()}
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"the deep dump of the ledger of {source!r} is damaged: {error!r}") from error
        return ledger

    @classmethod
    def _read(cls, source: str, data: dict[str, Any], settings: LedgerSettings) -> "Ledger":
        if data.get("version") != 1 or data.get("source") != source:
            told = f"version {data.get('version')!r} of source {data.get('source')!r}"
            raise ValueError(f"this is no ledger of {source!r} in version 1 but {told}")
        ledger = cls(source, settings)
        try:
            ledger._open = [Entry.restore(item) for item in data["places"]]
            ledger._ghosts = [Entry.restore(item) for item in data["ghosts"]]
            anchor = data["anchor"]
            ledger._anchor = None if anchor is None else (float(anchor["t"]), float(anchor["utc"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"the dumped ledger of {source!r} is damaged: {error!r}") from error
        return ledger

    def _rebase(self, t: float, utc: float) -> None:
        """Move all stored times to a base in which it is `t` now; the time between counts by UTC.

        A clock that went back (no battery, no network yet) says nothing about it: then no time has passed.
        """
        self._history.clear()
        self._looked_at = None
        if self._anchor is None:
            return
        was_t, was_utc = self._anchor
        passed = max(0.0, utc - was_utc)
        for entry in (*self._open, *self._ghosts):
            entry.shift(t - passed - was_t)
