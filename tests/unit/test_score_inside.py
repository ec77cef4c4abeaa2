"""Why something was not told: the view, the rule's own ladder, what is seen there. And stills withheld."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from broker.events import Reason
from edge import asking, assembly
from edge.frames import Frame
from edge.kinds import SOURCES
from edge.ledger import Ledger
from edge.observation import Observation, View
from edge.places import Finding, Place
from edge.privacy import Masker
from edge.score import stills
from edge.score.inside import Span, Witness, why_not
from edge.score.matching import Situation
from models.detections import Detections, Picture
from tests.replays.looks import CAR, car, look, region, times
from tests.unit.stalls import STALL, TABLE

KERB = [[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]]
PARKED = Situation("car", "illegal_parking", CAR, 0.0, 60.0)
HEAP = Situation("heap", "accumulated_debris", CAR, 0.0, 60.0)


@pytest.fixture
def witness() -> Witness:
    rules = [
        {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s"},
        {"kind": "left", "incident": "accumulated_debris", "dwell": "20s"},
    ]
    return beside(rules)


def beside(rules: Sequence[Mapping[str, str]]) -> Witness:
    """Beside the rules of one zone."""
    zone = {"id": "kerb", "polygon": KERB, "rules": rules}
    source = SOURCES["file"].model_validate({"id": "cam", "kind": "file", "path": "x", "zones": [zone]})
    return Witness(assembly.lookouts(source))


def shown(witness: Witness, looks: Sequence[Observation]) -> None:
    """The looks through the ledger and the rules as they are overheard."""
    ledger, lookouts = Ledger("cam"), witness.overheard()
    for seen in looks:
        witness.seen(seen)
        ledger.step(seen)
        for lookout in lookouts:
            lookout.rule.step(seen, ledger.places)


def test_the_ladder_of_the_rule_is_told_for_what_stands_there(witness: Witness) -> None:
    shown(witness, [look(t, car()) for t in times(0, 10)])
    told = why_not(witness, PARKED)
    assert told[0] == "kerb, dwell-illegal_parking, of the car that stands there (confirmed):"
    assert told[1] == "100% of its footprint is in zone kerb, 50% needed"
    assert told[2].startswith("has stood for")
    assert told[-1] == "seen there: car, score 0.80"
    assert not any("left-" in line for line in told)  # another kind's rule has no say


def test_the_ladder_of_the_ground_is_told_for_what_lies_there(witness: Witness) -> None:
    shown(witness, [look(5.0, regions=[region(verdict="shadow")])])
    told = why_not(witness, HEAP)
    assert told[0] == "kerb, left-accumulated_debris, of what lies there (settled):"
    assert told[1] == "the picture says: shadow, settled"
    assert told[-1].startswith("the ground there is settled: shadow")


def test_a_rule_is_asked_of_the_look_that_it_was_given() -> None:
    """What lies on ground that another rule of the zone holds was explained to it."""
    rules = [
        {"kind": "left", "incident": "accumulated_debris", "dwell": "20s"},
        {"kind": "cluster", "incident": "unlicensed_stall", "dwell": "60s"},
    ]
    witness, ledger = beside(rules), Ledger("cam")
    lookouts, heap = witness.overheard(), region(box=TABLE, since=32.0)
    for t in times(0.0, 70.0):
        seen = look(t, *(STALL if t >= 30.0 else ()), regions=[heap] if t >= 32.0 else [])
        witness.seen(seen)
        ledger.step(seen)
        assert list(asking.findings(lookouts, seen, ledger.places)) == []

    told = why_not(witness, replace(HEAP, box=TABLE))

    assert told[1] == "the picture says: explained, settled"


def test_an_empty_place_and_a_view_that_is_not_trusted_are_told(witness: Witness) -> None:
    blurred = replace(look(1.0), trusted=False, view=View("defocused", 0.0, text="edges are gone"))
    shown(witness, [look(0.0), blurred])
    assert why_not(witness, PARKED) == (
        "the view is not as it should be: defocused edges are gone",
        "kerb, dwell-illegal_parking: the ledger knows nothing that stands there",
        "nothing is seen there",
    )
    assert why_not(Witness(), PARKED) == ("no frame could be looked at",)


class Asks:
    """A rule whose ladder wants what nobody has."""

    def step(self, seen: Observation, places: Sequence[Place]) -> list[Finding]:
        return []

    def why(self, place: Place, weather: str) -> tuple[Reason, ...]:
        raise AssertionError(weather)

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        return {"deep": deep}

    def restore(self, data: dict[str, Any]) -> None: ...


def test_a_rule_that_cannot_be_asked_is_silent(witness: Witness) -> None:
    witness.lookouts = [replace(witness.lookouts[0], rule=Asks())]
    shown(witness, [look(t, car()) for t in times(0, 10)])
    assert why_not(witness, PARKED)[0] == "kerb, dwell-illegal_parking: silent about what stands there"


def test_times_without_trust_are_spans(witness: Witness) -> None:
    blind = View("covered", 2.0)
    looks = [look(t) for t in (0.0, 1.0)]
    looks += [replace(look(t), trusted=False, view=blind) for t in (2.0, 3.0)]
    looks += [look(4.0), look(5.0), look(6.0, trusted=False)]
    for seen in looks:
        witness.seen(seen)
    assert witness.spans == (Span("covered", 2.0, 4.0), Span("not trusted", 6.0, 6.0))


class Sees:
    """A detector that finds nothing, or fails."""

    labels = ("person", "car")

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        if self.fails:
            raise RuntimeError("out of memory")
        return [Detections.none() for _ in pictures]


def photographer(fails: bool = False) -> stills.Photographer:
    return stills.Photographer(Masker(persons=Sees(fails), faces=None, plates=None))


FRAME = Frame(np.full((540, 1200, 3), 90, np.uint8), "cam", 0, 4.0, 1e9, "unknown")


def test_a_still_says_how_much_of_it_is_the_scene() -> None:
    photo = photographer().photo(FRAME, 4.0)
    assert photo.jpeg is not None
    picture = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (photo.height, photo.width)
    assert (photo.width, photo.scene) == (stills.LONGEST, 360)
    assert photo.height > photo.scene  # the caption


def test_a_still_that_cannot_be_masked_is_withheld() -> None:
    photo = photographer(fails=True).photo(FRAME, 4.0)
    assert (photo.jpeg, photo.why) == (None, "the still is withheld: it could not be masked")


def test_a_rule_that_fires_at_everything_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "MOST", 2)
    camera = photographer()
    photos = [camera.photo(FRAME, 4.0) for _ in range(3)]
    assert [photo.why for photo in photos] == ["", "", "no still: 2 of this case are shown already"]
