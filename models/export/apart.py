"""Lets a worker of ours do its work by another Python: what it needs has another licence, and is large."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

from models.errors import ModelError

INSTALL: Final = "python -m venv training && training/bin/pip install 'gewu[export]'"


def worked(
    checkpoint: Path,
    python: str,
    worker: Path,
    order: Mapping[str, Any],
    work: Path,
    *,
    longest_s: float,
    told: int | IO[str] | None = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the worker answers to the order; both are files in the folder `work`.

    checkpoint: what it is about. told: where its standard output goes. Raises ModelError.
    """
    asked, answer = work / "order.json", work / "answer.json"
    asked.write_text(json.dumps(order), encoding="utf-8")
    around = {**os.environ, "YOLO_CONFIG_DIR": str(work), **(environment or {})}
    try:
        done = subprocess.run(
            [python, "-I", str(worker.resolve()), str(asked), str(answer)],
            cwd=work,
            env=around,
            stdout=told,
            stderr=subprocess.PIPE,
            text=True,
            timeout=longest_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelError(f"{checkpoint}: {python} did not do it: {error}") from error
    if done.returncode or not answer.is_file():
        raise ModelError(f"{checkpoint}: {_why(done.stderr, python)}")
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return found


def _why(text: str, python: str) -> str:
    if missing := re.search(r"No module named '([\w.]+)'", text):
        return (
            f"{python} has no {missing[1]}; this needs torch and ultralytics (AGPL-3.0), best in an "
            f"environment of their own: {INSTALL}; then --python training/bin/python"
        )
    last = [line for line in text.strip().splitlines() if line.strip()][-1:]
    return f"ultralytics failed: {last[0] if last else 'without a word'}"
