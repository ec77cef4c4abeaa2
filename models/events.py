"""What comes of a model in events: `gewu-edge score` plays cases whose truth is known with it.

Models know no edge, so the edge's own command is called, as a person would.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from models.bundles import Bundle
from models.catalog import catalogue
from models.errors import ModelError
from models.installed import install

FIGURES = ("situations", "found", "missed", "false", "recall", "precision")
_TIMEOUT_S = 6 * 3600


def scored(suite: Path, name: str, bundle: Bundle | None, folder: Path) -> dict[str, dict[str, Any]]:
    """By kind of incident, how many were real, found, missed and false. Raises ModelError.

    bundle: what is meant where it need not be installed; it is put into a folder beside the maskers' files.
    """
    with tempfile.TemporaryDirectory(prefix="gewu-score-") as work:
        models = folder
        if bundle is not None:
            models, name = Path(work) / "models", bundle.name
            _linked(folder, models)
            install(bundle, models)
        return _by_kind(suite, name, models, Path(work) / "out")


def _why(done: subprocess.CompletedProcess[str]) -> str:
    unplayed = [line.strip() for line in done.stdout.splitlines() if "not played" in line]
    return " / ".join(unplayed[:3] or (done.stderr or done.stdout).strip().splitlines()[-3:])


def _linked(folder: Path, models: Path) -> None:
    """The catalogue's own files, which mask what `score` would show."""
    models.mkdir()
    for entry in catalogue(folder).models.values():
        if (folder / entry.file).is_file() and "/" not in entry.file:
            (models / entry.file).symlink_to((folder / entry.file).resolve())


def _by_kind(suite: Path, name: str, models: Path, out: Path) -> dict[str, dict[str, Any]]:
    program = shutil.which("gewu-edge", path=str(Path(sys.executable).parent)) or shutil.which("gewu-edge")
    if program is None:
        raise ModelError(
            "events are judged by `gewu-edge score`, which is not installed; pip install 'gewu[edge]'"
        )
    command = [
        program,
        "score",
        str(suite),
        "--model",
        name,
        "--models",
        str(models),
        "--out",
        str(out),
        "--no-stills",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    report = out / "score.json"
    if done.returncode or not report.is_file():  # a case that was not played would count as missed
        raise ModelError(f"gewu-edge score {suite}: {_why(done) or f'exit code {done.returncode}'}")
    by_kind = json.loads(report.read_text(encoding="utf-8"))["by_kind"]
    return {kind: {figure: row.get(figure) for figure in FIGURES} for kind, row in by_kind.items()}
