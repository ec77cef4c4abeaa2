"""A folder of model files, such as a memory stick; files are known by sha256, whatever their names."""

import os
from pathlib import Path
from typing import Literal

from models.errors import ModelError
from models.fetching import OriginSettings, Progress, Sha256
from models.files import sha256_of

VARIABLE = "GEWU_MODELS_FROM"


class Settings(OriginSettings):
    """`path` is the folder; unset, $GEWU_MODELS_FROM names it. Any of the `sha256` will do."""

    kind: Literal["directory"]
    path: Path | None = None
    sha256: tuple[Sha256, ...]

    def words(self) -> str:
        """The folder, or the variable that names it."""
        return f"a folder ({self.path or '$' + VARIABLE})"


def fetch(settings: Settings, work: Path, progress: Progress) -> dict[str, bytes]:  # noqa: ARG001 - nothing to unpack
    """The file whatever its name, as long as it is an ONNX file with the right sha256."""
    folder = settings.path or _folder_of_environment()
    if not folder.is_dir():
        raise ModelError(f"{folder} is no folder of model files")
    for path in sorted(folder.glob("*.onnx")):
        if sha256_of(path) in settings.sha256:
            data = path.read_bytes()
            progress(str(path), len(data), len(data))
            return {path.name: data}
    raise ModelError(f"{folder}: no .onnx file there has the sha256 {' or '.join(settings.sha256)}")


def _folder_of_environment() -> Path:
    if not (named := os.environ.get(VARIABLE)):
        raise ModelError(f"this model comes from a folder: name it with --from DIR or ${VARIABLE}")
    return Path(named)
