"""How the doctor speaks to people: how far it is, then a table, what is wrong first."""

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text
from typing_extensions import Self

from broker.saying import said
from edge.diagnosis.sign import STATES, Finding, State
from edge.examining.document import counts
from edge.examining.running import Examined, Told
from edge.examining.speaking import Speech

STYLES: dict[State, str] = {"fine": "green", "note": "cyan", "warning": "yellow", "fault": "bold red"}
ONE: dict[State, str] = {
    "fine": "{count} fine",
    "note": "{count} note",
    "warning": "{count} warning",
    "fault": "{count} fault",
}
MANY: dict[State, str] = {
    "fine": "{count} fine",
    "note": "{count} notes",
    "warning": "{count} warnings",
    "fault": "{count} faults",
}
WIDE = 120  # where nobody sees how wide it is


class Progress:
    """Shows what is being examined, where somebody looks; else it says nothing."""

    def __init__(self, console: Console, speech: Speech) -> None:
        self._speech = speech
        self._live = (
            Live(console=console, transient=True, refresh_per_second=8) if console.is_terminal else None
        )
        self._running: dict[str, Spinner] = {}
        self._done: list[Text] = []

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    @property
    def told(self) -> Told:
        """Who is told."""
        return Told(self._begun, self._over)

    def _begun(self, name: str, title: str) -> None:
        self._running[name] = Spinner("line", text=f" {self._speech(said(title))}")
        self._show()

    def _over(self, found: Examined) -> None:
        self._running.pop(found.name, None)
        took = said("{title} ({seconds:.1f} s)", title=said(found.title), seconds=found.seconds)
        state = f"{self._speech.state(found.state):8}"
        self._done.append(Text.assemble((state, STYLES[found.state]), self._speech(took)))
        self._show()

    def _show(self) -> None:
        if self._live is not None:
            self._live.update(Group(*self._done, *self._running.values()))


def show(console: Console, head: str, found: Sequence[Examined], speech: Speech) -> None:
    """The table: examinations with the worst first, of each the worst finding first."""
    console.print(Text(speech(head), style="bold"))
    table = Table(box=None, padding=(0, 1), show_header=False, expand=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in sorted(found, key=lambda one: -STATES.index(one.state)):
        title = each.title
        for finding in sorted(each.findings, key=lambda one: -STATES.index(one.state)):
            state = Text(speech.state(finding.state), style=STYLES[finding.state])
            table.add_row(Text(title, style="bold"), state, _words(finding, speech))
            title = ""
    console.print(table)
    console.print(_sum(found, speech))


def _words(finding: Finding, speech: Speech) -> Text:
    told = Text.assemble((finding.subject, "bold"), speech(said(": ")), finding.seen)
    if finding.state == "fine":
        return told
    means = said("{means} ({code})", means=_sentence(finding.means), code=finding.code)
    told.append(f"\n{speech(means)}", style="dim")
    if finding.cure:
        told.append("\n→ ", style=STYLES[finding.state])
        told.append(finding.cure)
    return told


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _sum(found: Sequence[Examined], speech: Speech) -> Text:
    told = Text()
    for state, count in reversed(counts(found).items()):
        told.append(speech(said(", ")) if told else "")
        many = said(MANY[state] if count != 1 else ONE[state], count=count)
        told.append(speech(many), style=STYLES[state] if count else "dim")
    return told


def consoles(*, plain: bool) -> tuple[Console, Console]:
    """One for the table on standard output, one for how far it is on standard error."""
    out = Console(highlight=False)
    if not out.is_terminal:
        out = Console(highlight=False, width=WIDE)
    return out, Console(stderr=True, highlight=False, quiet=plain)
