"""A status as tables in a terminal."""

from collections.abc import Iterable
from typing import Final

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from edge.onsite import telling
from edge.onsite.asking import Absent, Found, Silent
from edge.onsite.status import SourceStatus, Status
from edge.onsite.words import Words

COLOURS = {"ok": "green", "troubled": "yellow", "stuck": "red"}
MOST = 40  # rows of a table: a terminal is no place for a thousand
NARROW = 110  # columns of a terminal; below, the table of sources keeps to what matters most
ESSENTIAL = 6


def shown(found: Found, words: Words, width: int = NARROW) -> RenderableType:
    """Whatever was found, in words. Nothing that a node says is taken for a command of the terminal."""
    if isinstance(found, Silent):
        told = Text(words(found.word, **found.values), style="red")
        return Group(told, Text(words.reason(found.alive))) if found.alive else told
    if isinstance(found, Absent):
        return Group(*absent(found, words))
    return _status(found, words, width)


def absent(found: Absent, words: Words) -> list[Text]:
    """That none runs, how the last one ended, and what it left."""
    told = [Text(words("notRunning"), style="yellow")]
    if found.left is None:
        told.append(Text(words("neverRan")))
    else:
        told.append(Text(_ended(found, words)))
    many = found.waiting.many if found.waiting else {}
    if many.get("events") or many.get("pictures"):
        told.append(Text(words("waits", events=many.get("events", 0), pictures=many.get("pictures", 0))))
    return told


UNEXPECTED: Final = {"fault": "lastFault", "hung": "lastHung"}


def _ended(found: Absent, words: Words) -> str:
    assert found.left is not None  # noqa: S101 - else there is nothing to tell
    run, alive = found.left.run, found.left.alive
    gap = "" if words.language == "zh" else " "
    began = words("lastBegan", time=words.time(run.began))
    if run.ended is None:
        word = "lastCut" if found.left.rebooted else "lastLost"
        return began + gap + words(word, time="?" if alive is None else words.time(alive))
    if (fault := UNEXPECTED.get(run.why or "")) is not None:
        return began + gap + words(fault, time=words.time(run.ended), words=run.words or "?")
    return began + gap + words("lastEnded", time=words.time(run.ended), why=words.end(run.why or ""))


def _status(status: Status, words: Words, width: int) -> RenderableType:
    code, verdict = telling.verdict(status, words)
    title = words("title", node=f"{status.district}/{status.node}")
    head = Text.assemble((title, "bold"), "  ", (verdict, f"bold {COLOURS[code]}"), "  ")
    head.append(words("asOf", time=words.time(status.at)), style="dim")
    told: list[RenderableType] = [head]
    for what, text in telling.wrong(status, words):
        told.append(Text.assemble((f"{what}: ", "red"), text))
    told += [_sources(status, words, width), *_reasons(status.sources, words), _situations(status, words)]
    panels = [_panel(heading, rows) for heading, rows in telling.parts(status, words)]
    told.append(Columns(panels, equal=False, expand=False))
    return Group(*told)


def _sources(status: Status, words: Words, width: int) -> RenderableType:
    if not status.sources:
        return Text(words("noSources"))
    table = Table(title=words("sources"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    kept = len(telling.COLUMNS) if width >= NARROW else ESSENTIAL
    for index, name in enumerate(telling.columns(words)[:kept]):
        table.add_column(Text(name), justify="left" if index < 4 else "right")
    listed = sorted(status.sources, key=lambda one: not telling.ill(one))[:MOST]
    for one in listed:
        style = "yellow" if telling.ill(one) else ""
        table.add_row(*(Text(cell) for cell in telling.source(one, words)[:kept]), style=style)
    left = len(status.sources) - len(listed) + status.more_sources
    return Group(table, Text(words("moreSources", many=left))) if left else table


def _reasons(sources: Iterable[SourceStatus], words: Words) -> list[Text]:
    found = [(one.name or one.id, text) for one in sources for text in telling.why_ill(one, words)]
    return [Text.assemble((f"{name}: ", "yellow"), text) for name, text in found[:MOST]]


def _situations(status: Status, words: Words) -> RenderableType:
    if not status.open:
        return Text(words("noSituations"), style="dim")
    table = Table(title=words("situations"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("kind", "source", "since", "why"):
        table.add_column(Text(words(name)), overflow="fold")
    listed = status.situations[:MOST]
    for one in listed:
        since = words.span(max(0.0, status.at - one.since))
        cells = (words.kind(one.kind), telling.where(one), since, "\n".join(telling.why(one, words)))
        table.add_row(*map(Text, cells))
    left = sum(status.open.values()) - len(listed)
    return Group(table, Text(words("moreSituations", many=left))) if left else table


def _panel(heading: str, rows: Iterable[tuple[str, str]]) -> Panel:
    grid = Table.grid(padding=(0, 2))
    for name, value in rows:
        grid.add_row(Text(name, style="dim"), Text(value))
    return Panel(grid, title=Text(heading), title_align="left", box=box.ROUNDED, expand=False)
