"""`make bench`: every benchmark in turn; each prints its figures and one JSON object as its last line."""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data"))


def roadtrack(scratch: Path) -> list[str] | None:
    """The command for the RoadTrack figures, or None without the data."""
    archive = SHARED / "roadtrack" / "roadtrack_dev.tar.xz"
    if not archive.exists():
        return None
    with tarfile.open(archive) as packed:
        packed.extractall(scratch, filter="data")
    folder = next(p.parent for p in sorted(scratch.rglob("P")) if p.is_dir())
    return [sys.executable, "-m", "tests.bench.roadtrack", str(folder)]


def models(_scratch: Path) -> list[str] | None:
    """The command for speed and accuracy of the models."""
    return [str(Path(sys.executable).with_name("gewu-models")), "bench"]


def street_models(_scratch: Path) -> list[str] | None:
    """The command for what each detector finds on street stills, or None without the data."""
    return [sys.executable, "-m", "tests.bench.street_models"] if SHARED.exists() else None


def privacy(_scratch: Path) -> list[str] | None:
    """The command for how many persons the masker hides, or None without the data."""
    return [sys.executable, "-m", "tests.bench.privacy", str(SHARED)] if SHARED.exists() else None


def last_json(text: str) -> object:
    """The last line, which must be a JSON object."""
    return json.loads(text.strip().splitlines()[-1])


def main() -> int:
    failed, figures = [], {}
    for bench in (models, street_models, roadtrack, privacy):
        with tempfile.TemporaryDirectory() as scratch:
            command = bench(Path(scratch))
            if command is None:
                print(f"{bench.__name__}: skipped, its data is not at {SHARED} (GEWU_SHARED_DATA)")
                continue
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT)
        print(done.stdout, flush=True)
        if done.returncode:
            failed.append(bench.__name__)
        else:
            figures[bench.__name__] = last_json(done.stdout)
    print(json.dumps(figures))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
