"""One case through the steps of the live run, and what came out of it."""

import logging
from collections.abc import Iterator

from broker.link import LinkSettings
from edge import assembly
from edge.config import Configuration
from edge.configured import EdgeSettings, NodeSettings, StorageSettings
from edge.frames import Frame, SourceClock, Trouble
from edge.pipeline import Pipeline
from edge.recording import play
from edge.score import journaled
from edge.score.inside import Witness, why_not
from edge.score.matching import Matched, Situation, match
from edge.score.played import Played, moment
from edge.score.stills import Photo, Photographer
from edge.score.suite import Staged, Suite
from edge.score.tickets import Book
from edge.shadow.settings import SeeingSettings
from edge.sources import open_source
from edge.steps import Step

log = logging.getLogger(__name__)


def settings_of(suite: Suite) -> EdgeSettings:
    """A node's configuration with the suite's models and cameras. It is never connected to anything."""
    return EdgeSettings(
        node=NodeSettings(district="000000", id="score"),
        broker=LinkSettings(url="mqtt://127.0.0.1"),
        storage=StorageSettings(directory=suite.folder),
        model=SeeingSettings(**suite.settings.model.model_dump(exclude_unset=True)),
        privacy=suite.settings.privacy,
        sources=[case.source for case in suite.cases],
    )


class Player:
    """Plays one case after the other with the same models. Raises ModelError where one cannot be had."""

    def __init__(self, suite: Suite, *, stills: bool = True) -> None:
        self._settings = settings_of(suite)
        looks = any(case.journal is None for case in suite.cases)
        self._models = assembly.open_models(self._settings) if looks else None
        self._stills = stills

    @property
    def model(self) -> str:
        """What looks."""
        if self._models is None:
            return "journals only, no model looked"
        return f"{self._models.main.name}, sha256 {self._models.main.sha256[:12]}"

    def play(self, staged: Staged) -> tuple[Played, Matched]:
        """The case, and its tickets matched with its truth."""
        configuration = Configuration(self._settings, staged.sha256)
        if staged.journal is not None or self._models is None:
            return journaled.play(staged, staged.journal or staged.folder, configuration)
        source, witness = staged.source, Witness(assembly.lookouts(staged.source))
        made_by, eyes = assembly.audit(configuration, self._models), assembly.eyes(source, self._models)
        pipeline = Pipeline(source, eyes, witness.overheard(), None, made_by, witness)
        photographer = Photographer(self._models.masker) if self._stills else None
        return _Play(staged, pipeline, witness, photographer).run()


def _steps(staged: Staged, pipeline: Pipeline) -> Iterator[tuple[Frame | Trouble, Step]]:
    """The items of a recording, each with what it came to."""
    clock = SourceClock(lambda: 0.0, lambda: 0.0)  # at pace `fast` nothing reads them
    yield from play(open_source(staged.source, clock), pipeline)


class _Play:
    """One run of one case."""

    def __init__(
        self, staged: Staged, pipeline: Pipeline, witness: Witness, photographer: Photographer | None
    ) -> None:
        self._staged, self._pipeline, self._witness = staged, pipeline, witness
        self._photographer = photographer
        self._book = Book()
        self._due = sorted(staged.situations(), key=lambda real: (moment(real), real.id))
        self._photos: dict[str, Photo] = {}
        self._why: dict[str, tuple[str, ...]] = {}
        self._troubles: list[str] = []
        self._failed = ""
        self._frames, self._zero, self._now = 0, 0.0, 0.0

    def run(self) -> tuple[Played, Matched]:
        """To the end of the clip."""
        last: Frame | None = None
        for item, step in _steps(self._staged, self._pipeline):
            if isinstance(item, Trouble):
                self._trouble(item, step)
            else:
                last = item
                self._frame(item, step)
        if last is not None:
            self._look_for_missing(last, self._due)
        return self._played(), self._matched()

    def _trouble(self, trouble: Trouble, step: Step) -> None:
        self._book.enter(step.finish().drafts, self._zero)
        path = getattr(self._staged.source, "path", None)
        what = trouble.what if path is None else trouble.what.replace(str(path), path.name)
        if trouble.state == "failed":
            self._failed = what
        elif trouble.state != "ended":
            self._troubles.append(f"{self._now:.1f} s: {trouble.state}: {what}")

    def _frame(self, frame: Frame, step: Step) -> None:
        self._zero = self._zero if self._frames else frame.utc
        self._frames += 1
        self._now = round(frame.utc - self._zero, 3)
        for ticket in self._book.enter(step.finish().drafts, self._zero):
            self._take(ticket.id, frame)
        while self._due and moment(self._due[0]) <= self._now:
            self._look_for_missing(frame, [self._due.pop(0)])

    def _look_for_missing(self, frame: Frame, due: list[Situation]) -> None:
        """By now there should be a ticket: where there is none, keep what this frame shows and why not."""
        told = {o.situation.id for o in self._matched().outcomes if o.tickets}
        for real in due:
            if real.id not in told:
                self._take(real.id, frame)
                self._why[real.id] = why_not(self._witness, real)

    def _take(self, name: str, frame: Frame) -> None:
        if self._photographer is not None:
            view = self._witness.last.view.to_picture if self._witness.last else None
            self._photos[name] = self._photographer.photo(frame, self._now, view)

    def _matched(self) -> Matched:
        return match(self._staged.situations(), self._book.tickets, self._now, self._staged.decoys())

    def _played(self) -> Played:
        return Played(
            tickets=self._book.tickets,
            raised=self._book.raised,
            spans=self._witness.spans,
            troubles=tuple(self._troubles),
            failed=self._failed,
            frames=self._frames,
            looks=self._pipeline.observations,
            looked=self._witness.looked,
            seconds=self._now,
            photos=self._photos,
            why=self._why,
        )
