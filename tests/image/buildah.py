"""buildah in a folder of its own: no daemon, no user namespaces, nothing of the machine's is touched."""

import gzip
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLAIN = {"BUILDAH_ISOLATION": "chroot"}
DRIVERS = ("overlay", "vfs")  # the second copies every layer whole, and works wherever files can be written
PACKAGES = ("buildah", "debootstrap")


class NoTools(Exception):
    """What is missing, in words."""


def tools() -> None:
    """buildah and debootstrap are there, or are installed. Raises NoTools."""
    if os.geteuid() != 0:
        raise NoTools("only root can make a base and build in a chroot")
    if any(shutil.which(name) is None for name in PACKAGES):
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
            done = subprocess.run(["apt-get", *words], capture_output=True, check=False, timeout=600)
            if done.returncode:
                raise NoTools(f"apt-get cannot bring {' and '.join(PACKAGES)}")


def _environment() -> dict[str, str]:
    return {**os.environ, **PLAIN}


@dataclass(frozen=True, slots=True)
class Buildah:
    """folder: where images and containers are kept. driver: how."""

    folder: Path
    driver: str

    @classmethod
    def within(cls, folder: Path) -> "Buildah":
        """With the driver that `STORAGE_DRIVER` names, or the first that works there. Raises NoTools."""
        named = os.environ.get("STORAGE_DRIVER")
        for name in [named] if named else DRIVERS:
            found = cls(folder, name)
            done = subprocess.run(
                found._command("info"), env=_environment(), capture_output=True, check=False
            )
            if done.returncode == 0:
                return found
        raise NoTools(f"buildah keeps no images in {folder}: {done.stderr.decode().strip()[-500:]}")

    def __call__(self, *words: str) -> str:
        """Run one command; what it says on standard output. Raises CalledProcessError."""
        pipe = subprocess.PIPE
        done = subprocess.run(self._command(*words), env=_environment(), check=True, stdout=pipe, text=True)
        return done.stdout.strip()

    def build(self, *words: str, log: Path) -> None:
        """Build; what is said goes to a file. Raises CalledProcessError."""
        with log.open("w", encoding="utf-8") as file:
            command = self._command("build", *words)
            subprocess.run(command, env=_environment(), check=True, stdout=file, stderr=subprocess.STDOUT)

    def _command(self, *words: str) -> list[str]:
        folders = ("--root", str(self.folder / "store"), "--runroot", str(self.folder / "run"))
        return ["buildah", "--storage-driver", self.driver, *folders, *words]

    def base(self, root: Path, name: str) -> None:
        """Make an image of a folder; one that is there is taken again, and so are the layers upon it."""
        if self("images", "-q", "--filter", f"reference={name}"):
            return
        container = self("from", "scratch")
        self("add", "-q", container, str(root), "/")
        self("config", "--cmd", "/bin/bash", container)
        self("commit", "-q", "--rm", container, name)

    def settings(self, image: str) -> dict[str, Any]:
        """What a container of this image begins with."""
        said: dict[str, Any] = json.loads(self("inspect", "--type", "image", image))["Docker"]["config"]
        return said

    @contextmanager
    def mounted(self, image: str) -> Iterator[tuple[str, Path]]:
        """A container of an image, and its file system."""
        container = self("from", "--pull-never", image)
        try:
            yield container, Path(self("mount", container))
        finally:
            self("rm", container)

    def layers(self, image: str, folder: Path) -> list[Path]:
        """The image as it would be pushed: its layers, compressed."""
        shutil.rmtree(folder, ignore_errors=True)
        self("push", "-q", image, f"oci:{folder}:image")
        blobs = folder / "blobs" / "sha256"
        (entry,) = json.loads((folder / "index.json").read_text())["manifests"]
        manifest = json.loads((blobs / entry["digest"].split(":")[1]).read_text())
        return [blobs / layer["digest"].split(":")[1] for layer in manifest["layers"]]


def names(layer: Path) -> Iterator[tuple[str, int]]:
    """Every file of a layer with its size, also such as a later layer hides."""
    with gzip.open(layer) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            yield member.name.removeprefix("./"), member.size
