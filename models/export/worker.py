"""Runs in a process of its own, by a Python that has ultralytics (AGPL-3.0): the only file that imports it.

It needs nothing of Gewu, so that Python may be of another environment. `python -I worker.py ORDER ANSWER`:
ORDER is a JSON file with `checkpoint`, `out` (an ONNX file), `size`, `opset`, `finished` (the head without
suppression, where there is one), `pictures` (paths), `floor` and `overlap`; ANSWER is written: what the
checkpoint is, and what ultralytics itself finds in each picture, x1 y1 x2 y2 score class in pixels.
"""

import importlib.metadata
import importlib.util
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

# Nothing is fetched, installed or told to anybody.
os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_VERBOSE="false")
os.environ.setdefault("ULTRALYTICS_SAFE_LOAD", "true")


def main(order: Path, answer: Path) -> None:
    """Export, then predict."""
    wanted = json.loads(order.read_text(encoding="utf-8"))
    _do_without_torchvision()
    from ultralytics import YOLO, __version__

    model = YOLO(wanted["checkpoint"], task="detect")
    head = model.model.model[-1]
    one_to_one = getattr(head, "one2one_cv2", None) is not None
    finished = one_to_one and wanted["finished"]
    facts = {
        "tool": f"ultralytics {__version__}",
        "torch": importlib.metadata.version("torch"),
        "family": Path(str(getattr(model.model, "yaml", {}).get("yaml_file", "unknown"))).stem,
        "task": model.task,
        "head": type(head).__name__,
        "names": {int(number): str(name) for number, name in model.names.items()},
        "finished": finished,
        "licence": str((getattr(model, "ckpt", None) or {}).get("license", "AGPL-3.0")),
    }
    same = {"imgsz": wanted["size"], "device": "cpu", "verbose": False, "nms": False if finished else None}
    made = YOLO(wanted["checkpoint"], task="detect").export(
        format="onnx", opset=wanted["opset"], simplify=False, dynamic=False, **same
    )
    Path(made).replace(wanted["out"])
    found = {path: _predicted(model, path, wanted, same) for path in wanted["pictures"]}
    answer.write_text(json.dumps({**facts, "found": found}), encoding="utf-8")


def _predicted(model: Any, path: str, wanted: dict[str, Any], same: dict[str, Any]) -> list[list[float]]:
    """On a square canvas, as the exported file has it."""
    (one,) = model.predict(
        path, conf=wanted["floor"], iou=wanted["overlap"], rect=False, max_det=300, save=False, **same
    )
    return [[float(value) for value in row] for row in one.boxes.data.tolist()]


def _do_without_torchvision() -> None:
    """Where it is not installed. ultralytics asks for its version, and for its suppression.

    There is no build of torchvision for the processor alone in the package registry. ultralytics has the same
    suppression of its own, which then takes its place.
    """
    if importlib.util.find_spec("torchvision") is not None:
        return
    version = importlib.metadata.version

    def known(distribution_name: str) -> str:
        try:
            return version(distribution_name)
        except importlib.metadata.PackageNotFoundError:
            if distribution_name != "torchvision":
                raise
            return "0.0.0"

    def suppress(*given: Any) -> Any:
        from ultralytics.utils.nms import TorchNMS

        return TorchNMS.nms(*given)

    importlib.metadata.version = known
    stand_in: Any = types.ModuleType("torchvision")
    stand_in.ops = types.SimpleNamespace(nms=suppress)
    sys.modules["torchvision"] = stand_in


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
