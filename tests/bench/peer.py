"""A straightforward pipeline of well-known parts, for tests.bench.cameras to compare with.

python peer.py CLIP MODEL SETUP

It imports nothing of ours. OpenCV decodes every frame, YOLOX-nano (ONNX Runtime) looks at five a second,
ByteTrack of the `trackers` package follows what it finds, and a timer tells what has stood in supervision's
PolygonZone for the dwell time, as supervision's own example of time in zone does. SETUP is JSON: zone (in
shares of the picture), dwell_s, fps. The last line is one JSON object: CPU and stream seconds, and the
incidents as [seconds, box].
"""

import json
import sys
import time

import cv2
import numpy as np
import onnxruntime
import supervision as sv
from trackers import ByteTrackTracker

SIZE = 416
DETECT_FPS = 5
VEHICLES = (2, 3, 5, 7)
SCORE = 0.2
SURE = 0.4
OVERLAP = 0.45


class Yolox:
    """The network with its letterbox before and its grid and suppression behind."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.name = self.session.get_inputs()[0].name
        cells, strides = [], []
        for stride in (8, 16, 32):
            side = SIZE // stride
            ys, xs = np.mgrid[:side, :side]
            cells.append(np.stack([xs, ys], -1).reshape(-1, 2))
            strides.append(np.full((side * side, 1), stride))
        self.cells, self.strides = np.concatenate(cells), np.concatenate(strides)

    def __call__(self, image):
        ratio = SIZE / max(image.shape[:2])
        small = cv2.resize(image, None, fx=ratio, fy=ratio)
        canvas = np.full((SIZE, SIZE, 3), 114, np.uint8)
        canvas[: small.shape[0], : small.shape[1]] = small
        feed = canvas.transpose(2, 0, 1)[None].astype(np.float32)
        out = self.session.run(None, {self.name: feed})[0][0]
        scores = out[:, 4:5] * out[:, 5:]
        classes = scores.argmax(1)
        best = scores[np.arange(len(scores)), classes]
        keep = (best >= SCORE) & np.isin(classes, VEHICLES)
        centre = (out[keep, :2] + self.cells[keep]) * self.strides[keep]
        half = np.exp(out[keep, 2:4]) * self.strides[keep] / 2
        boxes = np.concatenate([centre - half, centre + half], 1) / ratio
        found = sv.Detections(xyxy=boxes, confidence=best[keep], class_id=classes[keep])
        return found.with_nms(OVERLAP)


class Timer:
    """How long each track has been in the zone without a break, by frames."""

    def __init__(self, fps):
        self.fps, self.frame, self.since = fps, 0, {}

    def tick(self, tracks):
        self.frame += 1
        self.since = {track: self.since.get(track, self.frame) for track in tracks if track >= 0}
        return {track: (self.frame - since) / self.fps for track, since in self.since.items()}


def main():
    clip, model, setup = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    cv2.setNumThreads(1)
    detect, timer = Yolox(model), Timer(DETECT_FPS)
    tracker = ByteTrackTracker(
        frame_rate=DETECT_FPS, track_activation_threshold=SURE, high_conf_det_threshold=SURE
    )
    capture = cv2.VideoCapture(clip, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    width, height = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
    zone = sv.PolygonZone(polygon=(np.array(setup["zone"]) * (width, height)).astype(int))
    told, frames, began = {}, 0, time.process_time()
    while True:
        ok, image = capture.read()
        if not ok:
            break
        frames += 1
        if (frames - 1) % round(setup["fps"] / DETECT_FPS):
            continue
        followed = tracker.update(detect(image))
        inside = followed[zone.trigger(followed)]
        for track, seconds in timer.tick(inside.tracker_id.tolist()).items():
            if seconds >= setup["dwell_s"] and track not in told:
                box = inside.xyxy[inside.tracker_id == track][0] / (width, height, width, height)
                told[track] = [round(frames / setup["fps"], 2), [round(float(v), 4) for v in box]]
    spent = time.process_time() - began
    stream = frames / setup["fps"]
    print(json.dumps({"cpu_s": round(spent, 3), "stream_s": stream, "incidents": list(told.values())}))


if __name__ == "__main__":
    main()
