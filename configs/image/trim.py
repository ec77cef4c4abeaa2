"""`trim.py ENVIRONMENT [--light]`: takes out of an environment what a node in an image never runs.

Sources of extensions, tests and tools of packages; what only builds; second copies of native libraries. After
each step everything that a node imports is loaded with all symbols bound; where that fails it is undone.
--light: no native library is touched, as where ONNX Runtime and its libraries come from elsewhere.
"""

import argparse
import compileall
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SOURCES = re.compile(r"\.(pyi|pyx|pxd|pxi|c|cc|cpp|h|hpp|a)$")
FOLDERS = (
    *("numpy/f2py", "numpy/distutils", "numpy/*/tests", "numpy/tests", "shapely/tests", "shapely/*/tests"),
    *("securesystemslib/_vendor/ed25519/test_data", "pygments/lexers"),
    *("onnxruntime/datasets", "onnxruntime/quantization", "onnxruntime/tools", "onnxruntime/transformers"),
)
FILES = ("numpy/_core/_simd.*.so", "PIL/_avif.*.so", "pillow.libs/libavif-*.so.*")
# numpy.testing imports the first from among the tests; rich asks for the others by name.
KEPT = {"_natype.py", "_mapping.py", "python.py"}
COMMANDS = re.compile(r"^(python[0-9.]*|gewu-(edge|models|broker))$")
# Every module of ours, but those that need what only builds or trains; then what is loaded late.
LOADED = """\
import importlib, pkgutil
for part in ("broker", "models", "edge"):
    for found in pkgutil.walk_packages(importlib.import_module(part).__path__, part + "."):
        if found.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            without = ("onnx", "iotcore", "torch", "ultralytics", "pycocotools")
            if (error.name or "").split(".")[0] not in without:
                raise
import av, cv2, numpy as n, rich.live, rich.progress
import opentelemetry.exporter.otlp.proto.http.trace_exporter, opentelemetry.sdk.trace.export
cv2.solve(n.eye(64), n.ones((64, 1)), flags=cv2.DECOMP_SVD)
assert cv2.imencode(".jpg", n.zeros((8, 8, 3), n.uint8))[0]
n.linalg.svd(n.eye(64))
av.CodecContext.create("hevc", "r")
av.CodecContext.create("h264", "r")
"""


def loads(environment: Path) -> str | None:
    """Why it does not, if it does not."""
    bound = {**os.environ, "LD_BIND_NOW": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(environment / "bin/python"), "-c", LOADED]
    done = subprocess.run(command, env=bound, cwd="/", capture_output=True, text=True, check=False)
    return (
        None
        if done.returncode == 0
        else (done.stderr.strip().splitlines() or [f"ended {done.returncode}"])[-1]
    )


def tidy(site: Path) -> None:
    """Everything that no import reads."""
    for pattern in FOLDERS:
        for folder in list(site.glob(pattern)):
            for path in sorted(folder.rglob("*"), reverse=True):
                if path.is_dir():
                    _empty(path)
                elif path.name not in KEPT and not (
                    path.name == "__init__.py" and folder.name in ("tests", "lexers")
                ):
                    path.unlink()
            _empty(folder)
    for path in [path for pattern in FILES for path in site.glob(pattern)]:
        path.unlink()
    for path in list(site.rglob("*")):
        if path.is_file() and SOURCES.search(path.name):
            path.unlink()


def _empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def swapped(site: Path, find: Callable[[Path], dict[Path, str]], environment: Path) -> str:
    """Put links in place of files; undone where it does not load. Links to nowhere: the file is left out."""
    aside: list[tuple[Path, Path]] = []
    made: list[Path] = []
    freed = 0
    for path, target in find(site).items():
        if path.exists() and not path.is_symlink():
            freed += path.stat().st_size
            aside.append((path, path.rename(path.with_name(path.name + ".aside"))))
        if target:
            path.symlink_to(target)
            made.append(path)
    why = loads(environment)
    for path in made if why else []:
        path.unlink()
    for path, kept in aside:
        kept.rename(path) if why else kept.unlink()
    return f"undone: {why}" if why else f"{freed / 1e6:.1f} MB"


