"""What `gewu-edge score SUITE` does."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from edge.score import report, tables
from edge.score.figures import Figures, total
from edge.score.running import Run, run, say
from edge.score.suite import Suite, chosen, read
from models.runtime import ModelSettings

FINE, BELOW, BAD_SUITE = 0, 1, 2


def score(args: argparse.Namespace) -> int:
    """Do it; returns the exit code. Raises SettingsError, ModelError, OSError."""
    began = time.monotonic()
    suite = read(args.suite)
    try:
        suite = suite.narrowed([case.name for case in chosen(suite.cases, args.only)], _model(suite, args))
    except ValueError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line prints
        return BAD_SUITE
    args.out.mkdir(parents=True, exist_ok=True)  # what cannot be written is told before hours of work
    done = run(suite, jobs=args.jobs, stills=not args.no_stills, progress=say)
    figures = total([scored.account for scored in done.cases])
    _write(done, figures, args.out, time.monotonic() - began)
    broken = [scored for scored in done.cases if scored.played.failed]
    beyond = list(_beyond(figures, args.fail_under, args.fail_over))
    for line in [*tables.lines(done), "", f"report: {(args.out / 'report.html').resolve()}", *beyond]:
        print(line)  # noqa: T201
    print(json.dumps(asdict(figures)), flush=True)  # noqa: T201
    return BELOW if broken or beyond else FINE


def _model(suite: Suite, args: argparse.Namespace) -> ModelSettings:
    changes = {"name": args.model, "directory": args.models}
    return suite.settings.model.model_copy(update={k: v for k, v in changes.items() if v is not None})


def _beyond(figures: Figures, least: dict[str, float], most: dict[str, float]) -> Iterator[str]:
    """The bounds that are broken, in words; a figure that there is none of breaks every bound."""
    for sign, word, bounds in ((1, "at least", least), (-1, "at most", most)):
        for name, bound in bounds.items():
            value: float | None = getattr(figures, name)
            if value is None:
                yield f"{name} cannot be told from these cases; {word} {bound:g} was asked for"
            elif sign * value < sign * bound:
                yield f"{name} is {value:g}; {word} {bound:g} was asked for"


def _write(done: Run, figures: Figures, out: Path, seconds: float) -> None:
    """The report and the same for machines; each appears whole."""
    for name, text in (
        ("report.html", report.page(done, figures, seconds)),
        ("score.json", report.data(done, figures)),
    ):
        part = out / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(out / name)
