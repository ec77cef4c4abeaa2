"""Where networks run: ONNX Runtime sessions and the execution providers a site may choose."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from models.errors import ModelError

Provider = Literal["cpu", "cuda", "tensorrt", "openvino"]


@dataclass(frozen=True, slots=True)
class _Way:
    runtime_name: str
    package: str


WAYS: dict[Provider, _Way] = {
    "cpu": _Way("CPUExecutionProvider", "onnxruntime"),
    "cuda": _Way("CUDAExecutionProvider", "onnxruntime-gpu, with CUDA and cuDNN"),
    "tensorrt": _Way("TensorrtExecutionProvider", "onnxruntime-gpu, with CUDA, cuDNN and TensorRT"),
    "openvino": _Way("OpenVINOExecutionProvider", "onnxruntime-openvino"),
}


def _runtime() -> Any:
    """Loaded when a network is: a node without cameras has none."""
    return import_module("onnxruntime")


def available() -> list[Provider]:
    """The providers that the installed ONNX Runtime was built with."""
    there = _runtime().get_available_providers()
    return [name for name, way in WAYS.items() if way.runtime_name in there]


def open_session(name: str, data: bytes, provider: Provider, threads: int) -> Any:
    """An ONNX Runtime session over these bytes. Raises ModelError for a missing provider or a bad file."""
    way = WAYS[provider]
    if provider not in available():
        raise ModelError(
            f"provider {provider!r} is not in the installed ONNX Runtime, which has "
            f"{', '.join(available())}; the package {way.package} brings it (in place of onnxruntime)"
        )
    try:
        session = _runtime().InferenceSession(data, _options(threads), providers=[way.runtime_name])
    except Exception as error:  # ONNX Runtime raises a dozen classes that share no base but this
        raise ModelError(f"model {name}: ONNX Runtime cannot load it: {error}") from error
    _refuse_fallback(name, session, provider, way)
    return session


def _options(threads: int) -> Any:
    options = _runtime().SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads sleep: a spinning one takes the core that decodes the next picture.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    return options


def _refuse_fallback(name: str, session: Any, provider: Provider, way: _Way) -> None:
    """ONNX Runtime quietly runs on the CPU when a provider's libraries are missing; say it instead."""
    if session.get_providers()[0] != way.runtime_name:
        raise ModelError(
            f"model {name}: provider {provider!r} could not start (its libraries are missing or no device is "
            f"there); it needs {way.package}"
        )
