"""A case that is a journal: the decisions on what a node once saw, made again. It holds no pictures."""

from collections.abc import Sequence
from pathlib import Path

from edge.config import Configuration
from edge.journal import Happened, Lost, UnknownVersion, read
from edge.journal.rerun import Rerun
from edge.observation import Observation
from edge.score.inside import Witness, in_view
from edge.score.matching import Matched, Situation, match
from edge.score.played import Played, moment
from edge.score.stills import Photo
from edge.score.suite import Staged
from edge.score.tickets import Book

NO_PICTURE = "no still: a journal holds no pictures"


def play(staged: Staged, directory: Path, configuration: Configuration) -> tuple[Played, Matched]:
    """The case, and its tickets matched with its truth."""
    seen = _Seen(staged.situations())
    book, failed = Book(), ""
    try:
        for entry in read(directory, staged.source.id):
            seen.take(entry)
        for drafts in Rerun(staged.source, configuration, directory).drafts():
            book.enter(drafts, seen.zero)
    except (UnknownVersion, OSError) as error:
        failed = str(error)
    if not failed and seen.looks == 0:
        failed = f"the journal holds nothing of source {staged.source.id}"
    matched = match(staged.situations(), book.tickets, seen.now, staged.decoys())
    return seen.played(book, matched, failed), matched


class _Seen:
    """What a journal says was seen, and what was seen where a situation should have had its ticket."""

    def __init__(self, situations: Sequence[Situation]) -> None:
        self.looks, self.zero, self.now = 0, 0.0, 0.0
        self._witness = Witness()
        self._due = sorted(situations, key=lambda real: (moment(real), real.id))
        self._why: dict[str, tuple[str, ...]] = {}
        self._lost: list[str] = []

    def take(self, entry: object) -> None:
        """One entry of the journal."""
        if isinstance(entry, Lost):
            self._lost.append(entry.text)
        elif isinstance(entry, Happened):
            self._lost += [f"{entry.what}: {entry.text}"] if entry.what in ("failed", "lost") else []
        elif isinstance(entry, Observation):
            self._look(entry)

    def _look(self, seen: Observation) -> None:
        self.zero = self.zero if self.looks else seen.utc
        self.looks += 1
        self.now = round(seen.utc - self.zero, 3)
        self._witness.seen(seen)
        while self._due and moment(self._due[0]) <= self.now:
            real = self._due.pop(0)
            self._why[real.id] = tuple(in_view(real, seen))

    def played(self, book: Book, matched: Matched, failed: str) -> Played:
        """All of it; reasons only of what was missed."""
        missed = {outcome.situation.id for outcome in matched.outcomes if not outcome.tickets}
        names = [*missed, *(ticket.id for ticket in book.tickets)]
        return Played(
            tickets=book.tickets,
            raised=book.raised,
            spans=self._witness.spans,
            troubles=tuple(self._lost),
            failed=failed,
            looks=self.looks,
            looked=self._witness.looked,
            seconds=self.now,
            photos={name: Photo(self.now, why=NO_PICTURE) for name in names},
            why={name: lines for name, lines in self._why.items() if name in missed},
        )
