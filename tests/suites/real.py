"""`python -m tests.suites.real OUT`: a suite of the shared real clips, for `gewu-edge score OUT`.

Truth and zones are those of clips.json, by eye. Where it gives no zone, one is drawn here around the part in
which the truth is known. The clips stay where they are and are named in full.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
Pixels = Sequence[tuple[float, float]]
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Watch:
    """How one clip is watched, beside what clips.json says of it.

    dwell: seconds allowed; the longest harmless stop in the zone is shorter, or the clip is a trap. ground: a
    zone in pixels where clips.json has none, or one that is other than its. litter: whether nothing new may
    be found lying in the whole picture either. maybe: boxes of what stands there truly and need not be told.
    """

    dwell: float = 5.0
    ground: Pixels | None = None
    groups: Sequence[str] = ("vehicle",)
    litter: bool = False
    health: Sequence[dict[str, Any]] = ()
    tags: Sequence[str] = ()


HAND = {"condition": "part_covered", "from": 23.1, "within": 60.0, "optional": True}
WATCHES: dict[str, Watch] = {
    "tfl_jamcam_5": Watch(tags=["kerb"]),
    "tfl_jamcam_8": Watch(4.0, [(85, 130), (215, 130), (330, 288), (85, 288)], tags=["queue"]),
    "tfl_jamcam_3": Watch(5.0, [(160, 80), (225, 80), (352, 288), (160, 288)], tags=["queue"]),
    "tfl_jamcam_1": Watch(
        6.0,
        [(60, 160), (170, 110), (250, 120), (350, 170), (350, 230), (260, 250), (150, 200)],
        tags=["flow"],
    ),
    # A van waits at the lights here from 4.2 s to the end at 9.5 s: a dwell below that would tell it, truly.
    "tfl_jamcam_2": Watch(
        6.0,
        [(45, 288), (60, 230), (110, 165), (250, 70), (300, 60), (285, 140), (225, 230), (190, 288)],
        tags=["flow"],
    ),
    "tfl_jamcam_4": Watch(6.0, [(165, 40), (205, 40), (275, 288), (150, 288)], tags=["flow"]),
    "tfl_jamcam_6": Watch(
        6.0, [(90, 225), (160, 150), (230, 150), (330, 250), (250, 285), (120, 285)], tags=["crowd"]
    ),
    "tfl_jamcam_7": Watch(
        6.0, [(0, 60), (351, 60), (351, 130), (130, 150), (0, 288)], tags=["flow", "night", "rain"]
    ),
    "opendatacam_stuttgart": Watch(litter=True, tags=["flow"]),
    "opencv_vtest": Watch(litter=True, tags=["persons"]),
    "opencv_tree": Watch(litter=True, health=[HAND], tags=["tree"]),
    "highway_shoulder_bike": Watch(groups=["vehicle", "two_wheeler"], litter=True, tags=["slow_mover"]),
    "crossroad_traffic": Watch(
        10.0, [(0, 270), (110, 270), (110, 360), (0, 360)], litter=True, tags=["signal"]
    ),
    "littering_9": Watch(litter=True, tags=["persons"]),
    "parking_timelapse": Watch(litter=True, tags=["light"]),
    "night_carpark_handheld": Watch(litter=True, tags=["night", "shaking"]),
    "intel_car-detection": Watch(litter=True, tags=["nadir", "shaking"]),
    "intel_one-by-one-person-detection": Watch(litter=True, tags=["persons", "indoor"]),
    "indoor_person": Watch(litter=True, tags=["persons", "indoor"]),
    "kharkiv_overhead": Watch(litter=True, tags=["nadir"]),
}
HARMLESS = ("queue_stop", "signal_stop", "person_standing")
LITTER = {"kind": "left", "incident": "accumulated_debris", "dwell": "20s"}
EDGE = 0.002


def cases(listed: Sequence[dict[str, Any]], folder: Path) -> Iterator[dict[str, Any]]:
    """One case a clip that is there."""
    for clip in listed:
        name = Path(clip["file"]).stem
        watch = WATCHES.get(name)
        if watch is not None and (folder / clip["file"]).is_file():
            yield _case(name, clip, watch, folder)


def _case(name: str, clip: dict[str, Any], watch: Watch, folder: Path) -> dict[str, Any]:
    zones = list(_zones(clip, watch))
    known = [zone["id"] for zone in zones if zone["id"] != EVERYWHERE]
    return {
        "name": name,
        "about": clip["what"].split(";")[0].split(". ")[0][:230],
        "note": "real",
        "clip": str((folder / clip["file"]).resolve()),
        "camera": {"id": _camera(name), "sample": 2.0, "zones": zones},
        "expected": list(_expected(clip, watch)) if known else [],
        "traps": list(_traps(clip, known)),
        "health": list(watch.health),
        "tags": list(watch.tags),
    }


def _camera(name: str) -> str:
    """Two clips show the same place by day and by night."""
    return "tfl_piccadilly_circus" if name in ("tfl_jamcam_6", "tfl_jamcam_7") else name


def _zones(clip: dict[str, Any], watch: Watch) -> Iterator[dict[str, Any]]:
    rule = {"kind": "dwell", "incident": "illegal_parking", "groups": list(watch.groups)}
    rules = [rule | {"dwell": f"{watch.dwell:g}s"}]
    if watch.ground is not None:
        yield {"id": "ground", "polygon": _shares(clip, watch.ground), "rules": rules}
    else:
        for zone in clip["zones"]:
            yield {"id": zone["id"], "polygon": _shares(clip, zone["polygon"]), "rules": rules}
    if watch.litter:
        whole = [[EDGE, EDGE], [1 - EDGE, EDGE], [1 - EDGE, 1 - EDGE], [EDGE, 1 - EDGE]]
        yield {"id": EVERYWHERE, "polygon": whole, "rules": [LITTER]}


def _expected(clip: dict[str, Any], watch: Watch) -> Iterator[dict[str, Any]]:
    """What stands where it may not. A rough box is of something that may be told and need not be."""
    for number, told in enumerate(clip["incidents"]):
        if told["type"] == "stopped_vehicle":
            rough = "rough" in told.get("object", "")
            yield _situation(clip, f"stopped-{number}", _corners(told["box_xywh"]), optional=rough)


def _situation(
    clip: dict[str, Any], name: str, box: tuple[float, float, float, float], *, optional: bool
) -> dict[str, Any]:
    """From the first frame to the last, as all of them stand."""
    truth = {"id": name, "kind": "illegal_parking", "box": _box(clip, box), "start": 0.0, "end": None}
    return truth | ({"optional": True} if optional else {})


def _traps(clip: dict[str, Any], zones: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, told in enumerate(clip["incidents"]):
        if told["type"] in HARMLESS and zones:
            what = f"{told['type'].replace('_', ' ')}: {told.get('object', 'by eye')}"
            times = {"from": told["start_s"] or 0.0, "to": told["end_s"]}
            box = _box(clip, _corners(told["box_xywh"]))
            yield {"id": f"stop-{number}", "kind": "illegal_parking", "box": box, **times, "what": what}


def _corners(box: Sequence[float]) -> tuple[float, float, float, float]:
    x, y, wide, high = box
    return x, y, x + wide, y + high


def _box(clip: dict[str, Any], box: tuple[float, float, float, float]) -> list[float]:
    (x1, y1), (x2, y2) = _shares(clip, [box[:2], box[2:]])
    return [x1, y1, x2, y2]


def _shares(clip: dict[str, Any], points: Pixels) -> list[list[float]]:
    """Pixels as shares of the picture, within it."""
    wide, high = clip["width"], clip["height"]
    return [[round(min(x / wide, 1.0), 4), round(min(y / high, 1.0), 4)] for x, y in points]


def write(out: Path, folder: Path) -> int:
    """Write the suite; returns the number of its cases."""
    listed = json.loads((folder / "clips.json").read_text(encoding="utf-8"))["clips"]
    found = list(cases(listed, folder))
    for case in found:
        (out / case["name"]).mkdir(parents=True, exist_ok=True)
        text = yaml.dump(case, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)
        (out / case["name"] / "case.yaml").write_text(text, encoding="utf-8")
    about = "What real cameras saw. Truth is by eye, half a second exact."
    suite = {"name": "real-clips", "about": about, "model": {"directory": str(folder / "models")}}
    (out / "suite.yaml").write_text(yaml.safe_dump(suite, sort_keys=False), encoding="utf-8")
    return len(found)


class _Plain(yaml.SafeDumper):
    """Writes what occurs twice twice: aliases are refused in a case."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.suites.real", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder to write")
    args = parser.parse_args()
    folder = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "clips.json").is_file():
        print(f"no clips.json in {folder} (set GEWU_SHARED_DATA)", file=sys.stderr)
        return 1
    args.out.mkdir(parents=True, exist_ok=True)
    print(f"{write(args.out, folder)} cases in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
