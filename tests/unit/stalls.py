"""A pavement, the things of a stall on it, and a rule that watches them from a bare pavement on."""

from collections.abc import Iterable

from edge.ledger import Ledger
from edge.observation import Box, Observation, Sighting
from edge.places import Finding
from edge.rule import Zone
from edge.rules import cluster
from tests.replays.looks import look, times

PAVEMENT = Zone("pavement", "the pavement", [(0.2, 0.4), (0.8, 0.4), (0.8, 0.9), (0.2, 0.9)], "1")
TABLE: Box = (0.40, 0.55, 0.48, 0.65)
SUITCASE: Box = (0.38, 0.57, 0.41, 0.65)
UMBRELLA: Box = (0.38, 0.35, 0.50, 0.45)
FRUIT: Box = (0.42, 0.52, 0.44, 0.55)
CHAIR: Box = (0.50, 0.56, 0.53, 0.65)
VENDOR: Box = (0.49, 0.40, 0.53, 0.66)
NEVER: Box = (0.0, 0.0, 0.01, 0.01)


def thing(label: str, box: Box, score: float = 0.5, group: str = "thing") -> Sighting:
    return Sighting(box, score, label, group)


STALL = (thing("dining_table", TABLE), thing("suitcase", SUITCASE), thing("banana", FRUIT, 0.3))


def rule_of(zone: Zone = PAVEMENT, **changes: object) -> cluster.Cluster:
    given = {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "60s", **changes}
    return cluster.Cluster(cluster.Settings.model_validate(given), "cam", zone)


class Watch:
    """A rule behind a ledger, from a bare pavement on."""

    def __init__(self, rule: cluster.Cluster, step: float = 1.0, *, bare_s: float = 30.0) -> None:
        self.rule, self.step, self.t = rule, step, 0.0
        self.ledger = Ledger("cam")
        self.last = look(0.0)
        self.run(bare_s)

    def see(self, seen: Observation) -> list[Finding]:
        self.last = seen
        cleared = [place for place in self.ledger.step(seen) if place.state == "cleared"]
        return self.rule.step(seen, [*self.ledger.places, *cleared])

    def run(self, seconds: float, *things: Sighting, **more: object) -> list[tuple[float, Finding]]:
        found = []
        for t in times(self.t, self.t + seconds, self.step):
            found += [(t, finding) for finding in self.see(look(t, *things, **more))]  # type: ignore[arg-type]
        self.t += seconds
        return found

    def why(self) -> list[str]:
        return [reason.code for reason in self.rule.why(self.last, self.ledger.places)]


def opened(found: Iterable[tuple[float, Finding]]) -> list[float]:
    return [t for t, finding in found if finding.phase == "opened"]
