"""Static INT8 by ONNX Runtime's own tools: what each layer says of calibration pictures sets its scales.

The result is an ordinary ONNX file with QuantizeLinear and DequantizeLinear around what shall run in eight
bits (QDQ), per channel for weights. What comes after the last convolutions, such as boxes in pixels and peaks of a
heat map, stays float, and with `keep_last` those convolutions too.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError

Method = Literal["minmax", "percentile", "entropy"]
METHODS: tuple[Method, ...] = ("minmax", "percentile", "entropy")
Feeds = dict[str, NDArray[Any]]
LEAST_OPSET = 13  # from which on scales may be given per channel


@dataclass(frozen=True, slots=True)
class Recipe:
    """How it is done. `percentile` counts for that method alone; `exclude`: further nodes that stay float."""

    method: Method = "percentile"
    percentile: float = 99.999
    keep_last: bool = True
    convolutions_only: bool = False
    exclude: tuple[str, ...] = ()

    def words(self) -> str:
        """For a card."""
        how = f"{self.method} {self.percentile:g}" if self.method == "percentile" else self.method
        kept = (
            "the last convolutions and what follows"
            if self.keep_last
            else "what follows the last convolutions"
        )
        what = "convolutions alone" if self.convolutions_only else "all that can be"
        more = f", {', '.join(self.exclude)}" if self.exclude else ""
        return f"static INT8, QDQ, weights per channel, {how}, {what}; float: {kept}{more}"


@dataclass(frozen=True, slots=True)
class Quantized:
    """The new network, and how much of the old one runs in eight bits."""

    network: bytes
    convolutions: int
    of: int


def quantized(network: bytes, given: Iterable[Feeds], recipe: Recipe) -> Quantized:
    """The network in INT8. given: what it is fed with for each calibration picture. Raises ModelError."""
    try:
        return _quantized(network, given, recipe)
    except ImportError as error:
        raise ModelError(f"quantizing needs the package {error.name}; pip install 'gewu[models]'") from error


def _quantized(network: bytes, given: Iterable[Feeds], recipe: Recipe) -> Quantized:
    import onnx
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

    with tempfile.TemporaryDirectory(prefix="gewu-quantize-") as work:
        before, after = Path(work) / "before.onnx", Path(work) / "after.onnx"
        model = _prepared(network, before)
        kept = left_float(model, recipe)
        methods = {
            "minmax": CalibrationMethod.MinMax,
            "percentile": CalibrationMethod.Percentile,
            "entropy": CalibrationMethod.Entropy,
        }
        with _quiet():
            quantize_static(
                before,
                after,
                _reader(given),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=["Conv"] if recipe.convolutions_only else None,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                nodes_to_exclude=kept,
                calibrate_method=methods[recipe.method],
                extra_options={"CalibPercentile": recipe.percentile} if recipe.method == "percentile" else {},
            )
        made = onnx.load(after)
        for one in model.metadata_props:  # formats read what the exporter wrote here
            if one.key not in {p.key for p in made.metadata_props}:
                made.metadata_props.append(one)
        convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]
        inside = [name for name in convolutions if name not in kept]
        return Quantized(made.SerializeToString(), len(inside), len(convolutions))


def _prepared(network: bytes, path: Path) -> Any:
    """Every node has a name and every tensor a shape, constants are folded, the opset is new enough."""
    import onnx
    from onnx import version_converter
    from onnxruntime.quantization import quant_pre_process

    model = onnx.load_from_string(network)
    opset = next(one.version for one in model.opset_import if one.domain in ("", "ai.onnx"))
    if opset < LEAST_OPSET:
        model = version_converter.convert_version(model, LEAST_OPSET)
    raw = path.with_name("raw.onnx")
    onnx.save(model, raw)
    with _quiet():
        quant_pre_process(raw, path, skip_symbolic_shape=True)
    made = onnx.load(path)
    for number, node in enumerate(made.graph.node):
        node.name = node.name or f"{node.op_type}_{number}"
    onnx.save(made, path)
    return made


def left_float(model: Any, recipe: Recipe) -> list[str]:
    """The names of the nodes that stay float."""
    users: dict[str, list[Any]] = {}
    for node in model.graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    before_a_convolution: dict[str, bool] = {}
    for node in reversed(model.graph.node):  # ONNX keeps nodes in the order in which they run
        after = [user for name in node.output for user in users.get(name, [])]
        before_a_convolution[node.name] = any(
            user.op_type == "Conv" or before_a_convolution[user.name] for user in after
        )
    tail = [node for node in model.graph.node if not before_a_convolution[node.name]]
    kept = [node.name for node in tail if recipe.keep_last or node.op_type != "Conv"]
    unknown = set(recipe.exclude) - {node.name for node in model.graph.node}
    if unknown:
        raise ModelError(f"no node is called {', '.join(sorted(unknown)[:5])}")
    return [*kept, *recipe.exclude]


def _reader(given: Iterable[Feeds]) -> Any:
    from onnxruntime.quantization import CalibrationDataReader

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        """One picture after the other."""

        def __init__(self) -> None:
            self._rest: Iterator[Feeds] = iter(given)

        def get_next(self) -> Feeds | None:
            found = next(self._rest, None)
            return None if found is None else {name: value[None] for name, value in found.items()}

    return Reader()


class _quiet(warnings.catch_warnings):  # noqa: N801 - used like the function it wraps
    """The tools warn about what was done on purpose, on every run."""

    def __enter__(self) -> Any:
        found = super().__enter__()
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        return found

    def __exit__(self, *exc: object) -> None:
        logging.disable(logging.NOTSET)
        super().__exit__(*exc)


def spread(pictures: Sequence[Any], most: int) -> list[Any]:
    """So many of them, evenly over all."""
    if len(pictures) <= most:
        return list(pictures)
    return [pictures[int(place)] for place in np.linspace(0, len(pictures) - 1, most)]
