"""`python -m tests.composites OUT`: build the suite of composite cases.

Exit codes: 0 built; 1 the shared clips and crops are not here; 2 wrong command line.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import cv2

from tests.composites.backgrounds import Background
from tests.composites.cases import Case
from tests.composites.crops import Shelf
from tests.composites.ground import on_free_ground
from tests.composites.looks import detector, seen_share
from tests.composites.scene import Scene, compose
from tests.composites.shared import NoSharedData, shared_folder
from tests.composites.suite import chosen, suite
from tests.composites.views import VIEWS
from tests.composites.writing import write_case, write_clip


def main(argv: Sequence[str] | None = None) -> int:
    """Build what is asked for, one line a case."""
    arguments = _parser().parse_args(argv)
    cases = list(chosen(suite(arguments.seed), arguments.cases, arguments.only))
    if not cases:
        tags = ", ".join(sorted({tag for case in suite() for tag in case.tags}))
        print(f"no case has the tag {arguments.only}; there are {tags}", file=sys.stderr)
        return 2
    try:
        folder = shared_folder()
    except NoSharedData as missing:
        print(missing, file=sys.stderr)
        return 1
    cv2.setNumThreads(1)
    workshop = Workshop(folder, look=not arguments.blind)
    began = time.monotonic()
    for number, case in enumerate(cases, start=1):
        workshop.build(case, arguments.out, arguments.seed + number)
        print(f"{number}/{len(cases)} {case.name} ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.composites", description=__doc__)
    parser.add_argument("out", type=Path, help="folder of the suite; a case is a folder in it")
    parser.add_argument("--cases", type=int, help="so many, spread over the suite (default all)")
    parser.add_argument("--seed", type=int, default=0, help="another seed is other crops and other times")
    parser.add_argument("--only", metavar="TAG", help="only this tag: parking, stall, trap, cloud, 1fps ...")
    parser.add_argument("--blind", action="store_true", help="do not ask a detector what it sees of them")
    return parser


class Workshop:
    """Keeps the last background, as neighbours in a suite often share it."""

    def __init__(self, folder: Path, *, look: bool = True) -> None:
        self._folder = folder
        self._shelf = Shelf(folder)
        self._finder = detector(folder) if look else None
        self._backgrounds: dict[str, Background] = {}

    def build(self, case: Case, out: Path, seed: int) -> None:
        """One case into a folder of its name."""
        scene = self._scene(case, seed)
        case = on_free_ground(case, scene)
        scene = self._scene(case, seed)
        folder = out / case.name
        folder.mkdir(parents=True, exist_ok=True)
        write_clip(scene, folder / "clip.mp4", gop_s=case.gop_s)
        seen = None
        if self._finder is not None and case.things:
            first = case.reals[0].things[0] if case.reals else 0
            seen = seen_share(scene, case.things[first], self._finder, case.group)
        write_case(case, scene, folder, seen=seen)

    def _scene(self, case: Case, seed: int) -> Scene:
        parts = self._background(case.view), case.things, case.disturbance
        return compose(*parts, shelf=self._shelf, seconds=case.seconds, seed=seed)

    def _background(self, view: str) -> Background:
        if view not in self._backgrounds:
            while len(self._backgrounds) >= 3:
                del self._backgrounds[next(iter(self._backgrounds))]
            self._backgrounds[view] = Background(VIEWS[view], self._folder)
        return self._backgrounds[view]


if __name__ == "__main__":
    sys.exit(main())
