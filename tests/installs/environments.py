"""Environments with one extra each, of the wheel that this checkout makes, with the locked versions."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.supply.locks import locked

ROOT = Path(__file__).resolve().parents[2]
LOADS_ALL = """\
import importlib, json, pkgutil, sys
failed = {}
for part in sys.argv[1:]:
    for found in pkgutil.walk_packages(importlib.import_module(part).__path__, part + "."):
        if not found.name.endswith("__main__"):
            try:
                importlib.import_module(found.name)
            except ImportError as error:
                failed[found.name] = str(error)
print(json.dumps({"failed": failed, "loaded": sorted({name.split(".")[0] for name in sys.modules})}))
"""
LISTS = "import importlib.metadata as m; print(*{d.metadata['Name'].lower() for d in m.distributions()})"


@dataclass(frozen=True, slots=True)
class Environment:
    """folder: of the environment. extra: what was installed with Gewu."""

    folder: Path
    extra: str
    seconds: float

    def run(
        self, program: str, *words: str, at: Path, timeout: float = 120.0
    ) -> "subprocess.CompletedProcess[str]":
        """One of its programs, with nothing of this checkout in reach."""
        command = [str(self.folder / "bin" / program), *words]
        return subprocess.run(
            command, cwd=at, env=alone(), capture_output=True, text=True, check=False, timeout=timeout
        )

    def installed(self) -> set[str]:
        """What is in it, by its plain name."""
        said = self.run("python", "-c", LISTS, at=self.folder).stdout.split()
        return {re.sub(r"[-_.]+", "-", name) for name in said}

    def loads(self, *parts: str) -> tuple[dict[str, str], set[str]]:
        """Every module of these parts: which cannot be imported and why, and all that was loaded for them."""
        done = self.run("python", "-c", LOADS_ALL, *parts, at=self.folder)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout.splitlines()[-1])
        return found["failed"], set(found["loaded"])


def alone() -> dict[str, str]:
    """This machine's variables without those that would lend it our own packages and models."""
    ours = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "GEWU_MODELS", "GEWU_MODELS_FROM"}
    return {key: value for key, value in os.environ.items() if key not in ours}


def wheel(folder: Path) -> Path:
    """Made as anybody makes it, but for the build's own environment."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    (made,) = folder.glob("gewu-*.whl")
    return made


def installed(folder: Path, extra: str, made: Path) -> Environment:
    """A fresh environment with the wheel and one of its extras, as `pip install 'gewu[extra]'` makes it."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=120)
    pins = folder / "constraints.txt"
    pins.write_text("".join(f"{package.name}=={package.version}\n" for package in locked("dev")))
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    command += ["--no-compile", "--constraint", str(pins), f"gewu[{extra}] @ {made.as_uri()}"]
    done = subprocess.run(command, env=alone(), capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return Environment(folder, extra, time.monotonic() - began)
