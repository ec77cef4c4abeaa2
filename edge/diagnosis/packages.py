"""Whether Python and its packages are as the node needs them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from broker.saying import listed, said
from edge.diagnosis.sign import Finding, Sign

OLDEST: Final = (3, 10)
AGPL: Final = ("ultralytics",)  # for exporting and training alone

PACKAGES: Final = said("packages")

FINE = Sign("packages_fine", "fine", "Python and packages are as they should be")
OLD = Sign(
    "packages_python_old", "fault", "this Python is too old for the node", "Install Python 3.10 or newer."
)
MISSING = Sign(
    "packages_missing",
    "fault",
    "a package that the node needs is not installed",
    "`pip install 'gewu[edge]'` in the node's own environment.",
)
TWO_RUNTIMES = Sign(
    "packages_two_runtimes",
    "fault",
    "several packages bring ONNX Runtime into one folder: which one runs, and with which providers, is "
    "chance",
    "`pip uninstall -y {all}`, then install the one that `model.provider` needs.",
)
TWO_OPENCV = Sign(
    "packages_two_opencv",
    "warning",
    "several packages bring OpenCV into one folder; one overwrites the other",
    "`pip uninstall -y {all}`, then `pip install opencv-python-headless`.",
)
NOT_HEADLESS = Sign(
    "packages_opencv_with_windows",
    "note",
    "this OpenCV wants libraries for windows that a box need not have",
    "`pip uninstall -y opencv-python && pip install opencv-python-headless`.",
)
COPYLEFT = Sign(
    "packages_agpl_loaded",
    "fault",
    "a package under the AGPL is loaded in the node's process",
    "Take it out of the node's environment (`pip uninstall {name}`); exporting has one of its own.",
)
COPYLEFT_THERE = Sign(
    "packages_agpl_there",
    "note",
    "a package under the AGPL is installed beside the node; the node does not load it",
    "Have exporting and training in an environment of their own.",
)
RUNTIMES: Final = "onnxruntime"


def judge(
    python: tuple[int, int],
    versions: Mapping[str, str],
    needed: Sequence[str],
    loaded: Sequence[str],
) -> Iterator[Finding]:
    """versions: of every package by its name in small letters. loaded: names of modules in the process."""
    told = [*_wrong(python, versions, needed, loaded)]
    runtimes = sorted(name for name in versions if _is_runtime(name))
    if not any(finding.state in ("fault", "warning") for finding in told):
        own = [f"Python {python[0]}.{python[1]}", f"gewu {versions.get('gewu', '?')}"]
        names = [f"{name} {versions[name]}" for name in runtimes] or [said("no ONNX Runtime")]
        yield FINE.at(PACKAGES, listed([*own, *names]), python=f"{python[0]}.{python[1]}")
    yield from told


def _is_runtime(name: str) -> bool:
    return name == RUNTIMES or (
        name.startswith(f"{RUNTIMES}-") and "extensions" not in name and "tools" not in name
    )


def _wrong(
    python: tuple[int, int], versions: Mapping[str, str], needed: Sequence[str], loaded: Sequence[str]
) -> Iterator[Finding]:
    if python < OLDEST:
        yield OLD.at("Python", f"Python {python[0]}.{python[1]}")
    runtimes = sorted(name for name in versions if _is_runtime(name))
    instead = {RUNTIMES} if runtimes else set()  # another build stands in for the plain one
    if missing := sorted(set(needed) - versions.keys() - instead - _opencv(versions)):
        every = ", ".join(missing)
        yield MISSING.at(PACKAGES, said("not installed: {every}", every=every), missing=every)
    if len(runtimes) > 1:
        yield TWO_RUNTIMES.at("ONNX Runtime", ", ".join(runtimes), all=" ".join(runtimes))
    opencv = sorted(name for name in versions if name.startswith("opencv-") and "python" in name)
    if len(opencv) > 1:
        yield TWO_OPENCV.at("OpenCV", ", ".join(opencv), all=" ".join(opencv))
    elif opencv and "headless" not in opencv[0]:
        yield NOT_HEADLESS.at("OpenCV", opencv[0])
    for name in AGPL:
        if name in loaded:
            yield COPYLEFT.at(PACKAGES, said("{name} is loaded", name=name), name=name)
        elif name in versions:
            yield COPYLEFT_THERE.at(PACKAGES, f"{name} {versions[name]}", name=name)


def _opencv(versions: Mapping[str, str]) -> set[str]:
    return {"opencv-python-headless"} if any(name.startswith("opencv-") for name in versions) else set()
