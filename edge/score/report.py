"""The report: one HTML file that needs no network, and the same for machines. No clock is read here."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape
from importlib.resources import files
from typing import Any

from broker.codes import table as kinds
from edge.assembly import SOFTWARE
from edge.score import figures as f
from edge.score.cards import cards
from edge.score.figures import Figures
from edge.score.running import Run, Scored
from edge.score.tables import COLUMNS, shown
from edge.score.timeline import clock, drawn

ALL_OPEN = 8  # cases; of more, only those with faults are unfolded
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def page(run: Run, figures: Figures, seconds: float) -> str:
    """The whole page. seconds: that scoring took, the one thing in it that differs from run to run."""
    style = files("edge.score").joinpath("style.css").read_text(encoding="utf-8")
    title = escape(f"Score of {run.suite.name}")
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{title}</title><style>\n{style}</style></head><body>",
            *_head(run, figures, seconds),
            *_tables(run, figures),
            *_cases(run),
            "</body></html>\n",
        ]
    )


def _head(run: Run, figures: Figures, seconds: float) -> Iterator[str]:
    yield f"<header><h1>{escape(run.suite.name)}</h1>"
    if run.suite.settings.about:
        yield f"<p>{escape(run.suite.settings.about)}</p>"
    yield f'<p class="made">{escape(SOFTWARE)}, {escape(run.model)}</p>'
    yield f'<p class="made" id="run">scored in {seconds:.1f} s</p></header>'
    yield '<section class="tiles" aria-label="Figures">'
    yield from (_tile(*tile) for tile in _tiles(figures))
    yield "</section>"


def _tiles(figures: Figures) -> Iterator[tuple[str, str, str]]:
    """Value, name, and how it looks."""
    missed, late = figures.missed, figures.late
    yield (
        f"{figures.found}<small> / {figures.situations}</small>",
        "found in time",
        "good" if not missed else "",
    )
    yield str(missed), f"missed{f', {late} of them told late' if late else ''}", "bad" if missed else "good"
    fired = f", {figures.traps_fired} of {figures.traps} traps" if figures.traps else ""
    yield str(figures.false), f"false{fired}", "bad" if figures.false else "good"
    yield shown(figures.tickets_per_situation), "tickets per situation", ""
    yield shown(figures.recall), "recall", ""
    yield shown(figures.precision), "precision", ""
    yield f"{shown(figures.start_error_median_s)}<small> s</small>", "start error, median", ""
    yield f"{shown(figures.end_error_median_s)}<small> s</small>", "end error, median", ""
    yield shown(figures.false_per_10_camera_hours), "false in 10 camera-hours", ""
    yield clock(3600 * figures.camera_hours), f"of film, cases: {figures.cases}", ""
    if figures.conditions or figures.conditions_false:
        told = f"{figures.conditions_found}<small> / {figures.conditions}</small>"
        wrong = figures.conditions_found < figures.conditions or figures.conditions_false
        yield told, f"source conditions, {figures.conditions_false} false", "bad" if wrong else "good"


def _tile(value: str, name: str, css: str) -> str:
    return f'<div class="tile {css}"><b>{value}</b><span>{escape(name)}</span></div>'


def _tables(run: Run, figures: Figures) -> Iterator[str]:
    accounts = [scored.account for scored in run.cases]
    yield '<section class="tables">'
    yield _table("Kind", {_kind(k): v for k, v in f.by_kind(accounts).items()} | {"all": figures})
    yield _table("Tag", f.by_tag(accounts))
    yield _table("Camera", f.by_camera(accounts))
    yield "</section>"


def _kind(word: str) -> str:
    known = kinds().get(word)
    return f"{word.replace('_', ' ')} {known.zh}" if known else word.replace("_", " ")


def _table(word: str, rows: Mapping[str, Figures]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in (word, *COLUMNS.values()))
    body = "".join(_row(name, row) for name, row in rows.items())
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(name: str, row: Figures) -> str:
    cells = []
    for key in COLUMNS:
        value = getattr(row, key)
        css = ' class="bad"' if key in ("missed", "false") and value else ""
        cells.append(f"<td{css}>{shown(value)}</td>")
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>'


def _cases(run: Run) -> Iterator[str]:
    faulty = sum(map(wrong, run.cases))
    yield '<section class="cases"><h2>Cases</h2>'
    yield (
        '<fieldset><legend>Show</legend><label><input type="radio" name="show" checked> all '
        f'{len(run.cases)}</label><label><input type="radio" name="show" id="faulty"> {faulty} with faults'
        "</label></fieldset>"
    )
    yield _legend()
    for scored in run.cases:
        yield _case(scored, unfolded=len(run.cases) <= ALL_OPEN or wrong(scored))
    yield "</section>"


def _legend() -> str:
    words = {
        "real": "really there",
        "ripening": "ripening",
        "ticket": "ticket",
        "double": "double",
        "false": "false",
        "trap": "trap",
        "view": "view not trusted",
        "box told": "what was told",
        "box truth": "what was there",
        "box zone": "zone",
    }
    keys = "".join(f'<span><i class="key {css}"></i>{text}</span>' for css, text in words.items())
    return f'<p class="legend">{keys}<span>⚑ to be told by</span><span>▾ dwell is over</span></p>'


def wrong(scored: Scored) -> bool:
    """Whether anything is not as it should be."""
    health = scored.account.health
    bad = any(o.verdict in ("missed", "late") or o.doubles or o.left_open for o in scored.matched.outcomes)
    ill = health.found < len(health.told) or health.false
    return bool(bad or ill or scored.matched.false or scored.played.failed)


def _case(scored: Scored, *, unfolded: bool) -> str:
    case, played = scored.staged.case, scored.played
    state = "faulty" if wrong(scored) else "fine"
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in (case.note, *case.tags))
    facts = f"{clock(played.seconds)}, {played.frames} frames, {played.looked} looked at by the detector"
    told = [played.failed and f"Not played to its end: {played.failed}", *played.troubles]
    notes = "".join(f'<p class="trouble">{escape(note)}</p>' for note in told if note)
    about = f"<p>{escape(case.about)}</p>" if case.about else ""
    shots = "".join(cards(scored))
    return (
        f'<details class="case {state}" id="{case.name}"{" open" if unfolded else ""}>'
        f'<summary><h3>{escape(case.name)}</h3><span class="verdict">{verdict(scored)}</span>{tags}</summary>'
        f'{about}<p class="facts">camera {escape(scored.staged.source.id)}, {facts}</p>{notes}'
        f'{drawn(scored)}<div class="cards">{shots}</div></details>'
    )


def verdict(scored: Scored) -> str:
    """A case in a few words."""
    asked = [o for o in scored.matched.outcomes if not o.situation.optional]
    found, doubles = sum(o.verdict == "found" for o in asked), sum(o.doubles for o in asked)
    words = [f"{found} of {len(asked)} found" if asked else "nothing to find"]
    words += [f"{doubles} double"] if doubles else []
    words += [f"{len(scored.matched.false)} false"] if scored.matched.false else []
    words += ["source conditions wrong"] if _ill(scored) else []
    return ", ".join(words)


def _ill(scored: Scored) -> bool:
    health = scored.account.health
    return bool(health.false) or health.found < len(health.told)


def data(run: Run, figures: Figures) -> str:
    """The report for machines: every figure, every situation, every false alarm. No pictures, no run time."""
    accounts = [scored.account for scored in run.cases]
    tables: dict[str, Mapping[str, Figures]] = {
        "by_kind": f.by_kind(accounts),
        "by_tag": f.by_tag(accounts),
        "by_camera": f.by_camera(accounts),
        "without_camera": f.without_camera(accounts),
    }
    found: dict[str, Any] = {"suite": run.suite.name, "model": run.model, "figures": asdict(figures)}
    for name, rows in tables.items():
        found[name] = {row: asdict(value) for row, value in rows.items()}
    found["cases"] = [_record(scored) for scored in run.cases]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _record(scored: Scored) -> dict[str, Any]:
    played = scored.played
    facts = ("seconds", "frames", "looks", "looked", "troubles", "failed")
    listed: Sequence[Any] = scored.matched.outcomes
    return {
        "name": scored.staged.name,
        "camera": scored.staged.source.id,
        "note": scored.staged.case.note,
        "tags": scored.staged.case.tags,
        **{fact: getattr(played, fact) for fact in facts},
        "situations": [
            {**asdict(outcome), "why_not": played.why.get(outcome.situation.id, ())} for outcome in listed
        ],
        "false": [asdict(alarm) for alarm in scored.matched.false],
        "traps_fired": list(scored.matched.fired),
        "conditions": asdict(scored.account.health),
        "view": [asdict(span) for span in played.spans],
    }
