"""Reads a TensorFlow.js graph model: nodes by name and weights by name."""

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError

Array = NDArray[Any]
_STORED = {"float32": "<f4", "int32": "<i4", "bool": "u1", "float16": "<f2", "uint8": "u1", "uint16": "<u2"}
_USED = {"float32": np.float32, "int32": np.int64, "bool": np.bool_}


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of the graph."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def ints(self, key: str) -> list[int]:
        """An attribute that is a list of whole numbers (written as strings or numbers)."""
        return [int(value) for value in self.attributes[key]["list"]["i"]]

    def text(self, key: str) -> str:
        """An attribute that is a word."""
        return _text(self.attributes[key]["s"])

    def texts(self, key: str) -> list[str]:
        """An attribute that is a list of words; empty where the node has none."""
        return [_text(value) for value in self.attributes[key]["list"]["s"]] if key in self.attributes else []

    def flag(self, key: str) -> bool:
        """An attribute that is a truth value; false where the node has none."""
        return bool(self.attributes.get(key, {}).get("b"))


@dataclass(frozen=True, slots=True)
class TfModel:
    """A graph and its weights. Shapes are TensorFlow's: height, width, channels."""

    nodes: Mapping[str, Node]
    weights: Mapping[str, Array]

    def number(self, name: str) -> float:
        """A weight that is a single number."""
        return float(np.ravel(self.weights[name])[0])


def read(members: Mapping[str, bytes]) -> TfModel:
    """From the fetched files: one `.json` and the shards it names, which lie beside it."""
    path = next((name for name in members if name.endswith(".json")), None)
    if path is None:
        raise ModelError(f"conversion: a TensorFlow.js model needs its .json; there is {', '.join(members)}")
    folder = path.rpartition("/")[0]
    model = json.loads(members[path])
    weights: dict[str, Array] = {}
    for group in model["weightsManifest"]:
        shards = b"".join(members[f"{folder}/{shard}"] for shard in group["paths"])
        weights |= _weights(group["weights"], shards)
    nodes = (_node(node) for node in model["modelTopology"]["node"])
    return TfModel({node.name: node for node in nodes}, weights)


def _node(node: Mapping[str, Any]) -> Node:
    inputs = tuple(name.split(":")[0] for name in node.get("input", ()))
    return Node(node["name"], node["op"], inputs, node.get("attr", {}))


def _weights(described: list[dict[str, Any]], shards: bytes) -> dict[str, Array]:
    found, offset = {}, 0
    for weight in described:
        stored = np.dtype(_STORED[weight.get("quantization", weight)["dtype"]])
        count = math.prod(weight["shape"])
        values = np.frombuffer(shards, stored, count, offset).reshape(weight["shape"])
        found[weight["name"]] = _unpacked(values, weight)
        offset += count * stored.itemsize
    if offset != len(shards):
        raise ModelError(f"conversion: the weights take {offset} bytes, the shards hold {len(shards)}")
    return found


def _unpacked(values: Array, weight: Mapping[str, Any]) -> Array:
    packing = weight.get("quantization", {})
    if "scale" in packing:
        values = values.astype(np.float32) * packing["scale"] + packing.get("min", 0)
    return values.astype(_USED[weight["dtype"]])


def _text(value: Any) -> str:
    """Words are written as base64 or as lists of bytes, depending on the converter's age."""
    return bytes(value).decode() if isinstance(value, list) else base64.b64decode(value).decode()
