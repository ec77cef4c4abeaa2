"""From the start of a node to its first frames, and the memory that it takes, with real RTSP cameras.

    python -m tests.bench.begin [--cameras 16] [--seconds 60] [--size 1280x720] [--model NAME]

One RTSP server of GStreamer's gives all of them a still street (H.264, a key frame a second). The node is
a process of its own with the models that `gewu-models pull` fetched; the time runs from its start as a
process until each camera's first frame was decoded. `first_frame_cpu_s` is what the process had worked until
the first, whatever else the machine did (`load`). The last line is one JSON object.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.bench.soak import ZONE
from tests.footage import make_video
from tests.rtsp import Camera

CHILD = """
import json, os, sys, time
from edge.cli import main
from edge.frames import Frame
from edge.streams.reader import LiveReader
tell, seen = LiveReader._tell, set()

def told(self, item):
    tell(self, item)
    if isinstance(item, Frame) and item.source not in seen:
        seen.add(item.source)
        line = json.dumps([time.time(), time.process_time()]) + "\\n"
        os.write(1, line.encode())  # whole, whichever thread

LiveReader._tell = told
sys.exit(main(["run", sys.argv[1]]))
"""


def status(pid: int) -> dict[str, float]:
    """Megabytes and threads of a process."""
    told = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    return {
        "rss_mb": int(told["VmRSS"].split()[0]) / 1000,
        "most_mb": int(told["VmHWM"].split()[0]) / 1000,
        "threads": int(told["Threads"]),
    }


def street(path: Path, size: str) -> Path:
    """Ten seconds of a still street."""
    width, height = map(int, size.split("x"))
    coarse = np.random.default_rng(7).integers(80, 160, (height // 16, width // 16, 3), np.uint8)
    ground = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    drawn = partial(lambda picture, _index, _size: picture, np.asarray(ground, np.uint8))
    return make_video(path, range(0, 10_000, 100), size=(width, height), rate=10, gop=10, drawn=drawn)


def run(cameras: int, seconds: float, size: str, model: str) -> dict[str, Any]:
    """One node."""
    with tempfile.TemporaryDirectory(prefix="gewu-begin-") as name:
        camera = Camera().start("--file", str(street(Path(name) / "street.mkv", size)), "--gop", "10")
        config = Path(name) / "edge.yaml"
        found = [
            {"id": f"cam-{n}", "kind": "rtsp", "url": camera.url, "zones": [ZONE]} for n in range(cameras)
        ]
        settings = {
            "node": {"district": "131002", "id": "edge-01"},
            "broker": {"url": "mqtt://127.0.0.1:9"},
            "storage": {"directory": "data"},
            "model": {"name": model},
            "sources": found,
        }
        config.write_text(json.dumps(settings))
        began = time.time()
        words = [sys.executable, "-c", CHILD, str(config)]
        node = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert node.stdout is not None
            told = [json.loads(node.stdout.readline()) for _ in found]
            times = [at - began for at, _ in told]
            early = status(node.pid)
            time.sleep(seconds)
            late = status(node.pid)
        finally:
            node.kill()
            node.wait()
            camera.kill()
    return {
        "cameras": cameras,
        "size": size,
        "first_frame_s": round(min(times), 2),
        "all_frames_s": round(max(times), 2),
        "first_frame_cpu_s": round(told[0][1], 2),
        "load": os.getloadavg()[0],
        "rss_begin_mb": round(early["rss_mb"], 1),
        "rss_mb": round(late["rss_mb"], 1),
        "rss_most_mb": round(late["most_mb"], 1),
        "threads": late["threads"],
    }


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--model", default="default")
    args = parser.parse_args()
    print(json.dumps(run(args.cameras, args.seconds, args.size, args.model)))


if __name__ == "__main__":
    main()
