"""`python -m tests.pictures [NAME ...]`: takes all pictures, or some; exit 1 if a page complained."""

import sys
from pathlib import Path

from tests.pictures.demo import ROOT, Demo
from tests.pictures.staging import stage
from tests.pictures.table import SHOTS
from tests.pictures.taking import LOCALES, chromium, take

FOLDER = ROOT / "docs" / "pictures"


def main(wanted: list[str]) -> int:
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    said: list[str] = []
    with Demo(Path("var/pictures/demo.log").resolve()) as demo:
        names = stage(demo)
        for language in LOCALES:
            with chromium(language) as browser:
                for shot in shots:
                    path = FOLDER / language / f"{shot.name}.webp"
                    said += take(browser, demo, shot, names, path, language)
    print("\n".join(said) or f"{len(shots)} pictures in each language in {FOLDER.relative_to(ROOT)}")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
