"""What a pipeline saw and knew while it was played: the view, and why something was not told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any

from broker.events import ClockQuality, Reason
from edge.geometry import iou
from edge.observation import Observation, StaticRegion
from edge.places import Finding, Place
from edge.rule import Holder, Rule
from edge.score.matching import Situation, same_place
from edge.score.tickets import OF_ONE_THING
from edge.steps import Lookout, Shown
from edge.troubles import Happening

NEAR = 0.1  # IoU from which something seen may be what was meant
MOST = 4  # things seen there that are named


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which the view was not what it should be."""

    condition: str
    since: float
    to: float


class Witness:
    """Sits where the journal does and keeps the last look, and when the view was in which condition.

    It also stands beside the rules, to know the places and the look that each was given last: to one rule
    what another holds is explained.
    """

    def __init__(self, lookouts: Sequence[Lookout] = ()) -> None:
        self.lookouts = lookouts
        self.places: Sequence[Place] = ()
        self.given: dict[str, Observation] = {}
        self.last: Observation | None = None
        self.first: Observation | None = None
        self.looked = 0
        self._spans: list[Span] = []

    def seen(self, seen: Observation) -> None:
        """One look, before anything is decided on it."""
        self.first, self.last = self.first or seen, seen
        self.looked += seen.looked
        at = round(seen.utc - self.first.utc, 3)
        word = seen.view.condition if seen.view.condition != "ok" or seen.trusted else "not trusted"
        last = self._spans[-1] if self._spans else None
        if last is not None:
            self._spans[-1] = Span(last.condition, last.since, at)
        if last is None or last.condition != word:
            self._spans.append(Span(word, at, at))

    def happened(self, what: Happening, text: str, utc: float, quality: ClockQuality) -> None:
        """Told in an event as well."""

    def shown(self, finding: Finding, shown: Shown) -> None:
        """Scoring takes its own stills."""

    def overheard(self) -> list[Lookout]:
        """The same rules, but each is heard when it is asked."""
        return [replace(lookout, rule=_Overheard(lookout, self)) for lookout in self.lookouts]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Whatever was not `ok`, in order."""
        return tuple(span for span in self._spans if span.condition != "ok")


class _Overheard:
    """A rule that decides as it always does."""

    def __init__(self, lookout: Lookout, witness: Witness) -> None:
        self._rule: Rule = lookout.rule
        self._key, self._witness = lookout.key, witness
        self.dump, self.restore = self._rule.dump, self._rule.restore
        if isinstance(self._rule, Holder):
            self.held = self._rule.held

    def step(self, seen: Observation, places: Sequence[Place]) -> list[Finding]:
        """One look."""
        self._witness.places = places
        self._witness.given[self._key] = seen
        return self._rule.step(seen, places)

    def end(self, seen: Observation, why: Reason) -> list[Finding]:
        """As it does."""
        return self._rule.end(seen, why)


def why_not(witness: Witness, situation: Situation) -> tuple[str, ...]:
    """Why there is no ticket of a situation at this look: the view, its rule's ladder, what is seen there."""
    seen = witness.last
    if seen is None:
        return ("no frame could be looked at",)
    lines = []
    if not seen.trusted or seen.view.condition not in ("ok", "settling"):
        lines.append(f"the view is not as it should be: {seen.view.condition} {seen.view.text}".rstrip())
    for lookout in witness.lookouts:
        if lookout.settings.incident == situation.kind and situation.zone in (None, lookout.zone.id):
            given = witness.given.get(lookout.key, seen)
            lines += _ladders(lookout, situation, witness.places, given)
    return (*lines, *in_view(situation, seen))


def _ladders(
    lookout: Lookout, situation: Situation, standing: Sequence[Place], seen: Observation
) -> Iterator[str]:
    """What the rule says of everything that may be meant, under a line that says which rule that is."""
    hull = lookout.settings.kind not in OF_ONE_THING
    places = [place for place in standing if same_place(place.box, situation.box, hull=hull)]
    regions = [region for region in seen.regions if same_place(region.box, situation.box, hull=hull)]
    named = f"{lookout.zone.id}, {lookout.settings.name}"
    given: dict[str, Any] = {"t": seen.t, "seen": seen, "places": standing}
    told = 0
    for what, things in (("place", places), ("region", regions), ("", [None])):
        for thing in things:
            reasons = _asked(lookout.rule, what, {**given, what: thing})
            told += len(reasons)
            if reasons:
                yield f"{named}, of {_called(thing)}:"
            yield from (reason.text for reason in reasons)
    if not told:
        yield f"{named}: {'silent about what' if places else 'the ledger knows nothing that'} stands there"


def _called(thing: Place | StaticRegion | None) -> str:
    if isinstance(thing, Place):
        return f"the {thing.label or thing.group} that stands there ({thing.state})"
    return "what stands there" if thing is None else f"what lies there ({thing.state})"


def _asked(rule: Rule, what: str, given: dict[str, Any]) -> Sequence[Reason]:
    """The ladder of a rule that has one for such a thing; its parameters' names say what it wants to know."""
    ladder: Callable[..., Sequence[Reason]] | None = getattr(rule, "why", None)
    if ladder is None:
        return ()
    wanted = tuple(signature(ladder).parameters)
    about = next((name for name in wanted if name in ("place", "region")), "")
    if about != what or not set(wanted) <= set(given):
        return ()
    return ladder(**{name: given[name] for name in wanted})


def in_view(situation: Situation, seen: Observation) -> Iterator[str]:
    """What is seen at the place of a situation."""
    if not seen.looked:
        yield "the detector was not asked at this look"
    near = [thing for thing in seen.sightings if iou(thing.box, situation.box) >= NEAR]
    for thing in near[:MOST]:
        yield f"seen there: {thing.label}, score {thing.score:.2f}{', moving' if thing.moving else ''}"
    regions = [region for region in seen.regions if iou(region.box, situation.box) >= NEAR]
    for region in regions[:MOST]:
        yield f"the ground there is {region.state}: {region.verdict}, unlike clean ground {region.unlike:.2f}"
    if seen.looked and not near and not regions:
        yield "nothing is seen there"
