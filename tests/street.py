"""A street that tests make themselves: a film, and a real network, a tiny one, that knows red cars in it.

With them a node runs as it does on a street, through decoder, ONNX Runtime, ledger, rule and masking, on any
machine. Whoever is blue is a person to this network.
"""

import hashlib
from pathlib import Path

import av
import cv2
import numpy as np
import onnx
import yaml
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.bundles import Bundle, made
from models.card import Card, File

WIDTH, HEIGHT, FPS = 320, 240, 10
CAR = (120, 110, 200, 165)
PERSON = (40, 90, 60, 150)
HEAP = (236, 180, 284, 222)
RED, BLUE = (205, 30, 25), (25, 30, 205)


def film(
    path: Path,
    seconds: float,
    *,
    car: tuple[float, float] | None = None,
    person: bool = False,
    heap: tuple[float, float] | None = None,
) -> Path:
    """A still street of so many seconds, with a sensor's grain; a car stands, a heap lies from .. to."""
    ground, grain = _ground(), _grain()
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=FPS, options={"qscale": "2"})
        stream.width, stream.height = WIDTH, HEIGHT
        stream.gop_size = FPS
        for index in range(round(seconds * FPS)):
            here = car is not None and car[0] <= index / FPS < car[1]
            lies = heap is not None and heap[0] <= index / FPS < heap[1]
            noisy = _scene(ground, here, person, lies) + grain[index * 7 % 16]
            picture = noisy.clip(0, 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    return path


def still(*, car: bool, number: int) -> bytes:
    """One picture of that street, as a camera drops it into a folder (JPEG)."""
    noisy = _scene(_ground(), car, person=False) + _grain()[number * 7 % 16]
    return cv2.imencode(".jpg", noisy.clip(0, 255).astype(np.uint8)[:, :, ::-1])[1].tobytes()


def _ground() -> NDArray[np.uint8]:
    ground = np.random.default_rng(7).integers(90, 150, (HEIGHT // 8, WIDTH // 8, 1), np.uint8)
    return np.repeat(np.kron(ground, np.ones((8, 8, 1), np.uint8)), 3, axis=2)


def _grain() -> NDArray[np.int16]:
    return np.random.default_rng(8).integers(-3, 4, (16, HEIGHT, WIDTH, 1), np.int16)


def _scene(ground: NDArray[np.uint8], car: bool, person: bool, heap: bool = False) -> NDArray[np.uint8]:
    picture = ground.copy()
    if heap:
        x1, y1, x2, y2 = HEAP
        picture[y1:y2, x1:x2] = 60  # dark, with a light rim and folds
        picture[y1 : y1 + 3, x1:x2] = picture[y1:y2:9, x1:x2] = 200
    for there, (x1, y1, x2, y2), colour in ((car, CAR, RED), (person, PERSON, BLUE)):
        if there:
            picture[y1:y2, x1:x2] = colour
            picture[y1 + 10 : y2 : 16, x1 + 4 : x2 - 4] = [max(0, c - 20) for c in colour]
    return picture


def model(folder: Path) -> dict[str, str]:
    """Write the network and its catalogue; returns the `model` section of a configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    body = network()
    (folder / "red_cars.onnx").write_bytes(body)
    entry = {
        "title": "Red cars of the tests",
        "role": "detector",
        "format": "ultralytics",
        "labels": ["car", "person"],
        "file": "red_cars.onnx",
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "licence": {"code": "Apache-2.0", "weights": "Apache-2.0"},
        "origin": {"kind": "directory", "sha256": [hashlib.sha256(body).hexdigest()]},
        "input": "RGB 0..1",
    }
    (folder / "catalog.yaml").write_text(yaml.safe_dump({"models": {"red_cars": entry}}))
    return {"name": "red_cars", "directory": str(folder)}


def network(*, high: float = 0.5, sure: float = 0.9, ballast: bytes = b"") -> bytes:
    """The network's file. high: how red a car is at least; from 1 on none is. sure: its score.

    ballast: weights that nothing uses.
    """
    made = _network(high, sure)
    if ballast:
        made.doc_string = ballast.hex()
    return bytes(made.SerializeToString())


def bundle(name: str, version: int, body: bytes, **about: object) -> Bundle:
    """It as a bundle."""
    file = File(sha256=hashlib.sha256(body).hexdigest(), bytes=len(body))
    told: dict[str, object] = {
        "name": name,
        "version": version,
        "title": "Red cars of the tests",
        "role": "detector",
        "format": "ultralytics",
        "labels": ["car", "person"],
        "input": "RGB 0..1",
        "licence": {"code": "Apache-2.0", "weights": "Apache-2.0"},
        "trained_on": "nothing: it was written down",
        "precision": "float32",
        "file": file,
    }
    return made(Card.model_validate(told | about), body)


def _network(high: float, sure: float) -> onnx.ModelProto:
    """Row 0: where red is, row 1: where blue is, as x1 y1 x2 y2 score class."""
    nodes = [helper.make_node("Split", ["images"], ["r", "g", "b"], axis=1, num_outputs=3)]
    nodes += _blob("car", "r", "b", 0.0) + _blob("person", "b", "r", 1.0)
    nodes.append(helper.make_node("Concat", ["car_row", "person_row"], ["output0"], axis=1))
    constants = {"high": [high], "low": [0.35], "some": [4.0], "sure": [sure], "one": [1.0]}
    values = [helper.make_tensor(n, TensorProto.FLOAT, [1], v) for n, v in constants.items()]
    values += [helper.make_tensor(f"class_{c:g}", TensorProto.FLOAT, [1, 1], [c]) for c in (0.0, 1.0)]
    values += [
        helper.make_tensor("rows", TensorProto.INT64, [2], [1, 3]),
        helper.make_tensor("columns", TensorProto.INT64, [2], [1, 2]),
        helper.make_tensor("shape", TensorProto.INT64, [3], [1, 1, 6]),
    ]
    graph = helper.make_graph(
        nodes,
        "red_cars",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, HEIGHT, WIDTH])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, 2, 6])],
        values,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def _blob(name: str, strong: str, weak: str, kind: float) -> list[onnx.NodeProto]:
    """Rows and columns with at least four pixels of a colour; their first and last bound the box."""
    n, node = name, helper.make_node
    nodes = [
        node("Greater", [strong, "high"], [f"{n}_a"]),
        node("Less", [weak, "low"], [f"{n}_b"]),
        node("And", [f"{n}_a", f"{n}_b"], [f"{n}_ab"]),
        node("Cast", [f"{n}_ab"], [f"{n}_mask"], to=TensorProto.FLOAT),
    ]
    for axis, over in (("x", "columns"), ("y", "rows")):
        nodes += [
            node("ReduceSum", [f"{n}_mask", over], [f"{n}_{axis}_sum"], keepdims=0),
            node("GreaterOrEqual", [f"{n}_{axis}_sum", "some"], [f"{n}_{axis}_hit"]),
            node("Cast", [f"{n}_{axis}_hit"], [f"{n}_{axis}_on"], to=TensorProto.FLOAT),
            node("ArgMax", [f"{n}_{axis}_on"], [f"{n}_{axis}1i"], axis=1, keepdims=1),
            node("ArgMax", [f"{n}_{axis}_on"], [f"{n}_{axis}2i"], axis=1, keepdims=1, select_last_index=1),
            node("Cast", [f"{n}_{axis}1i"], [f"{n}_{axis}1"], to=TensorProto.FLOAT),
            node("Cast", [f"{n}_{axis}2i"], [f"{n}_{axis}2l"], to=TensorProto.FLOAT),
            node("Add", [f"{n}_{axis}2l", "one"], [f"{n}_{axis}2"]),
        ]
    return [
        *nodes,
        node("ReduceMax", [f"{n}_x_on"], [f"{n}_any"], keepdims=1),
        node("Mul", [f"{n}_any", "sure"], [f"{n}_score"]),
        node(
            "Concat",
            [f"{n}_x1", f"{n}_y1", f"{n}_x2", f"{n}_y2", f"{n}_score", f"class_{kind:g}"],
            [f"{n}_flat"],
            axis=1,
        ),
        node("Reshape", [f"{n}_flat", "shape"], [f"{n}_row"]),
    ]


def configuration(
    folder: Path, *, url: str, path: Path, central: str | None = None, dwell: str = "2s"
) -> Path:
    """A node with one film and one zone that watches it; returns the file."""
    source = {
        "id": "cam-1",
        "kind": "file",
        "path": str(path),
        "sample": 5,
        "idle": "200ms",
        "zones": [
            {
                "id": "kerb",
                "polygon": [[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]],
                "rules": [{"kind": "dwell", "incident": "illegal_parking", "dwell": dwell}],
            }
        ],
    }
    settings = {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": url},
        "storage": {"directory": "data", "snapshot_every": "1s"},
        "delivery": {"retry": "1s", "retry_at_most": "2s"},
        "model": model(folder / "models"),
        "sources": [source],
    }
    if central is not None:
        settings["central"] = {"url": central}
    file = folder / "edge.yaml"
    file.write_text(yaml.safe_dump(settings, sort_keys=False))
    return file
