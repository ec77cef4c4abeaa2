"""Real clips, real detector: file, observer, ledger, dwell. What must be found, what must stay quiet.

The annotation in clips.json is by eye, in pixels of the file and about half a second and five pixels exact.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge.frames import Frame, SourceClock
from edge.ledger import Ledger
from edge.observation import Observation
from edge.perception.boxes import array_of, ious
from edge.perception.crops import CropSettings
from edge.perception.observer import Counts, Observer, ObserverSettings
from edge.places import Finding
from edge.rule import Zone
from edge.rules import dwell
from edge.sources import file
from models.runtime import LoadedDetector, ModelSettings, open_detector

pytestmark = pytest.mark.shared_data

Points = Sequence[tuple[float, float]]
CLOCK = SourceClock(monotonic=lambda: 0.0, utc=lambda: 0.0)
WHOLE: Points = [(0, 0), (1, 0), (1, 1), (0, 1)]
RECOMMENDED = "yolox_nano_416"


@dataclass(frozen=True)
class Clip:
    path: Path
    width: int
    height: int
    zones: dict[str, Points]

    def shares(self, points: Points) -> list[tuple[float, float]]:
        """Pixels as shares of the picture, within it."""
        return [(min(x / self.width, 1.0), min(y / self.height, 1.0)) for x, y in points]


@pytest.fixture(scope="module")
def clips(shared_data: Path) -> dict[str, Clip]:
    rows: list[dict[str, Any]] = json.loads((shared_data / "clips.json").read_text())["clips"]
    return {
        Path(row["file"]).stem: Clip(
            shared_data / row["file"],
            row["width"],
            row["height"],
            {zone["id"]: [tuple(p) for p in zone["polygon"]] for zone in row["zones"]},
        )
        for row in rows
    }


@pytest.fixture(scope="module")
def detector(shared_data: Path) -> Iterator[LoadedDetector]:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield open_detector(ModelSettings(name=RECOMMENDED, directory=shared_data / "models"))
    cv2.setNumThreads(threads)


@dataclass
class Played:
    counts: Counts = field(default_factory=Counts)
    findings: list[tuple[float, Finding]] = field(default_factory=list)
    looks: list[Observation] = field(default_factory=list)

    def opened(self) -> list[tuple[float, Finding]]:
        return [(t, found) for t, found in self.findings if found.phase == "opened"]


def play(
    clip: Clip,
    detector: LoadedDetector,
    *,
    outline: Points,
    dwell_s: float,
    sample: float = 2.0,
    until_s: float = 1e9,
    settings: ObserverSettings = ObserverSettings(),  # noqa: B008 - frozen
) -> Played:
    """The clip from its first frame, as a node would watch it. outline: in shares of the picture."""
    source = file.open_source(
        file.Settings(id="cam", kind="file", path=clip.path, sample=sample, pace="fast"), CLOCK
    )
    zone = Zone("zone", "zone", outline, "1")
    rule_settings = dwell.Settings(kind="dwell", incident="illegal_parking", dwell=f"{dwell_s}s")
    rule = dwell.build(rule_settings, "cam", zone)
    eyes, ledger, played = (
        Observer(detector, source="cam", outlines=[outline], settings=settings),
        Ledger("cam"),
        Played(),
    )
    for item in source.frames():
        if not isinstance(item, Frame) or item.t > until_s:
            break
        look = eyes.observe(item, ledger.places)
        cleared = [place for place in ledger.step(look) if place.state == "cleared"]
        played.findings += [(item.t, found) for found in rule.step(look, [*ledger.places, *cleared])]
        played.looks.append(look)
    played.counts = eyes.counts
    return played


def overlap(found: Finding, clip: Clip, x: float, y: float, wide: float, high: float) -> float:
    """IoU of a finding's place with a box of clips.json."""
    truth = array_of((x, y, x + wide, y + high)) / ([clip.width, clip.height] * 2)
    return float(ious(array_of(found.place.box), truth)[0, 0])


@pytest.mark.parametrize("sample", [2.0, 5.0])
def test_the_coach_at_the_kerb_is_one_situation_though_a_lorry_hides_half_of_it(
    clips: dict[str, Clip], detector: LoadedDetector, sample: float
) -> None:
    clip = clips["tfl_jamcam_5"]
    played = play(clip, detector, outline=clip.shares(clip.zones["kerb"]), dwell_s=5.0, sample=sample)
    coach = [(t, found) for t, found in played.opened() if overlap(found, clip, 192, 105, 90, 95) > 0.5]
    assert len(coach) == 1
    opened, situation = coach[0]
    assert 5.0 <= opened <= 5.6
    assert situation.place.since < 0.6
    others = [found for _, found in played.opened() if found.situation != situation.situation]
    silver = [found for found in others if overlap(found, clip, 158, 97, 25, 18) > 0.3]
    assert others == silver  # the small car behind it stands there too, and may be found
    assert len(silver) <= 1
    assert not [found for _, found in played.findings if found.phase == "cleared"]
    # Once the lorry is gone and the coach was surely seen, its place is known to look the same to the end.
    assert min(played.looks[-1].likeness.values()) > 0.6


