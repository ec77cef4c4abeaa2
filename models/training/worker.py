"""Runs in a process of its own, by a Python that has ultralytics (AGPL-3.0) and torch: teaches a checkpoint.

It needs nothing of Gewu but the exporting worker, by its path. `python -I worker.py ORDER ANSWER`: ORDER is
a JSON file with `checkpoint`, `data` (a folder with train/ and val/ in YOLO's form), `classes` (of these
labels), `out` (a checkpoint), `work` (a folder), `export` (the path of export/worker.py) and the recipe;
ANSWER is written: what was done.

The labels of the checkpoint stay, and new ones join them: a node's detector has to see persons, or nothing
could be masked. With `own` the head learns the marked labels alone and is put beside the old one afterwards
(`joining.py`); with `new` only what tells the new labels learns: so all else is seen as before. Else,
pictures that say nothing of the old labels would teach that there are none; so what the checkpoint itself
sees in them is written down as truth first. Epochs are judged by the new labels alone.
"""

import importlib.util
import json
import os
import sys
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_VERBOSE="false")
os.environ.setdefault("ULTRALYTICS_SAFE_LOAD", "true")
GROUPS = ("cv3", "one2one_cv3")  # of the head: what names things
APART = 0.5  # overlap from which what was seen before is the very thing that people marked


def main(order: Path, answer: Path) -> None:
    """Train, keep the best, say what was done."""
    wanted = json.loads(order.read_text(encoding="utf-8"))
    _exporting(wanted["export"])._do_without_torchvision()
    import torch
    from ultralytics import YOLO, __version__

    torch.set_num_threads(wanted["threads"])
    base = YOLO(wanted["checkpoint"], task="detect")
    old = [str(base.names[n]).strip() for n in sorted(base.names)]
    known = [_word(name) for name in old]
    beside = wanted["learn"] == "own"
    names = wanted["classes"] if beside else old + [name for name in wanted["classes"] if name not in known]
    place = {_word(name): number for number, name in enumerate(names)}
    work = Path(wanted["work"])
    kept = _prepared(base, wanted, work, names, place)
    began, trainer = time.monotonic(), _trainer(base, wanted, work, names)
    trainer.add_callback(
        "on_fit_epoch_end", lambda done: _say(done, wanted["epochs"], time.monotonic() - began)
    )
    trainer.train()
    best = work / "run" / "weights" / "best.pt"
    if beside:
        _as_it_was(best, base.model)
    best.replace(wanted["out"])
    answer.write_text(
        json.dumps(
            {
                "tool": f"ultralytics {__version__}",
                "torch": torch.__version__,
                "names": names,
                "kept_boxes": kept,
                "epochs": trainer.epoch + 1,
                "stopped_early": trainer.epoch + 1 < wanted["epochs"],
                "best_epoch": int(trainer.stopper.best_epoch),  # counted from 1
                "fitness": float(trainer.best_fitness or 0.0),
                "seconds": round(time.monotonic() - began, 1),
            }
        ),
        encoding="utf-8",
    )


def _say(trainer: Any, epochs: int, took_s: float) -> None:
    """How far it is, and how well it does on `val`."""
    done = trainer.epoch + 1
    if done > epochs:
        return  # the best one once more
    left = took_s / done * (epochs - done)
    seen = trainer.metrics.get("metrics/mAP50-95(B)", 0.0)
    print(f"epoch {done} of {epochs}: AP {seen:.3f} on val; {left / 60:.0f} min left at most", flush=True)  # noqa: T201 - progress


