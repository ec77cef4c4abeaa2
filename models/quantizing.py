"""Static INT8 by ONNX Runtime's own tools: what each layer says of calibration pictures sets its scales.

The result is an ordinary ONNX file with QuantizeLinear and DequantizeLinear around what runs in eight bits
(QDQ), per channel for weights. The last convolutions and what comes after them, such as boxes in pixels and
peaks of a heat map, stay float, and so do the layers that were measured to spoil what is found.
"""

import io
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from numpy.typing import NDArray
from typing_extensions import Self

from models.errors import ModelError

Method = Literal["minmax", "percentile", "entropy"]
METHODS: tuple[Method, ...] = ("minmax", "percentile", "entropy")
Feeds = dict[str, NDArray[Any]]
AT_ONCE = (4, 3, 2, 1)  # pictures of which a histogram is made; the tools want a divisor of all
LEAST_OPSET = 13  # from which on scales may be given per channel


class Workshop:
    """One network on its way to INT8; calibrated once, then made with these or those layers left float.

    Used with `with`: its files lie in a folder of its own. Raises ModelError where the tools are missing.
    """

    def __init__(
        self, network: bytes, given: Sequence[Feeds], method: Method = "minmax", percentile: float = 99.99
    ) -> None:
        self._network, self._given = network, given
        self._method, self._percentile = method, percentile
        self._folder = tempfile.TemporaryDirectory(prefix="gewu-quantize-")
        self._before = Path(self._folder.name) / "before.onnx"

    def __enter__(self) -> Self:
        with ExitStack() as undone:
            undone.callback(self._folder.cleanup)
            try:
                self._model = _prepared(self._network, self._before)
            except ImportError as error:
                raise ModelError(
                    f"quantizing needs the package {error.name}; pip install 'gewu[models]'"
                ) from error
            undone.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    @property
    def units(self) -> dict[str, list[str]]:
        """By the name of each convolution that may run in eight bits: it and what follows until the next."""
        nodes, tail = list(self._model.graph.node), set(self._tail())
        found: dict[str, list[str]] = {}
        mine: list[str] | None = None
        for node in nodes:
            if node.op_type == "Conv":
                mine = None if node.name in tail else found.setdefault(node.name, [])
            if mine is not None:
                mine.append(node.name)
        return found

    def made(self, keep: Iterable[str] = (), only: str | None = None) -> bytes:
        """The network in INT8 but for these units; `only`: nothing but this one in INT8."""
        units, keep = self.units, list(keep)
        if unknown := [name for name in keep if name not in units]:
            raise ModelError(f"no convolution is called {', '.join(unknown[:5])}; there is {_some(units)}")
        kept = [*self._tail(), *(node for name in keep for node in units[name])]
        if only is not None:
            kept = [node.name for node in self._model.graph.node if node.name not in units[only]]
        first = next(iter(units), None)
        before = [node.name for node in self._model.graph.node]
        head = before[: before.index(first)] if first in keep else []
        return self._quantized(sorted({*kept, *head}))

    def sensitivities(
        self, harm: Callable[[bytes], float], told: Callable[[int, int], None] = lambda _done, _of: None
    ) -> dict[str, float]:
        """How much each unit does by itself, the worst first. harm: of a network, 0 where it is as before.

        told: after each, how many are done, of how many.
        """
        found: dict[str, float] = {}
        units = self.units
        for name in units:
            found[name] = harm(self.made(only=name))
            told(len(found), len(units))
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def spared(self, harm: Callable[[bytes], float], harms: dict[str, float], most: float) -> list[str]:
        """The fewest units, those that do most first, that left float keep the whole within this harm.

        harms: as `sensitivities` found them. Found by halving: the more stay float, the less the harm.
        """
        order = list(harms)
        low, high = 0, len(order)
        while low < high:
            middle = (low + high) // 2
            if harm(self.made(order[:middle])) <= most:
                high = middle
            else:
                low = middle + 1
        return order[:low]

    def _tail(self) -> list[str]:
        """The last convolutions and what comes after them."""
        users: dict[str, list[Any]] = {}
        for node in self._model.graph.node:
            for name in node.input:
                users.setdefault(name, []).append(node)
        leads: dict[str, bool] = {}  # to a convolution
        for node in reversed(self._model.graph.node):  # ONNX keeps nodes in the order in which they run
            after = [user for name in node.output for user in users.get(name, [])]
            leads[node.name] = any(user.op_type == "Conv" or leads[user.name] for user in after)
        return [node.name for node in self._model.graph.node if not leads[node.name]]

    def _quantized(self, kept: list[str]) -> bytes:
        import onnx
        from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

        methods = {
            "minmax": CalibrationMethod.MinMax,
            "percentile": CalibrationMethod.Percentile,
            "entropy": CalibrationMethod.Entropy,
        }
        options: dict[str, Any] = (
            {"CalibPercentile": self._percentile} if self._method == "percentile" else {}
        )
        if self._method != "minmax":  # else what every layer says of every picture is kept until the end
            options["CalibStridedMinMax"] = next(n for n in AT_ONCE if len(self._given) % n == 0)
        after = self._before.with_name("after.onnx")
        with _quiet(), redirect_stdout(io.StringIO()):
            quantize_static(
                self._before,
                after,
                _reader(self._given),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                nodes_to_exclude=kept,
                calibrate_method=methods[self._method],
                extra_options=options,
                calibration_cache_path=self._before.with_name("ranges.json"),
            )
        made = onnx.load(after)
        there = {one.key for one in made.metadata_props}
        made.metadata_props.extend(one for one in self._model.metadata_props if one.key not in there)
        data: bytes = made.SerializeToString()
        return data


def _prepared(network: bytes, path: Path) -> Any:
    """Every node has a name and every tensor a shape, constants are folded, the opset is new enough."""
    import onnx
    from onnx import version_converter
    from onnxruntime.quantization import quant_pre_process

    model = onnx.load_from_string(network)
    if any(node.op_type == "QuantizeLinear" for node in model.graph.node):
        raise ModelError("the network is INT8 already; give the float one it was made from")
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
    kept = {one.key for one in made.metadata_props}
    made.metadata_props.extend(one for one in model.metadata_props if one.key not in kept)
    onnx.save(made, path)
    return made


def _reader(given: Sequence[Feeds]) -> Any:
    from onnxruntime.quantization import CalibrationDataReader

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        """One picture after the other."""

        def __init__(self) -> None:
            self._rest: Iterator[Feeds] = iter(given)

        def __len__(self) -> int:
            return len(given)

        def set_range(self, start_index: int, end_index: int) -> None:
            self._rest = iter(given[start_index:end_index])

        def get_next(self) -> Feeds | None:
            found = next(self._rest, None)
            return None if found is None else {name: value[None] for name, value in found.items()}

    return Reader()


class _quiet(warnings.catch_warnings):  # noqa: N801 - used like the function it wraps
    """The tools warn, on every run, about what was done on purpose."""

    def __enter__(self) -> Any:
        found = super().__enter__()
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        return found

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.disable(logging.NOTSET)
        super().__exit__(kind, error, trace)


def _some(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:20]) + (f" and {len(found) - 20} more" if len(found) > 20 else "")