# Where the traffic flows, in pixels. The longest stop in these zones is the van of clip 2, which waits at the
# lights from 4.2 s to the end at 9.5 s: a dwell below that would tell it, and truly, it stands.
CARRIAGEWAYS: dict[int, Points] = {
    1: [(60, 160), (170, 110), (250, 120), (350, 170), (350, 230), (260, 250), (150, 200)],
    2: [(45, 288), (60, 230), (110, 165), (250, 70), (300, 60), (285, 140), (225, 230), (190, 288)],
    4: [(165, 40), (205, 40), (275, 288), (150, 288)],
    6: [(90, 225), (160, 150), (230, 150), (330, 250), (250, 285), (120, 285)],
    7: [(0, 60), (351, 60), (351, 130), (130, 150), (0, 288)],
}


@pytest.mark.parametrize("number", CARRIAGEWAYS)
def test_flowing_traffic_and_crowds_stay_quiet(
    clips: dict[str, Clip], detector: LoadedDetector, number: int
) -> None:
    clip = clips[f"tfl_jamcam_{number}"]
    played = play(clip, detector, outline=clip.shares(CARRIAGEWAYS[number]), dwell_s=6.0)
    assert len(played.looks) >= 18
    assert any(look.sightings for look in played.looks)
    assert played.findings == []


@pytest.mark.parametrize(
    ("name", "zone", "sample"),
    [
        ("highway_shoulder_bike", "shoulder", 2.0),
        ("intel_car-detection", "all", 1.0),
        ("opendatacam_stuttgart", "carriageway", 2.0),
        ("opencv_vtest", "path", 1.0),
    ],
)
def test_things_that_only_pass_stay_quiet(
    clips: dict[str, Clip], detector: LoadedDetector, name: str, zone: str, sample: float
) -> None:
    clip = clips[name]
    played = play(clip, detector, outline=clip.shares(clip.zones[zone]), dwell_s=5.0, sample=sample)
    assert len(played.looks) >= 25
    assert played.findings == []


def test_persons_are_seen_as_hidden_ground_and_nothing_else(
    clips: dict[str, Clip], detector: LoadedDetector
) -> None:
    played = play(clips["opencv_vtest"], detector, outline=WHOLE, dwell_s=5.0, sample=1.0, until_s=20.0)
    assert all(look.hidden for look in played.looks)
    assert "person" not in repr(played.looks)


def test_the_lorry_in_the_queue_stays_quiet(clips: dict[str, Clip], detector: LoadedDetector) -> None:
    """It stands from 5.4 to 10.8 s, but this detector hardly sees it: that is why nothing is told."""
    clip = clips["tfl_jamcam_8"]
    lane = clip.shares([(85, 130), (215, 130), (330, 288), (85, 288)])
    assert play(clip, detector, outline=lane, dwell_s=4.0).findings == []


def test_a_queue_at_the_lights_is_not_parking(clips: dict[str, Clip], detector: LoadedDetector) -> None:
    """The two lanes of a coach and five cars that stand for the whole clip; the zone covers both lanes."""
    clip = clips["tfl_jamcam_3"]
    lanes = clip.shares([(160, 80), (225, 80), (352, 288), (160, 288)])
    assert play(clip, detector, outline=lanes, dwell_s=5.0).findings == []


def test_a_car_at_a_red_light_is_not_parked(clips: dict[str, Clip], detector: LoadedDetector) -> None:
    """A black car waits at the left edge for 21 s; the zone is the stretch before its stop line."""
    clip = clips["crossroad_traffic"]
    approach = clip.shares([(0, 270), (110, 270), (110, 360), (0, 360)])
    assert play(clip, detector, outline=approach, dwell_s=10.0, until_s=16.0).findings == []


def test_a_crop_around_a_small_zone_shows_a_far_car_better(
    clips: dict[str, Clip], detector: LoadedDetector
) -> None:
    """A parked car of 47 x 30 pixels at the top of the crossroads, found with and without the crop."""
    clip = clips["crossroad_traffic"]
    car = array_of((403, 12, 450, 42)) / ([clip.width, clip.height] * 2)
    zone = clip.shares([(390, 20), (470, 20), (470, 60), (390, 60)])

    def median_score(crops: int) -> float:
        settings = ObserverSettings(crops=CropSettings(most=crops))
        played = play(clip, detector, outline=zone, dwell_s=60.0, sample=0.5, until_s=20.0, settings=settings)
        fits = [
            [(ious(array_of(s.box), car)[0, 0], s.score) for s in look.sightings] for look in played.looks
        ]
        return float(
            np.median([max((score for iou, score in look if iou > 0.4), default=0.0) for look in fits])
        )

    assert median_score(crops=1) > median_score(crops=0) + 0.1
