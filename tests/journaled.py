"""A street watched by the real parts of a node, journal and outbox included, that can die at any look.

    python -m tests.journaled FOLDER PLACE LOOK

watches the film of FOLDER and kills itself at that look: `before_commit` with the journal flushed and the
events not yet committed, `after_commit` with both.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from edge import assembly
from edge.config import Configuration, load
from edge.drafts import Batch
from edge.evidence import EvidenceStore
from edge.frames import Frame, SourceClock, Trouble
from edge.journal import Journal, JournalSettings
from edge.journal.beginning import begin
from edge.outbox import Outbox
from edge.pipeline import Pipeline
from edge.sources import open_source
from tests.street import configuration, film

CLOCK = SourceClock(lambda: 0.0, lambda: 0.0)


def street(folder: Path, seconds: float = 20, car: tuple[float, float] = (0, 6)) -> Path:
    """A film and the configuration of a node that watches it; returns the configuration's file."""
    path = film(folder / "street.avi", seconds, car=car, person=True)
    return configuration(folder, url="mqtt://127.0.0.1", path=path)


class Watch:
    """One process that watches the street. moved: seconds that its clocks are ahead of the film's."""

    def __init__(self, file: Path, journal: Journal, moved: tuple[float, float] = (0.0, 0.0)) -> None:
        self.configuration: Configuration = load(file)
        settings, folder = self.configuration.settings, file.parent
        self.source = settings.sources[0].model_copy(update={"pace": "fast"})
        self.journal, self.moved = journal, moved
        self.writer = journal.writer(self.source.id)
        models = assembly.open_models(settings)
        audit = assembly.audit(self.configuration, models)
        camera = assembly.camera(models, EvidenceStore(folder / "pictures", max_bytes=10**9))
        eyes = assembly.pipeline(self.source, models, None, audit)._eyes
        self.pipeline = Pipeline(
            self.source, eyes, assembly.lookouts(self.source), camera, audit, self.writer
        )
        self.outbox = Outbox(folder / "outbox.sqlite", settings.address, max_pending=1000)
        self.outbox.open(1.7e9, "abcd")
        saved = self.outbox.snapshots()
        if self.source.id in saved:
            self.pipeline.resume(saved[self.source.id])
        self.writer.open(partial(begin, self.source, self.pipeline, audit))

    def run(
        self,
        first: int = 0,
        end: int = 10**9,
        die: tuple[str, int] | None = None,
        between: Callable[[int], None] = lambda index: None,
    ) -> None:
        """Watch the looks from one to before another; `die` names the place and look of a power cut.

        between: called before each look.
        """
        frames = (item for item in open_source(self.source, CLOCK).frames() if isinstance(item, Frame))
        for index, frame in enumerate(frames):
            if first <= index < end:
                between(index)
                t, utc = frame.t + self.moved[0], frame.utc + self.moved[1]
                step = self.pipeline.step(Frame(frame.image, frame.source, index, t, utc, frame.clock))
                state = Batch(snapshots={self.source.id: self.pipeline.snapshot()})
                self._commit(
                    step.finish(), state, index % 5 == 0, {die[0]} if die and die[1] == index else set()
                )

    def trouble(self, trouble: Trouble, utc: float) -> None:
        """The camera says something of itself."""
        batch = self.pipeline.trouble(trouble, utc + self.moved[1], "free_running")
        state = Batch(snapshots={self.source.id: self.pipeline.snapshot()})
        self._commit(batch, state, False, set())

    def _commit(self, batch: Batch, state: Batch, due: bool, dies: set[str]) -> None:
        """As the node does: state now and then, and the journal before events, so that it explains them."""
        if batch:
            self.writer.flush()
        if "before_commit" in dies:
            os.kill(os.getpid(), signal.SIGKILL)
        if batch or due:
            self.outbox.commit(batch.then(state), 1.7e9)
        if "after_commit" in dies:
            os.kill(os.getpid(), signal.SIGKILL)

    def close(self) -> None:
        """End in order."""
        self.outbox.commit(Batch(snapshots={self.source.id: self.pipeline.snapshot()}), 1.7e9)
        self.writer.close()
        self.outbox.close()

    def events(self) -> list[bytes]:
        """Everything that was ever committed, in order."""
        with self.outbox._transaction() as db:
            return [row[0] for row in db.execute("SELECT body FROM events ORDER BY n")]


def main() -> None:
    """Watch and die."""
    folder, place, look = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    journal = Journal(folder / "journal", JournalSettings())
    Watch(folder / "edge.yaml", journal).run(die=(place, look))


if __name__ == "__main__":
    main()
