"""One detector for all sources: what they want is brought together, served by share, and run in one batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import Field

from broker.settings import Settings
from edge.fairness import Load, Shares
from edge.perception.observer import pictures_of
from edge.runs import Runs
from edge.shadow.beside import Look
from edge.steps import Attempt
from models.detections import Detections, Detector

Answer = list[Detections] | Exception | None


class InferenceSettings(Settings):
    """`budget`: seconds of detector work a second, at most. `batch`: sources served in one go."""

    budget: Annotated[float, Field(gt=0, le=8)] = 0.75
    batch: Annotated[int, Field(ge=1, le=64)] = 8


@dataclass(frozen=True, slots=True)
class Done:
    """What the detector has done so far. ms: of a picture lately; failed: looks that it failed on."""

    pictures: int = 0
    failed: int = 0
    ms: float | None = None


class Watcher(Protocol):
    """Sees what the detector has found; a shadow is one."""

    def offer(self, looks: Sequence[Look], *, busy: bool) -> None:
        """Looks of one round. busy: whether the detector has more to do than it can. Returns at once."""
        ...


class Inference:
    """Called from one thread, with the attempts of one round; `load` and `done` from any.

    beside: is offered every look once it is answered.
    """

    def __init__(
        self,
        detector: Detector,
        settings: InferenceSettings,
        monotonic: Callable[[], float],
        beside: Watcher | None = None,
    ) -> None:
        self._detector = detector
        self._monotonic = monotonic
        self._settings = settings
        self._shares = Shares(settings.budget, settings.batch)
        self._beside = beside
        self._pictures = self._failed = 0
        self.runs = Runs()
        self.share = 1.0  # of its budget that may be used, from any thread

    def redraw(self, settings: InferenceSettings) -> None:
        """Another budget or batch from the next round on."""
        self._settings, self._shares.batch = settings, settings.batch

    @property
    def budget(self) -> float:
        """Of a core's time, as the settings say."""
        return self._settings.budget

    @property
    def load(self) -> Load:
        """How far the detector keeps up."""
        return self._shares.load()

    @property
    def done(self) -> Done:
        """What it has done so far."""
        return Done(self._pictures, self._failed, self._ms)

    @property
    def _ms(self) -> float | None:
        return 1000.0 * self._shares.cost if self._shares.cost else None

    def answers(self, attempts: Sequence[Attempt]) -> list[Answer]:
        """One an attempt: what was found, the error it failed with, None where it wants nothing or waits."""
        answers: list[Answer] = [None] * len(attempts)
        self._shares.budget = self._settings.budget * self.share
        asking = [(i, attempt.wish) for i, attempt in enumerate(attempts) if attempt.wish is not None]
        chosen = self._shares.choose([wish for _, wish in asking], self._monotonic())
        rows = [asking[c][0] for c in chosen]
        if rows:
            began = self._monotonic()
            found = self._run([attempts[row] for row in rows])
            pictures = sum(len(asking[c][1].regions) for c in chosen)
            took = self._monotonic() - began
            self._shares.spent(took, pictures)
            self.runs.ran(took, pictures)
            for row, answer in zip(rows, found, strict=True):
                answers[row] = answer
            self._count(found)
            self._offer(attempts, answers, busy=len(chosen) < len(asking))
        return answers

    def _count(self, found: Sequence[Answer]) -> None:
        self._pictures += sum(len(each) for each in found if isinstance(each, list))
        self._failed += sum(isinstance(each, Exception) for each in found)

    def _offer(self, attempts: Sequence[Attempt], answers: Sequence[Answer], *, busy: bool) -> None:
        if self._beside is None or self.share < 1.0:  # where little can be done, nothing is done beside it
            return
        looks = [
            Look(attempt.glance, answer, self._ms)
            for attempt, answer in zip(attempts, answers, strict=True)
            if attempt.glance is not None and isinstance(answer, list)
        ]
        if looks:
            self._beside.offer(looks, busy=busy)

    def _run(self, attempts: Sequence[Attempt]) -> list[Answer]:
        """All in one batch; if that fails, each by itself, so that one bad picture costs no other source."""
        try:
            pictures = [pictures_of(attempt.glance) if attempt.glance else [] for attempt in attempts]
            found = self._detector.detect([picture for part in pictures for picture in part])
        except Exception as error:  # whatever it is, it may be one picture's
            if len(attempts) == 1:
                return [error]
            return [self._run([attempt])[0] for attempt in attempts]
        answers: list[Answer] = []
        for part in pictures:
            answers.append(found[: len(part)])
            found = found[len(part) :]
        return answers
