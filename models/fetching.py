"""What every origin of model files has in common."""

import io
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.errors import ModelError
from models.files import check

Progress = Callable[[str, int, int | None], None]  # what, bytes so far, bytes in all where known
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MAX_BYTES = 300_000_000
_TIMEOUT_S = 900


class OriginSettings(BaseModel):
    """Fields of every origin. Kinds narrow `kind` to their name and add what finds the artefact."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str

    def words(self) -> str:
        """The origin in a few words, for people."""
        raise NotImplementedError


class PackageSettings(OriginSettings):
    """A package of a registry; `members` are the files in it that are used, each with its sha256."""

    package: Annotated[str, Field(pattern=r"^@?[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    version: Annotated[str, Field(pattern=r"^[0-9][A-Za-z0-9.+-]*$")]
    members: Annotated[dict[str, Sha256], Field(min_length=1)]


def run(command: list[str], work: Path, what: str) -> None:
    """A registry's own client. Raises ModelError with its last words when it fails."""
    try:
        done = subprocess.run(
            command, cwd=work, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except FileNotFoundError:
        raise ModelError(f"{what}: the program {command[0]!r} is needed and is not installed") from None
    except subprocess.TimeoutExpired:
        raise ModelError(f"{what}: {command[0]} took more than {_TIMEOUT_S} s") from None
    if done.returncode != 0:
        raise ModelError(f"{what}: {Path(command[0]).name} failed: {_complaint(done.stderr or done.stdout)}")


def _complaint(text: str) -> str:
    """The lines in which a client says what is wrong, without its hints and warnings."""
    lines = text.strip().splitlines()
    errors = [line for line in lines if "error" in line.lower() and "complete log" not in line]
    return " / ".join((errors or lines)[:3])


def artefact(work: Path, pattern: str, what: str) -> Path:
    """The one file that a client has left behind."""
    found = sorted(work.glob(pattern))
    if len(found) != 1:
        raise ModelError(f"{what}: {len(found)} files came, one {pattern} was expected")
    return found[0]


def tar_members(path: Path, members: Mapping[str, str]) -> dict[str, bytes]:
    """Chosen members of a gzipped tar, each checked; nothing is unpacked to disk."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            read = {name: _bounded(archive.extractfile(name), path, name) for name in members}
    except KeyError as error:
        raise ModelError(f"{path.name}: {error.args[0]}") from None
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ModelError(f"{path.name}: cannot be read as a gzipped tar: {error}") from error
    return _checked(path, read, members)


def zip_members(path: Path, members: Mapping[str, str]) -> dict[str, bytes]:
    """As `tar_members`, of a zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            read = {name: _bounded(archive.open(name), path, name) for name in members}
    except KeyError as error:
        raise ModelError(f"{path.name}: {error.args[0]}") from None
    except (zipfile.BadZipFile, OSError) as error:
        raise ModelError(f"{path.name}: cannot be read as a zip: {error}") from error
    return _checked(path, read, members)


def _bounded(file: object, path: Path, name: str) -> bytes:
    if not isinstance(file, io.BufferedIOBase):
        raise ModelError(f"{path.name}: {name} is no plain file")
    with file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ModelError(f"{path.name}: {name} is larger than the {MAX_BYTES} bytes allowed")
    return data


def _checked(path: Path, read: Mapping[str, bytes], members: Mapping[str, str]) -> dict[str, bytes]:
    return {name: check(f"{path.name}: {name}", data, members[name]) for name, data in read.items()}
