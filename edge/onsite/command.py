"""`gewu-edge status`: how the node on this machine is, now and on."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import sys
import time
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.live import Live

from edge.config import load
from edge.configured import EdgeSettings
from edge.exits import BROKE, CANNOT_START, FINE
from edge.onsite.asking import Absent, Found, asked
from edge.onsite.reader import chosen
from edge.onsite.status import Status
from edge.onsite.terminal import shown
from edge.onsite.words import Words


def status(args: argparse.Namespace) -> int:
    """The exit code says how it is."""
    settings = load(args.config).settings
    if args.json:
        found = _asked(settings)
        print(json.dumps(_plain(found), ensure_ascii=False))
        return _code(found)
    words = Words(chosen(args.lang))
    console = Console()
    if args.once or not sys.stdout.isatty():
        found = _asked(settings)
        console.print(shown(found, words, console.width))
        return _code(found)
    return _live(settings, words, console, args.every)


def _asked(settings: EdgeSettings) -> Found:
    return asked(settings.storage.directory, settings.onsite, settings.address)


def _live(settings: EdgeSettings, words: Words, console: Console, every_s: float) -> int:
    """Until somebody presses Ctrl-C; a node that ends or begins meanwhile is shown so."""
    found = _asked(settings)
    try:
        with Live(
            shown(found, words, console.width), console=console, screen=True, auto_refresh=False
        ) as live:
            while True:
                time.sleep(every_s)
                found = _asked(settings)
                live.update(shown(found, words, console.width), refresh=True)
    except KeyboardInterrupt:
        return _code(found)


def _plain(found: Found) -> dict[str, Any]:
    if isinstance(found, Status):
        return {"runs": True, **found.model_dump(mode="json", exclude_none=True)}
    if isinstance(found, Absent):
        last = None if found.left is None else {**asdict(found.left.run), "alive": found.left.alive}
        rebooted = found.left is not None and found.left.rebooted
        waiting = found.waiting.many if found.waiting else {}
        return {"runs": False, "last": last, "rebooted": rebooted, "waiting": waiting}
    why = Words("en")(found.word, **found.values)
    return {"runs": True, "silent": found.word, "text": why, "alive": found.alive}


def _code(found: Found) -> int:
    """0: it runs; 1: it runs and is stuck, or cannot be asked; 3: none runs."""
    if isinstance(found, Absent):
        return CANNOT_START
    if isinstance(found, Status):
        return FINE if found.alive else BROKE
    return BROKE
