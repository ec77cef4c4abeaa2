"""Makes checkpoints of ultralytics' families, for a Python that has ultralytics and torch; no part of Gewu.

`python tests/bench/export_checkpoints.py OUT COCO STEPS [FAMILY...]`: the smallest of v8, 11 and 26, built
from their own descriptions and trained for a while on a few pictures, so that there is something to see.
`yolo11n_coco` is no family: it gets the weights of a published export, which was trained on all of COCO.
"""

import importlib.metadata
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false")
_version = importlib.metadata.version
importlib.metadata.version = lambda name: "0.0.0" if name == "torchvision" else _version(name)

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from ultralytics import YOLO  # noqa: E402
from ultralytics.cfg import get_cfg  # noqa: E402

FAMILIES = ("yolov8n", "yolo11n", "yolo26n")
PUBLISHED = "yolo11n_coco"
PICTURES, BATCH, SIZE = 8, 4, 256


def samples(folder: Path) -> list[dict[str, torch.Tensor]]:
    """A few pictures as the trainer takes them: letterboxed, with classes and centred boxes in shares."""
    known = json.loads((folder / "instances.json").read_text())
    number = {c["id"]: i for i, c in enumerate(sorted(known["categories"], key=lambda c: c["id"]))}
    found = []
    for image in sorted(known["images"], key=lambda i: i["id"])[:PICTURES]:
        picture = cv2.imread(str(folder / "images" / image["file_name"]))
        ratio = SIZE / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=ratio, fy=ratio)
        canvas = np.full((SIZE, SIZE, 3), 114, np.uint8)
        top, left = (SIZE - small.shape[0]) // 2, (SIZE - small.shape[1]) // 2
        canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
        mine = [a for a in known["annotations"] if a["image_id"] == image["id"] and not a["iscrowd"]]
        boxes = np.array([a["bbox"] for a in mine], np.float32).reshape(-1, 4) * ratio
        boxes[:, :2] += boxes[:, 2:] / 2 + np.array([left, top], np.float32)
        found.append(
            {
                "img": torch.from_numpy(canvas[:, :, ::-1].transpose(2, 0, 1).copy()).float() / 255,
                "cls": torch.tensor([[number[a["category_id"]]] for a in mine], dtype=torch.float32).view(
                    -1, 1
                ),
                "bboxes": torch.from_numpy(boxes / SIZE),
            }
        )
    return found


def together(some: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """One batch."""
    return {
        "img": torch.stack([one["img"] for one in some]),
        "cls": torch.cat([one["cls"] for one in some]),
        "bboxes": torch.cat([one["bboxes"] for one in some]),
        "batch_idx": torch.cat([torch.full((len(one["cls"]),), float(i)) for i, one in enumerate(some)]),
    }


def trained(family: str, given: list[dict[str, torch.Tensor]], names: list[str], steps: int) -> YOLO:
    """Overfitted on purpose."""
    torch.manual_seed(3)
    model = YOLO(f"{family}.yaml")
    net = model.model
    net.args, net.names = get_cfg(), dict(enumerate(names))
    net.train()
    head = net.model[-1]
    if getattr(head, "one2one_cv2", None) is not None:
        head.end2end = True
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    began = time.monotonic()
    for step in range(steps):
        start = step * BATCH % PICTURES
        loss, _ = net(together(given[start : start + BATCH]))
        optimizer.zero_grad()
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        optimizer.step()
        schedule.step()
        if step % 20 == 0:
            print(family, step, round(float(loss.sum()), 2), round(time.monotonic() - began), flush=True)
    settle(net, given)
    with torch.no_grad():
        seen = net(given[0]["img"][None])
    print(
        family, "best score", float((seen[0] if isinstance(seen, tuple) else seen)[:, 4:].max()), flush=True
    )
    return model


def published(export: Path, names: list[str]) -> YOLO:
    """YOLO11n with the weights of an export of it in eight bits; its norms, melted into those, do nothing."""
    import onnx
    from onnx import numpy_helper

    known = {one.name: numpy_helper.to_array(one) for one in onnx.load(export).graph.initializer}
    model = YOLO("yolo11n.yaml")
    model.model.names = dict(enumerate(names))
    parts = dict(model.model.named_modules())
    with torch.no_grad():
        for name, part in parts.items():
            if f"{name}.weight_quantized" in known:
                scale, zero = known[f"{name}.weight_scale"], known[f"{name}.weight_zero_point"]
                weight = known[f"{name}.weight_quantized"].astype(np.float32) - zero.astype(np.float32)
                part.weight.copy_(torch.from_numpy(weight * scale.astype(np.float32)))
            elif isinstance(part, torch.nn.Conv2d) and f"{name}.weight" in known:
                part.weight.copy_(torch.from_numpy(known[f"{name}.weight"].copy()))
            if isinstance(part, torch.nn.Conv2d) and f"{name}.bias" in known:
                norm = parts.get(f"{name.rpartition('.')[0]}.bn")
                bias = torch.from_numpy(known[f"{name}.bias"].copy())
                (part if norm is None else norm).bias.copy_(bias)
            if isinstance(part, torch.nn.BatchNorm2d):
                part.running_mean.zero_()
                part.running_var.fill_(1.0 - part.eps)
                part.weight.fill_(1.0)
    model.model.eval()
    return model


def settle(net: torch.nn.Module, given: list[dict[str, torch.Tensor]]) -> None:
    """What the layers normalise by is taken from these pictures, not from how it was while they learned."""
    norms = [part for part in net.modules() if isinstance(part, torch.nn.BatchNorm2d)]
    for part in norms:
        part.reset_running_stats()
        part.momentum = None
    net.train()
    with torch.no_grad():
        for start in range(0, PICTURES, BATCH):
            net(together(given[start : start + BATCH])["img"])
    for part in norms:
        part.momentum = 0.03
    net.eval()


def main(out: Path, folder: Path, steps: int, families: Sequence[str]) -> None:
    """One file a family."""
    torch.set_num_threads(1)
    known = json.loads((folder / "instances.json").read_text())
    names = [c["name"] for c in sorted(known["categories"], key=lambda c: c["id"])]
    given = samples(folder)
    out.mkdir(parents=True, exist_ok=True)
    for family in families:
        if family == PUBLISHED:
            model = published(folder.parent / "models" / "agpl_yolo11n_int8_320.onnx", names)
        else:
            model = trained(family, given, names, steps)
        model.save(str(out / f"{family}.pt"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] or FAMILIES)
