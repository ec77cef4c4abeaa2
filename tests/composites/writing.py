"""A built case on disk: `clip.mp4` and `case.yaml`, the format that `gewu-edge score` reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import yaml

from edge.observation import Box
from tests.composites.backgrounds import Point
from tests.composites.cases import PATIENCE, Case, Real, Trap
from tests.composites.disturbances import DISTURBANCES, TOLD_S, Ill, Span
from tests.composites.scene import Scene, Truth
from tests.composites.views import STANDING

SIDE, ABOVE, BELOW = 0.35, 0.7, 0.3  # a zone's margins, shares of the things' box


def write_clip(scene: Scene, file: Path, *, gop_s: float = 4.0) -> None:
    """The scene's pictures as H.264, with a keyframe every `gop_s` seconds."""
    back = scene.background
    options = {"crf": str(scene.disturbance.crf), "preset": "superfast"}
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=round(scene.fps), options=options)
        stream.width, stream.height = back.width // 2 * 2, back.height // 2 * 2
        stream.pix_fmt, stream.gop_size, stream.thread_count = "yuv420p", round(gop_s * scene.fps), 1
        for picture in scene.pictures():
            cut = picture[: stream.height, : stream.width]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(cut.copy(), format="bgr24")))
        container.mux(stream.encode(None))


def write_case(case: Case, scene: Scene, folder: Path, *, seen: float | None) -> None:
    """The words beside the clip. seen: share of the looks in which a detector boxes the first thing."""
    truths = scene.truths()
    text = yaml.safe_dump(described(case, truths, seen), sort_keys=False, allow_unicode=True, width=110)
    (folder / "case.yaml").write_text(text, encoding="utf-8")


def described(case: Case, truths: Sequence[Truth], seen: float | None) -> dict[str, Any]:
    """`case.yaml` as values."""
    dwell = float(str(case.rule["dwell"]).rstrip("s"))
    zone = {
        "id": "ground",
        "polygon": zone_around(_whole(truths, case.spot)),
        "rules": [case.rule, *case.also],
    }
    return {
        "name": case.name,
        "about": about(case, truths, seen),
        "note": "composite",
        "clip": "clip.mp4",
        "camera": {"id": case.view, "sample": case.looks, "zones": [zone]},
        "expected": [*(_expected(real, truths, case, dwell) for real in case.reals), *_own(case)],
        "traps": [_trap(trap, truths, case.spot) for trap in case.traps],
        "health": [_ill(ill) for ill in DISTURBANCES[case.disturbance].ills],
        "tags": list(case.tags),
    }


def about(case: Case, truths: Sequence[Truth], seen: float | None) -> str:
    """What it is made of, how much of it is to be seen, and what a detector makes of that."""
    crops = ", ".join(sorted({truth.thing.crop for truth in truths})) or "nothing"
    text = f"{crops} put into {case.view}; {case.disturbance}"
    if truths:
        text += f"; in view for {min(truth.visible for truth in truths):.0%} of the time"
    if seen is not None:
        text += f"; seen_by_detector {seen:.2f}"
    return text[:240]


def _expected(real: Real, truths: Sequence[Truth], case: Case, dwell: float) -> dict[str, Any]:
    found_by = due(real.told(dwell), DISTURBANCES[case.disturbance].waits)
    if real.end is not None:
        found_by = min(found_by, real.end)
    return {
        "id": real.id,
        "kind": real.incident,
        "zone": "ground",
        "box": _rounded(_union([truths[i].box for i in real.things])),
        "start": round(real.start, 2),
        "end": None if real.end is None else round(real.end, 2),
        "found_by": round(found_by, 2),
    }


def _own(case: Case) -> list[dict[str, Any]]:
    """The street's own standing vehicles: no situations of the case, and no false alarms either."""
    if case.rule["kind"] != "dwell":
        return []
    told = {"kind": case.rule["incident"], "zone": "ground", "start": 0.0, "optional": True}
    what = "a real vehicle of the street that waits there"
    boxes = enumerate(STANDING.get(case.view, ()))
    return [{"id": f"own{n}", **told, "box": list(box), "what": what} for n, box in boxes]


def due(dwelt: float, waits: Sequence[Span]) -> float:
    """When it must be told at the latest: no patience is used up while nothing can be decided."""
    left, now = PATIENCE, dwelt
    for start, end in sorted(waits):
        if end > now and start < now + left:
            left, now = left - max(0.0, start - now), end
    return now + left


def _ill(ill: Ill) -> dict[str, Any]:
    start, end = ill.span
    return {"condition": ill.condition, "from": start, "to": end, "within": TOLD_S, "optional": not ill.must}


def _trap(trap: Trap, truths: Sequence[Truth], spot: Point | None) -> dict[str, Any]:
    box = _whole([truths[i] for i in trap.things], spot)
    place = {"box": _rounded(box), "from": trap.start, "to": trap.end}
    return {"id": trap.id, "kind": trap.incident, "zone": "ground", **place, "what": trap.what}


def _whole(truths: Sequence[Truth], spot: Point | None) -> Box:
    if truths:
        return _union([truth.box for truth in truths])
    x, y = spot if spot is not None else (0.5, 0.5)
    return x - 0.1, y - 0.12, x + 0.1, y + 0.02


def _union(boxes: Sequence[Box]) -> Box:
    x1, y1, x2, y2 = zip(*boxes, strict=True)
    return min(x1), min(y1), max(x2), max(y2)


def zone_around(box: Box) -> list[list[float]]:
    """A generous outline around the ground of a box, within the picture."""
    x1, y1, x2, y2 = box
    wide, high = x2 - x1, y2 - y1
    left, right = max(0.0, x1 - SIDE * wide), min(1.0, x2 + SIDE * wide)
    top, bottom = max(0.0, y2 - ABOVE * high), min(1.0, y2 + BELOW * high)
    return [
        [round(x, 4), round(y, 4)] for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]


def _rounded(box: Box) -> list[float]:
    return [round(value, 4) for value in box]
