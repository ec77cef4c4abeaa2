"""A rule that is taken away: what it holds open ends with a word, once, and never again under that id."""

from dataclasses import replace

from broker.events import Reason
from edge.ledger import Ledger
from edge.observation import Observation, Sighting
from edge.places import Finding
from edge.rule import Rule, Zone
from edge.rules import dwell, left
from tests.replays.looks import look
from tests.unit.stalls import STALL, Watch, rule_of
from tests.unit.test_left import PAVEMENT, at

WHY = Reason(code="zone_removed", text="its zone is not watched any more")
SQUARE = Zone("square", "the square", [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98)], "1")
CAR = Sighting((0.4, 0.45, 0.6, 0.62), 0.9, "car", "vehicle")


def ends(rule: Rule, again: Rule, looks: list[Observation], *, places: bool) -> list[Finding]:
    """Its findings over these looks, taken away in the middle, and of the one that comes back."""
    ledger = Ledger("cam")
    found: list[Finding] = []
    half = len(looks) // 2
    for index, seen in enumerate(looks):
        if index == half:
            found += rule.end(seen, WHY)
            assert rule.end(seen, WHY) == []
            again.restore(rule.dump(deep=True))
        ledger.step(seen)
        standing = ledger.places if places else ()
        found += (rule if index < half else again).step(seen, standing)
    return found


def judged(found: list[Finding]) -> None:
    opened, cleared, anew = found[:3]
    assert [one.phase for one in (opened, cleared, anew)] == ["opened", "cleared", "opened"]
    assert cleared.situation == opened.situation
    assert cleared.revision == opened.revision + 1
    assert cleared.reasons[0].code == "zone_removed"
    assert anew.situation != opened.situation


def test_a_parked_car() -> None:
    settings = dwell.Settings.model_validate({"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"})
    looks = [replace(look(float(t)), sightings=(CAR,)) for t in range(70)]
    rules = [dwell.build(settings, "cam-1", SQUARE) for _ in range(2)]
    judged([one for one in ends(*rules, looks, places=True) if one.phase != "updated"])


def test_a_heap() -> None:
    settings = left.Settings.model_validate({"kind": "left", "incident": "exposed_garbage", "dwell": "20s"})
    looks = [replace(look(float(t)), regions=(at(float(t)),)) for t in range(70)]
    rules = [left.build(settings, "cam-1", PAVEMENT) for _ in range(2)]
    judged([one for one in ends(*rules, looks, places=False) if one.phase != "updated"])


def test_a_stall() -> None:
    watch = Watch(rule_of(least=2))
    found = watch.run(100.0, *STALL)
    found += [(watch.t, finding) for finding in watch.rule.end(watch.last, WHY)]
    assert watch.rule.end(watch.last, WHY) == []
    again = rule_of(least=2)
    again.restore(watch.rule.dump(deep=True))
    watch.rule = again
    found += watch.run(50.0, *STALL)
    judged([finding for _, finding in found if finding.phase != "updated"])
