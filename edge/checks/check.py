"""One place that is looked at again, until enough was seen of it or its time is over.

| the look | what follows |
|---|---|
| not trusted, or of a view that is not known yet | all that was seen so far counts no more |
| things were not looked for | nothing |
| the thing, or another of its kind, stands there | occupied, at another such look a second later |
| something is seen there that may stand | what was seen empty counts no more |
| the place is hidden | nothing; beyond `PASSES_S` all that was seen so far counts no more |
| the node's own situation is open, and the thing not seen | nothing: its own rule says when it is gone |
| it cannot be known here | not seen, after `ABSENT_S` in which nothing stood there either |
| empty | clear, after three such looks and so long as `needed_s` says, once the picture is known to live |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from broker.events import Reason
from edge.checks import reasons
from edge.checks.known import Known
from edge.checks.look import Look, Sight
from edge.checks.sights import read
from edge.observation import Box
from edge.places import Place

Outcome = Literal["occupied", "clear", "not_in_view", "not_seen"]

# Between the first and the last of the looks that see it; and of those at which only the picture holds it:
# changed ground counts as that until it was clean for a while.
STANDS_S: Final = 1.0
HELD_S: Final = 10.0
# Looks that show it empty: what a detector alone needs, for it loses things for half a minute; and what is
# enough where the place was seen empty before.
ABSENT_S: Final = 40.0
AGAIN_S: Final = 10.0
CLEAN_LOOKS: Final = 3
PASSES_S: Final = 5.0  # what hides it for longer may have put something there
SILENT_S: Final = 15.0  # between two looks; what lies further apart was not looked at


@dataclass(frozen=True, slots=True)
class Ask:
    """One situation of one command. left_s: how long it may be looked for."""

    command: str
    known: Known
    left_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """seen: UTC of the last look that saw the place itself. shows: whether a picture of this look helps."""

    ask: Ask
    outcome: Outcome
    reasons: tuple[Reason, ...]
    seen: float | None = None
    box: Box | None = None
    shows: bool = False


class Check:
    """Give it every look of its source, in order of time."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self._known = ask.known
        self._t: float | None = None
        self._tried = 0.0
        self._looks = 0
        self._seen: float | None = None
        self._stood: float | None = None
        self._firm: float | None = None
        self._clean_s, self._clean_looks, self._hidden_s = 0.0, 0, 0.0
        self._was_clean, self._unsure_s = False, 0.0
        self._ways: dict[str, float] = {}
        self._words: dict[str, Reason] = {}
        self._end: Reason | None = None
        self._why = reasons.clean()
        self._turn_s = 0.0
        self._looked_at = self._rested = False

    @property
    def box(self) -> Box:
        """Where it looks."""
        return self._known.box

    @property
    def tried_s(self) -> float:
        """For how long it is tried."""
        return self._tried

    @property
    def turn_s(self) -> float:
        """How much of that since its turn began."""
        return self._turn_s

    def begin(self) -> None:
        """Its turn has come."""
        self._turn_s, self._looked_at = 0.0, True

    def rest(self) -> None:
        """Others take their turn."""
        self._looked_at, self._rested = False, True

    def follow(self, ended: Mapping[str, Reason]) -> None:
        """Its situation may have ended just now."""
        why = ended.get(self._known.situation)
        if why is not None and self._known.ended is None:
            self._known, self._end = self._known.as_ended(why.code), why

    def step(self, look: Look) -> Verdict | None:
        """Take one look; the verdict once there is one."""
        self.follow(look.ended)
        dt = self._elapsed(look.seen.t)
        self._turn_s += dt
        sight = self._sight(look)
        self._looks += 1
        self._why = sight.reason
        verdict = self._weigh(sight, look, dt)
        self._way(self._why, dt)
        if verdict is None and self._tried >= self.ask.left_s:
            return self.give_up(shows=look.seen.trusted)
        return verdict

    def _elapsed(self, t: float) -> float:
        """Seconds since the look before, as far as they were looked at; a time that goes back is none."""
        last, self._t = self._t, t
        gap = max(0.0, t - last) if last is not None else 0.0
        self._tried += gap
        if gap > SILENT_S:
            self._forget()
            self._way(reasons.plain("no_turn" if self._rested else "no_pictures"), gap)
            gap = 0.0
        self._rested = False
        return gap

    def _sight(self, look: Look) -> Sight:
        """What the look says, the view's own trouble first."""
        seen = look.seen
        if not seen.trusted:
            self._forget()
            return Sight("hidden", reasons.view(seen.view, settling=False))
        if not seen.looked:
            return Sight("hidden", reasons.plain("detector_busy"))
        if look.waiting is not None:
            self._forget()
            return Sight("hidden", look.waiting)
        sight = read(self._known, look)
        if sight.word != "clean":
            return sight
        if seen.view.condition == "settling":
            self._forget()
            return Sight("hidden", reasons.view(seen.view, settling=True))
        if look.view_since > self._known.last_seen:
            return Sight("unsure", reasons.learnt_anew("view"))
        return sight

    def _weigh(self, sight: Sight, look: Look, dt: float) -> Verdict | None:
        hidden, self._hidden_s = self._hidden_s, 0.0
        was_clean, self._was_clean = self._was_clean, sight.word == "clean"
        if sight.word in ("same", "another"):
            self._void()
            return self._occupied(sight, look)
        if sight.word == "hidden":
            self._hidden_s = hidden + dt
            if self._hidden_s > PASSES_S:
                self._forget()
            return None
        self._stood = self._firm = None
        self._seen = look.seen.utc
        if sight.word == "clean":
            return self._clean(look, dt if was_clean else 0.0)
        if sight.word != "missed":
            self._void()
        self._unsure_s += dt if sight.word == "unsure" else 0.0
        return self.give_up(shows=True) if self._unsure_s >= ABSENT_S else None

    def _occupied(self, sight: Sight, look: Look) -> Verdict | None:
        self._seen = look.seen.utc
        if self._stood is None:
            self._stood = look.seen.t
        if sight.firm and self._firm is None:
            self._firm = look.seen.t
        firm = sight.firm and self._firm is not None and look.seen.t - self._firm >= STANDS_S
        if not firm and look.seen.t - self._stood < HELD_S:
            return None
        why = (sight.reason, *self._ended())
        return Verdict(self.ask, "occupied", why, self._seen, self._box(look), shows=True)

    def _clean(self, look: Look, dt: float) -> Verdict | None:
        needed, self._clean_looks = self.needed_s, self._clean_looks + 1
        self._clean_s += min(dt, max(needed, STANDS_S) / CLEAN_LOOKS)
        if self._clean_s < needed or self._clean_looks < (1 if needed == 0.0 else CLEAN_LOOKS):
            return None
        if look.proof.still_s > 0.0:
            self._why = reasons.still(look.proof.still_s)
            return None
        if self._end is not None and self._known.seen_empty:
            why = [reasons.rule_saw(), self._end]
        else:
            why = [reasons.seen_empty(self._clean_s, self._clean_looks, needed), *self._ended()]
        return Verdict(self.ask, "clear", tuple(why), self._seen, self._known.box, shows=True)

    def _ended(self) -> list[Reason]:
        return [] if self._known.ended is None else [reasons.ended(self._known.ended)]

    @property
    def needed_s(self) -> float:
        """How long it must be seen empty: not at all where its own rule saw just that meanwhile."""
        if not self._known.seen_empty:
            return ABSENT_S
        return AGAIN_S if self._end is None else 0.0

    def _box(self, look: Look) -> Box:
        """Of the thing as it stands now, where the ledger has it."""
        places = [p for p in look.places if p.group == self._known.group and _holds(p, self._known.box)]
        return places[0].box if places else self._known.box

    def _way(self, why: Reason, dt: float) -> None:
        self._ways[why.code] = self._ways.get(why.code, 0.0) + dt
        self._words[why.code] = why

    def _forget(self) -> None:
        """Whatever was seen so far may be otherwise by now."""
        self._stood, self._firm, self._was_clean = None, None, False
        self._void()

    def _void(self) -> None:
        """What was seen empty so far counts no more, nor does what its own rule saw."""
        self._clean_s, self._clean_looks, self._end = 0.0, 0, None

    def give_up(self, *, after_s: float | None = None, shows: bool = False) -> Verdict:
        """The time is over. after_s: how much of it there was, where looks were missing at the end."""
        missing = reasons.plain("no_pictures" if self._looked_at else "no_turn")
        if after_s is not None and after_s > self._tried:
            self._way(missing, after_s - self._tried)
            self._tried = after_s
        code = max(self._ways, key=lambda way: self._ways[way], default=missing.code)
        why = self._words.get(code, missing)
        told = (why, reasons.tried(self._tried, self._looks, self._ways))
        return Verdict(self.ask, "not_seen", told, self._seen, self._known.box, shows)


def _holds(place: Place, box: Box) -> bool:
    """Whether the place's middle lies in a box."""
    x, y = (place.box[0] + place.box[2]) / 2, (place.box[1] + place.box[3]) / 2
    return place.state != "cleared" and box[0] <= x <= box[2] and box[1] <= y <= box[3]
