"""CenterFace as its package carries it is declared for ten pictures of 32x32; it takes any size."""

from collections.abc import Mapping
from typing import Any

import onnx

from models.errors import ModelError

PICTURES = ("B", 3, "H", "W")
CHANNELS = {"537": 1, "538": 2, "539": 2, "540": 10}  # by output


def convert(members: Mapping[str, bytes]) -> bytes:
    """The same weights and nodes; only what is declared changes: the sizes, and weights are no inputs."""
    (name, data), *_ = members.items()
    try:
        model = onnx.load_from_string(data)
    except Exception as error:  # protobuf's DecodeError, which has no public name
        raise ModelError(f"conversion: {name} is no ONNX file: {error}") from error
    picture = model.graph.input[0]
    del model.graph.input[1:]
    _declare(picture, PICTURES)
    for output in model.graph.output:
        _declare(output, ("B", CHANNELS[output.name], "h", "w"))
    onnx.checker.check_model(model)
    converted: bytes = model.SerializeToString()
    return converted


def _declare(value: Any, sizes: tuple[int | str, ...]) -> None:
    for dimension, size in zip(value.type.tensor_type.shape.dim, sizes, strict=True):
        if isinstance(size, str):
            dimension.dim_param = size
        else:
            dimension.dim_value = size