def _trainer(base: Any, wanted: dict[str, Any], work: Path, names: list[str]) -> Any:
    from ultralytics.models.yolo.detect import DetectionTrainer

    class Trainer(DetectionTrainer):  # type: ignore[misc]
        """The checkpoint itself goes on, with more classes at its end."""

        def get_model(self, cfg: Any = None, weights: Any = None, verbose: bool = True) -> Any:  # noqa: ARG002
            made = _extended(base.model, names, 0 if wanted["learn"] == "own" else old)
            self.kept = [(one, one.weight[:old].clone(), one.bias[:old].clone()) for one in _lasts(made)]
            return made

        def optimizer_step(self) -> None:
            super().optimizer_step()
            if wanted["learn"] == "new":
                for model in (self.model, self.ema.ema):
                    _put_back(_lasts(model), self.kept)

    old = len(base.names)
    backbone = len(base.model.yaml["backbone"])
    head = len(base.model.model) - 1
    frozen = {"own": head, "new": _frozen(base.model), "head": backbone, "all": None}[wanted["learn"]]
    given = {
        "model": wanted["checkpoint"],
        "data": str(work / "data.yaml"),
        "project": str(work),
        "name": "run",
    }
    given |= {"epochs": wanted["epochs"], "patience": wanted["patience"], "imgsz": wanted["size"]}
    given |= {"batch": wanted["batch"], "device": wanted["device"], "seed": wanted["seed"], "workers": 0}
    given |= {"optimizer": "AdamW", "lr0": wanted["rate"], "freeze": frozen, "plots": False}
    given |= {"exist_ok": True, "amp": False, "verbose": False, "cos_lr": True, "warmup_epochs": 1.0}
    given |= {"nbs": wanted["batch"]}  # few pictures: each batch is a step
    given |= {"mosaic": 0.5, "close_mosaic": max(2, wanted["epochs"] // 5), "save_json": False}
    return Trainer(overrides=given)


def _lasts(model: Any) -> list[Any]:
    """The layers that name things, one for each size of things."""
    head = model.model[-1]
    return [branch[-1] for group in GROUPS for branch in getattr(head, group, None) or ()]


def _put_back(layers: list[Any], kept: list[Any]) -> None:
    """What was known of the old labels; decay of weights would change it."""
    import torch

    with torch.no_grad():
        for layer, (_, weight, bias) in zip(layers, kept, strict=True):
            layer.weight[: len(bias)] = weight.to(layer.weight)
            layer.bias[: len(bias)] = bias.to(layer.bias)


def _as_it_was(best: Path, before: Any) -> None:
    """All but the head, to the bit: averaging over steps and halving for the file have rounded it."""
    import torch

    kept = torch.load(best, map_location="cpu", weights_only=False)
    model, head = kept["model"].float(), f"model.{len(before.model) - 1}."
    old = before.float().state_dict()
    model.load_state_dict({n: v if n.startswith(head) else old[n] for n, v in model.state_dict().items()})
    torch.save(kept | {"model": model}, best)


def _frozen(model: Any) -> list[Any]:
    """Everything but the last layers, by ultralytics' names of layers."""
    number, head = len(model.model) - 1, model.model[-1]
    found: list[Any] = list(range(number))
    for group in ("cv2", "one2one_cv2"):
        found += [f"{number}.{group}"] if hasattr(head, group) else []
    for group in GROUPS:
        for n, branch in enumerate(getattr(head, group, None) or ()):
            found += [f"{number}.{group}.{n}.{part}" for part in range(len(branch) - 1)]
    return found


def _extended(model: Any, names: list[str], keep: int) -> Any:
    """A copy for these classes; of the first so many it knows what it knew, the others begin as rare."""
    import torch

    made = deepcopy(model).float().train()
    for part in made.parameters():
        part.requires_grad = True
    head, count = made.model[-1], len(names)
    old = head.nc
    for group in GROUPS:
        for branch in getattr(head, group, None) or ():
            last = branch[-1]
            wider = torch.nn.Conv2d(last.in_channels, count, 1)
            with torch.no_grad():
                torch.nn.init.normal_(wider.weight, std=0.01)
                wider.bias.fill_(float(last.bias.mean()))
                wider.weight[:keep], wider.bias[:keep] = last.weight[:keep], last.bias[:keep]
            branch[-1] = wider
    head.nc, head.no = count, head.no - old + count
    made.nc, made.names = count, dict(enumerate(names))
    made.criterion = None  # one that came with the checkpoint counts on its labels
    made.yaml["nc"] = count
    return made


def _prepared(base: Any, wanted: dict[str, Any], work: Path, names: list[str], place: dict[str, int]) -> int:
    """The pictures as the trainer reads them; returns how many boxes of old labels were written down."""
    data, kept = Path(wanted["data"]), 0
    numbers = [place[name] for name in wanted["classes"]]
    for side in ("train", "val"):
        images, labels = work / side / "images", work / side / "labels"
        images.mkdir(parents=True)
        labels.mkdir()
        for picture in sorted((data / side / "images").iterdir()):
            (images / picture.name).symlink_to(picture.resolve())
            text = (data / side / "labels" / f"{picture.stem}.txt").read_text(encoding="utf-8")
            rows = [line.split() for line in text.splitlines()]
            mine = [[numbers[int(row[0])], *map(float, row[1:])] for row in rows]
            told = side == "train" and wanted["learn"] != "own"  # else nobody is asked for the old labels
            seen = _seen(base, picture, wanted, mine, set(numbers)) if told else []
            kept += len(seen)
            lines = (" ".join([str(row[0]), *(f"{n:.6f}" for n in row[1:])]) for row in mine + seen)
            (labels / f"{picture.stem}.txt").write_text(
                "".join(f"{line}\n" for line in lines), encoding="utf-8"
            )
    about = {"path": str(work), "train": "train/images", "val": "val/images", "names": dict(enumerate(names))}
    (work / "data.yaml").write_text(json.dumps(about), encoding="utf-8")  # JSON is YAML
    return kept


def _seen(
    base: Any, picture: Path, wanted: dict[str, Any], mine: list[list[float]], marked: set[int]
) -> list[list[float]]:
    """What the checkpoint sees there of labels that people did not mark."""
    (one,) = base.predict(
        str(picture),
        conf=wanted["sure"],
        imgsz=wanted["size"],
        device=wanted["device"],
        verbose=False,
        save=False,
    )
    rows = zip(one.boxes.cls.tolist(), one.boxes.xywhn.tolist(), strict=True)
    found = [[int(number), *box] for number, box in rows if int(number) not in marked]
    return [row for row in found if all(_overlap(row[1:], other[1:]) < APART for other in mine)]


def _overlap(one: list[float], other: list[float]) -> float:
    """Over union, of two boxes by their middles and sizes."""
    sides = []
    for middle, size in ((0, 2), (1, 3)):
        low = max(one[middle] - one[size] / 2, other[middle] - other[size] / 2)
        high = min(one[middle] + one[size] / 2, other[middle] + other[size] / 2)
        sides.append(max(0.0, high - low))
    both = sides[0] * sides[1]
    return both / (one[2] * one[3] + other[2] * other[3] - both) if both else 0.0


def _word(name: str) -> str:
    return "_".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


def _exporting(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("gewu_export_worker", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