def stripped(site: Path, environment: Path) -> str:
    """Names for debuggers out of extensions; undone where it does not load."""
    if shutil.which("strip") is None:
        return "no strip here"
    whole: dict[Path, Path] = {}
    for path in sorted(site.rglob("*.so")):
        # Libraries in *.libs were changed after they were linked, which strip does not always bear.
        if path.is_symlink() or path.relative_to(site).parts[0].endswith(".libs"):
            continue
        less = path.with_name(path.name + ".less")
        done = subprocess.run(["strip", "--strip-unneeded", "-o", str(less), str(path)], check=False)
        if done.returncode == 0 and less.stat().st_size < path.stat().st_size:
            whole[path] = path.rename(path.with_name(path.name + ".aside"))
            less.rename(path)
        less.unlink(missing_ok=True)
    why = loads(environment)
    freed = sum(kept.stat().st_size - path.stat().st_size for path, kept in whole.items())
    for path, kept in whole.items():
        kept.replace(path) if why else kept.unlink()
    return f"undone: {why}" if why else f"{freed / 1e6:.1f} MB"


def runtime_twice(site: Path) -> dict[Path, str]:
    """ONNX Runtime's library for programs in C: the extension has all of it within itself."""
    return dict.fromkeys(site.glob("onnxruntime/capi/libonnxruntime.so.*"), "")


def ffmpeg_twice(site: Path) -> dict[Path, str]:
    """OpenCV's copy of FFmpeg and OpenSSL 1.1, where PyAV brings the same major versions of FFmpeg."""
    ours, theirs = site / "opencv_python_headless.libs", site / "av.libs"
    found: dict[Path, str] = {}
    for name in ("avcodec", "avformat", "avutil", "swscale", "swresample"):
        for path in ours.glob(f"lib{name}-*.so.*"):
            same = list(theirs.glob(f"lib{name}-*.so.{path.name.split('.so.')[1].split('.')[0]}.*"))
            if len(same) != 1:
                return {}
            found[path] = f"../av.libs/{same[0].name}"
    if not found:
        return {}
    beside = {ours / path.name: f"../av.libs/{path.name}" for path in theirs.iterdir()}
    unused = {path: "" for name in ("crypto", "ssl", "vpx") for path in ours.glob(f"lib{name}-*.so.*")}
    return unused | beside | found


def algebra_twice(site: Path) -> dict[Path, str]:
    """OpenCV's copy of OpenBLAS, where the system has the reference library: small matrices only."""
    system = sorted(Path("/usr/lib").glob("*-linux-gnu/liblapack.so.3"))
    if not system:
        return {}
    ours = site / "opencv_python_headless.libs"
    found = {path: str(system[0]) for path in ours.glob("libopenblas*.so*")}
    unused = [path for name in ("gfortran", "quadmath") for path in ours.glob(f"lib{name}-*.so.*")]
    return {**found, **dict.fromkeys(unused, "")}


def main() -> int:
    """Trim, tell what it gave, compile what is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path)
    parser.add_argument("--light", action="store_true")
    asked = parser.parse_args()
    environment: Path = asked.environment
    (site,) = environment.glob("lib/python3*/site-packages")
    if why := loads(environment):
        sys.exit(f"does not load as it was installed: {why}")
    for path in (environment / "bin").iterdir():
        if not COMMANDS.match(path.name):
            path.unlink() if not path.is_dir() else shutil.rmtree(path)
    for name in ("share", "include", "lib64"):
        path = environment / name
        path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)
    tidy(site)
    if not asked.light:
        for step in (runtime_twice, ffmpeg_twice, algebra_twice):
            print(f"{step.__name__}: {swapped(site, step, environment)}")
        print(f"stripped: {stripped(site, environment)}")
    if why := loads(environment):
        sys.exit(f"does not load any more: {why}")
    compileall.compile_dir(str(site), quiet=2, workers=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
