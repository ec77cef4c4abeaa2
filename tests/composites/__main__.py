"""`python -m tests.composites OUT`: build the suite of composite cases.

What has no place in its streets at that seed is left out and told.

Exit codes: 0 built; 1 the shared clips and crops are not here; 2 wrong command line.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import cv2

from tests.composites.backgrounds import Background
from tests.composites.cases import Case
from tests.composites.crops import Shelf
from tests.composites.ground import NoGround, on_free_ground
from tests.composites.looks import detector, seen_share
from tests.composites.scene import Scene, compose
from tests.composites.shared import NoSharedData, shared_folder
from tests.composites.standing import Watch
from tests.composites.suite import Plan, chosen, suite
from tests.composites.views import VIEWS
from tests.composites.writing import write_case, write_clip

TRIES = 8  # places and crops, until a case is left out


def main(argv: Sequence[str] | None = None) -> int:
    """Build what is asked for, one line a case."""
    arguments = _parser().parse_args(argv)
    plans = list(chosen(suite(arguments.seed), arguments.cases, arguments.only))
    if not plans:
        tags = ", ".join(sorted({tag for plan in suite() for tag in plan.case().tags}))
        print(f"no case has the tag {arguments.only}; there are {tags}", file=sys.stderr)
        return 2
    try:
        folder = shared_folder()
    except NoSharedData as missing:
        print(missing, file=sys.stderr)
        return 1
    cv2.setNumThreads(1)
    build(plans, Workshop(folder, look=not arguments.blind), arguments.out)
    return 0


def build(plans: Sequence[Plan], workshop: "Workshop", out: Path) -> None:
    """Those of one street after one another: it is read once."""
    began, left_out = time.monotonic(), []
    for number, plan in enumerate(sorted(plans, key=lambda plan: plan.case().view), start=1):
        try:
            word = workshop.build(plan, out).name
        except NoPlace as none:
            left_out.append(str(none))
            word = f"LEFT OUT {none}"
        print(f"{number}/{len(plans)} {word} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{len(plans) - len(left_out)} built, {len(left_out)} left out{':' if left_out else ''}")
    for word in left_out:
        print(f"  {word}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.composites", description=__doc__)
    parser.add_argument("out", type=Path, help="folder of the suite; a case is a folder in it")
    parser.add_argument("--cases", type=int, help="so many, spread over the suite (default all)")
    parser.add_argument("--seed", type=int, default=0, help="another seed is other crops and other times")
    parser.add_argument("--only", metavar="TAG", help="only this tag: parking, stall, trap, cloud, 1fps ...")
    parser.add_argument("--blind", action="store_true", help="do not ask a detector what it sees of them")
    return parser


class NoPlace(Exception):
    """A case has no place at any attempt; the text says which case and what the last one met."""


class Workshop:
    """Keeps the last background, as neighbours in a suite often share it."""

    def __init__(self, folder: Path, *, look: bool = True) -> None:
        self._folder = folder
        self._shelf = Shelf(folder)
        self._watch = Watch(folder)
        self._finder = detector(folder) if look else None
        self._backgrounds: dict[str, Background] = {}

    def build(self, plan: Plan, out: Path) -> Case:
        """One case into a folder of its name, at the first attempt that has a place. Raises NoPlace."""
        case, scene = self._placed(plan)
        folder = out / case.name
        folder.mkdir(parents=True, exist_ok=True)
        write_clip(scene, folder / "clip.mp4", gop_s=case.gop_s)
        seen = None
        if self._finder is not None and case.things:
            first = case.reals[0].things[0] if case.reals else 0
            seen = seen_share(scene, case.things[first], self._finder, case.group)
        write_case(case, scene, folder, seen=seen)
        return case

    def _placed(self, plan: Plan) -> tuple[Case, Scene]:
        why = ""
        for attempt in range(TRIES):
            case = plan.case(attempt)
            try:
                stands = self._watch.stands(self._background(case.view)) if _waits(case) else ()
                case = on_free_ground(case, self._scene(case), stands)
            except NoGround as taken:
                why = str(taken)
                continue
            return case, self._scene(case)
        raise NoPlace(f"{plan.case().name}: no place in {TRIES} attempts; at the last, {why}")

    def _scene(self, case: Case) -> Scene:
        parts = self._background(case.view), case.things, case.disturbance
        return compose(*parts, shelf=self._shelf, seconds=case.seconds, seed=crc32(case.name.encode()))

    def _background(self, view: str) -> Background:
        if view not in self._backgrounds:
            while len(self._backgrounds) >= 3:
                del self._backgrounds[next(iter(self._backgrounds))]
            self._backgrounds[view] = Background(VIEWS[view], self._folder)
        return self._backgrounds[view]


def _waits(case: Case) -> bool:
    """Whether something has to be told that may wait in a queue."""
    return bool(case.reals) and case.rule["kind"] == "dwell"


if __name__ == "__main__":
    sys.exit(main())
