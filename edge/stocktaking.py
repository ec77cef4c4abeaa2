"""What this node is, for `about`: read from the machine once a run, and never what the machine is called."""

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from broker.boundary import breach
from broker.fields import utc
from broker.inventory import Ending, Inventory, Machine, Software
from edge import machine
from edge.lastrun import Left

# Those that decide how a node behaves; the rest follows from the lock.
PACKAGES: Final = (
    "gewu", "onnxruntime", "onnxruntime-gpu", "onnxruntime-openvino", "numpy", "av", "opencv-python-headless",
    "paho-mqtt", "pydantic", "cryptography", "httpx", "shapely", "PyYAML",
)  # fmt: skip
MODELS: Final = ("proc/device-tree/model", "sys/class/dmi/id/product_name", "sys/class/dmi/id/board_name")
NOTHING: Final = frozenset({"", "to be filled by o.e.m.", "default string", "system product name", "none"})


def taken(
    folder: Path,
    before: Left | None,
    began: float,
    labels: Sequence[str],
    *,
    supervised: bool,
    root: Path = Path("/"),
) -> Inventory:
    """folder: of the storage. began: UTC seconds."""
    return Inventory(
        began=utc(began),
        before=ending(before),
        supervised=supervised,
        labels=list(labels),
        machine=_machine(folder, root),
        runs_on=_software(root),
    )


def ending(before: Left | None) -> Ending:
    """In a word how the run before ended."""
    if before is None:
        return "first"
    if before.run.ended is not None and before.run.why is not None:
        return before.run.why
    return "boot" if before.rebooted else "killed"


def _machine(folder: Path, root: Path) -> Machine:
    room = machine.disk(folder)
    return Machine(
        architecture=platform.machine() or "unknown",
        board=next((text for name in MODELS if (text := _word(root / name))), None),
        processor=next(_named(root / "proc/cpuinfo", ":", "model name", "Model", "Hardware"), None),
        cores=os.cpu_count() or 1,
        memory_mb=next((int(text.split()[0]) // 1000 for text in _meminfo(root)), None),
        disk_mb=room.size // 1_000_000 if room else None,
    )


def _meminfo(root: Path) -> Iterator[str]:
    return _named(root / "proc/meminfo", ":", "MemTotal")


def _software(root: Path) -> Software:
    return Software(
        os=next(_named(root / "etc/os-release", "=", "PRETTY_NAME"), None),
        kernel=_fine(platform.release()),
        python=platform.python_version(),
        packages=dict(_packages()),
        providers=_providers(),
    )


def _packages() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            found = _fine(version(name))
        except PackageNotFoundError:
            continue
        if found:
            yield name, found


def _providers() -> list[str]:
    try:
        import onnxruntime
    except ImportError:
        return []
    return [found for name in onnxruntime.get_available_providers()[:16] if (found := _fine(str(name)))]


def _word(file: Path) -> str | None:
    try:
        return _fine(file.read_bytes()[:240].decode("utf-8", "replace").replace("\0", " "))
    except OSError:
        return None


def _named(file: Path, mark: str, *names: str) -> Iterator[str]:
    """What stands behind the first of these names, in their order."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    found = {name.strip(): value for name, found, value in (line.partition(mark) for line in lines) if found}
    for name in names:
        if (value := _fine(found.get(name, "").strip().strip('"'))) is not None:
            yield value


def _fine(text: str) -> str | None:
    """As a message may carry it; what the firmware's makers left blank is nothing."""
    plain = " ".join(text.split())[:240]
    return None if plain.lower() in NOTHING or breach(plain) else plain
