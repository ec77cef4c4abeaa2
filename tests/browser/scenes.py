"""Pictures as nodes send them: a street with a car, and the same street when it has left; the strip below."""

import cv2
import numpy as np

from edge.drawing import captioned
from models.detections import Picture

WIDTH, HEIGHT = 640, 360
CAR = (0.3, 0.45, 0.6, 0.8)  # of the scene


def street(*, car: bool) -> bytes:
    """JPEG without anything else in it."""
    scene: Picture = np.full((HEIGHT, WIDTH, 3), (96, 92, 88), np.uint8)
    scene[: HEIGHT // 3] = (150, 140, 130)
    cv2.line(scene, (0, 320), (WIDTH, 300), (235, 235, 235), 3)
    for x in range(0, WIDTH, 90):
        cv2.rectangle(scene, (x + 12, 20), (x + 60, 100), (120, 105, 100), -1)
    if car:
        x1, y1, x2, y2 = (round(share * side) for share, side in zip(CAR, (WIDTH, HEIGHT) * 2, strict=True))
        cv2.rectangle(scene, (x1, y1 + 40), (x2, y2 - 16), (40, 40, 190), -1)
        cv2.rectangle(scene, (x1 + 40, y1), (x2 - 50, y1 + 44), (60, 60, 160), -1)
        for x in (x1 + 40, x2 - 40):
            cv2.circle(scene, (x, y2 - 16), 16, (20, 20, 20), -1)
    body = cv2.imencode(
        ".jpg", captioned(scene, "cam-1  2026-03-01T08:00:05Z"), [cv2.IMWRITE_JPEG_QUALITY, 85]
    )
    return bytes(body[1].tobytes())
