"""`python -m tests.bench.export --python PYTHON`: exports of v8, 11 and 26 against ultralytics itself.

PYTHON has torch and ultralytics (docs/models.md says how). It makes a small checkpoint of each family,
trained for a while on a few pictures of COCO (or takes those in
`--checkpoints`); the last line is one JSON object.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from models.commands.export import facts
from models.export.checkpoint import Wanted, export

SHARED = Path(os.environ.get("GEWU_SHARED_DATA", "../shared/data"))
FAMILIES = ("yolov8n", "yolo11n", "yolo26n")
PUBLISHED, PUBLISHED_SIZE, EXPORT = "yolo11n_coco", 640, "agpl_yolo11n_int8_320.onnx"


def main() -> int:
    """1 where one of them does not agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--checkpoints", type=Path, default=Path("var/checkpoints"))
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--most", type=int, default=40)
    asked = parser.parse_args()
    coco = SHARED / "coco_mini"
    families = [*FAMILIES, *([PUBLISHED] if (SHARED / "models" / EXPORT).is_file() else [])]
    missing = [family for family in families if not (asked.checkpoints / f"{family}.pt").is_file()]
    if missing:
        maker = Path(__file__).with_name("export_checkpoints.py")
        made = [asked.python, str(maker), str(asked.checkpoints), str(coco), str(asked.steps), *missing]
        subprocess.run(made, check=True, stdout=sys.stderr)
    pictures = sorted((coco / "images").iterdir())[: asked.most]
    rows, good = [], True
    for family in families:
        for finished in (True, False) if family == "yolo26n" else (True,):
            done = export(
                Wanted(
                    checkpoint=asked.checkpoints / f"{family}.pt",
                    name=family,
                    version=1,
                    size=PUBLISHED_SIZE if family == PUBLISHED else asked.size,
                    finished=finished,
                    pictures=pictures,
                    python=asked.python,
                )
            )
            good &= done.difference.good
            rows.append(facts(done))
            print(rows[-1], file=sys.stderr, flush=True)
    print(json.dumps({"bench": "export", "good": good, "models": rows}))
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
