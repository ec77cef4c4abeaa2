"""A status as one page of HTML. Every word of it passes through `_said`, which takes its power away."""

from collections.abc import Iterable
from html import escape

from edge.onsite import telling
from edge.onsite.status import SourceStatus, Status
from edge.onsite.words import Words


def written(status: Status, words: Words) -> str:
    """All of it."""
    title = words("title", node=f"{status.district}/{status.node}")
    code, verdict = telling.verdict(status, words)
    other = "zh" if words.language == "en" else "en"
    lang = "zh-CN" if other == "zh" else "en"
    switch = f'<a href="/?lang={other}" lang="{lang}" hreflang="{lang}">{_said(words("otherLanguage"))}</a>'
    as_of = f"{words('asOf', time=words.time(status.at))} · {words('fresh')}"
    return f"""<!doctype html>
<html lang="{words.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{_said(title)}: {_said(verdict)}</title>
<link rel="stylesheet" href="/page.css">
<link rel="icon" href="/mark.svg" type="image/svg+xml">
<script src="/page.js" defer></script>
</head>
<body>
<header><h1>{_said(title)}</h1>{switch}</header>
<p id="away" role="status" data-words="{_said(words("away", time="{time}"))}" hidden></p>
<main>
<p class="verdict {code}"><strong>{_said(verdict)}</strong> <span>{_said(as_of)}</span></p>
{_wrong(status, words)}
{_sources(status, words)}
{_situations(status, words)}
<div class="parts">
{_parts(status, words)}
</div>
</main>
<footer><p>{_said(words("readOnly"))}</p></footer>
</body>
</html>
"""


def _said(text: object) -> str:
    return escape(str(text), quote=True)


def _wrong(status: Status, words: Words) -> str:
    rows = list(telling.wrong(status, words))
    for source in status.sources:
        rows += [(source.name or source.id, text) for text in telling.why_ill(source, words)]
    if not rows:
        return f"<section><h2>{_said(words('wrong'))}</h2><p>{_said(words('nothingWrong'))}</p></section>"
    items = "".join(f"<li><strong>{_said(what)}</strong> {_said(text)}</li>" for what, text in rows)
    return f'<section class="wrong"><h2>{_said(words("wrong"))}</h2><ul>{items}</ul></section>'


def _sources(status: Status, words: Words) -> str:
    head = f"<h2>{_said(words('sources'))}</h2>"
    if not status.sources:
        told = f"<p>{_said(words('noSources'))}</p>"
    else:
        names = telling.columns(words)
        heads = "".join(f'<th scope="col">{_said(name)}</th>' for name in names)
        rows = "".join(_source(one, names, words) for one in status.sources)
        told = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    if status.more_sources:
        told += f"<p>{_said(words('moreSources', many=status.more_sources))}</p>"
    if status.devices:
        many = " · ".join(f"{words.of('states', state)} {n}" for state, n in sorted(status.devices.items()))
        told += f"<p>{_said(words('devices'))}: {_said(many)}</p>"
    return f"<section>{head}{told}</section>"


def _source(one: SourceStatus, names: list[str], words: Words) -> str:
    cells = telling.source(one, words)
    first = f'<th scope="row">{_said(cells[0])}</th>'
    pairs = zip(names[1:], cells[1:], strict=True)
    rest = "".join(f'<td data-name="{_said(name)}">{_said(cell)}</td>' for name, cell in pairs)
    return f'<tr class="{"ill" if telling.ill(one) else "well"}">{first}{rest}</tr>'


def _situations(status: Status, words: Words) -> str:
    head = f"<h2>{_said(words('situations'))}</h2>"
    if not status.situations and not status.open:
        return f"<section>{head}<p>{_said(words('noSituations'))}</p></section>"
    items = []
    for one in status.situations:
        reasons = "".join(f"<li>{_said(text)}</li>" for text in telling.why(one, words))
        since = words.span(max(0.0, status.at - one.since))
        about = f"{telling.where(one)} · {words('since')} {words.time(one.since)} ({since})"
        items.append(
            f"<li><h3>{_said(words.kind(one.kind))}</h3><p>{_said(about)}</p><ul>{reasons}</ul></li>"
        )
    more = status.more_situations
    told = f"<p>{_said(words('moreSituations', many=more))}</p>" if more else ""
    return f'<section>{head}<ol class="situations">{"".join(items)}</ol>{told}</section>'


def _parts(status: Status, words: Words) -> str:
    return "\n".join(_part(heading, rows) for heading, rows in telling.parts(status, words))


def _part(heading: str, rows: Iterable[tuple[str, str]]) -> str:
    told = "".join(f"<dt>{_said(name)}</dt><dd>{_said(value)}</dd>" for name, value in rows)
    return f"<section><h2>{_said(heading)}</h2><dl>{told}</dl></section>"
