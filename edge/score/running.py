"""All cases of a suite, several at once where asked, with the same result however they are shared out."""

import logging
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import cv2

from edge.score.figures import Account
from edge.score.matching import Matched, diagnose, match
from edge.score.played import Played
from edge.score.playing import Player
from edge.score.suite import Staged, Suite, read
from models.runtime import ModelSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scored:
    """A case, what came of it, and its account."""

    staged: Staged
    played: Played
    matched: Matched

    @property
    def account(self) -> Account:
        """What figures need of it."""
        case = self.staged.case
        health = diagnose(self.staged.ills(), self.played.raised, self.played.seconds)
        hours = self.played.seconds / 3600.0
        return Account(case.name, self.staged.source.id, tuple(case.tags), self.matched, hours, health)


# Told of every case that is done: how many are, of how many, and which.
Progress = Callable[[int, int, Scored], None]


@dataclass(frozen=True, slots=True)
class Run:
    """All cases in order of their names, and the model that looked."""

    suite: Suite
    model: str
    cases: tuple[Scored, ...]


def run(suite: Suite, *, jobs: int = 1, stills: bool = True, progress: Progress | None = None) -> Run:
    """Play and match every case. Raises ModelError where the model cannot be had."""
    done: dict[str, Scored] = {}
    # Opened here in any case, so that a missing model is told once and by this process.
    player = Player(suite, stills=stills)
    several = min(jobs, len(suite.cases))
    each = _one_by_one(player, suite.cases) if several < 2 else _at_once(suite, stills, several)
    for scored in each:
        done[scored.staged.name] = scored
        if progress is not None:
            progress(len(done), len(suite.cases), scored)
    return Run(suite, player.model, tuple(done[case.name] for case in suite.cases))


def _one_by_one(player: Player, cases: Sequence[Staged]) -> Iterator[Scored]:
    for staged in cases:
        yield Scored(staged, *_played(player, staged))


def _played(player: Player, staged: Staged) -> tuple[Played, Matched]:
    """What breaks one case must not cost what the others came to; it is told with the case."""
    try:
        return player.play(staged)
    except Exception as error:
        log.exception("%s: broke while it was played", staged.name)
        failed = Played(failed=f"broke while it was played: {type(error).__name__}: {error}")
        return failed, match(staged.situations(), (), 0.0, staged.decoys())


def _at_once(suite: Suite, stills: bool, jobs: int) -> Iterator[Scored]:
    """Whole processes: a network and a decoder leave no room for others in one."""
    fresh = multiprocessing.get_context("spawn")
    by_name = {case.name: case for case in suite.cases}
    begin = (suite.folder, tuple(by_name), suite.settings.model, stills)
    with ProcessPoolExecutor(jobs, fresh, _Worker.begin, begin) as pool:
        futures = [pool.submit(_Worker.play, name) for name in by_name]
        try:
            for future in as_completed(futures):
                name, played, matched = future.result()
                yield Scored(by_name[name], played, matched)
        except BrokenProcessPool as error:
            raise OSError("a process died, perhaps for want of memory; ask for fewer --jobs") from error


class _Worker:
    """The player of a worker process, made once. It reads the suite anew, as settings do not travel."""

    player: Player | None = None
    cases: Mapping[str, Staged] = {}

    @classmethod
    def begin(cls, folder: Path, names: Sequence[str], model: ModelSettings, stills: bool) -> None:
        cv2.setNumThreads(1)
        suite = read(folder).narrowed(names, model)
        cls.player = Player(suite, stills=stills)
        cls.cases = {case.name: case for case in suite.cases}

    @classmethod
    def play(cls, name: str) -> tuple[str, Played, Matched]:
        assert cls.player is not None  # noqa: S101 - the pool calls `begin` first
        return (name, *_played(cls.player, cls.cases[name]))


def say(done: int, of: int, scored: Scored) -> None:
    """One line of progress on standard error."""
    found = sum(outcome.verdict == "found" for outcome in scored.matched.outcomes)
    asked = sum(not outcome.situation.optional for outcome in scored.matched.outcomes)
    what = f"{found} of {asked} found, {len(scored.matched.false)} false"
    if scored.played.failed:
        what = f"not played: {scored.played.failed}"
    print(f"[{done}/{of}] {scored.staged.name}: {what}", file=sys.stderr, flush=True)  # noqa: T201 - progress
