"""`python -m tests.pictures [NAME ...]`: takes all pictures, or some; exit 1 if a page complained."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.pictures.demo import ROOT, Demo
from tests.pictures.staging import stage
from tests.pictures.table import SHOTS, Shot
from tests.pictures.taking import LOCALES, chromium, take

FOLDER = ROOT / "docs" / "pictures"


def main(wanted: list[str]) -> int:
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    with Demo(Path("var/pictures/demo.log").resolve()) as demo, ThreadPoolExecutor() as both:
        names = stage(demo)
        taken = both.map(lambda language: _in_one(language, demo, shots, names), LOCALES)
        said = [each for one in taken for each in one]
    print("\n".join(said) or f"{len(shots)} pictures in each language in {FOLDER.relative_to(ROOT)}")
    return 1 if said else 0


def _in_one(language: str, demo: Demo, shots: list[Shot], names: dict[str, str]) -> list[str]:
    said: list[str] = []
    with chromium(language) as browser:
        for shot in shots:
            path = FOLDER / language / f"{shot.name}.webp"
            said += take(browser, demo, shot, names, path, language)
    return said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
