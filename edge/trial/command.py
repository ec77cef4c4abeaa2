"""What `gewu-edge trial` and `gewu-edge why` do."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from broker.fields import Message
from broker.settings import Duration
from edge.config import Configuration, load
from edge.desired.running import as_run
from edge.exits import BAD_CONFIGURATION, BROKE, FINE
from edge.journal.blocks import UnknownVersion
from edge.journal.keeping import PAST
from edge.journal.replaying import Wanted, moment
from edge.replay import ReplayError
from edge.trial import tables
from edge.trial.backtest import Backtest, Result
from edge.trial.draft import NOW, Tryable, of_file
from edge.trial.shelf import MOST_MB, Shelf
from edge.trial.why import Explained, explained

MOST_DRAFTS: Final = 16
DAYS_S: Final = 7 * 86400.0


def trial(args: argparse.Namespace) -> int:
    """`gewu-edge trial`."""
    return _answered(args, _tried)


def why(args: argparse.Namespace) -> int:
    """`gewu-edge why`."""
    return _answered(args, _explained)


def _answered(args: argparse.Namespace, answer: Callable[[argparse.Namespace, Tryable, Path], int]) -> int:
    try:
        configuration = as_run(load(args.config))
        folder = args.journal or configuration.settings.storage.directory / "journal"
        return answer(args, _source(args.camera, folder, configuration), folder)
    except ReplayError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION
    except (UnknownVersion, LookupError, OSError) as error:
        print(f"the journal cannot be read: {error}", file=sys.stderr)
        return BROKE


def _source(camera: str, folder: Path, configuration: Configuration) -> Tryable:
    """Raises ReplayError."""
    (source,) = Wanted(folder, camera).chosen(configuration.settings.watched)
    return Tryable(NOW, source, configuration.sha256)


def _tried(args: argparse.Namespace, now: Tryable, folder: Path) -> int:
    if len(args.zones) > MOST_DRAFTS:
        raise ReplayError(f"--zones: is given {len(args.zones)} times; {MOST_DRAFTS} are allowed")
    drafts = [of_file(path, now.source) for path in args.zones]
    if len({now.name, *(draft.name for draft in drafts)}) <= len(drafts):
        raise ReplayError(f"--zones: every file needs a name of its own, other than {NOW}.yaml")
    until = moment("--until", args.until)
    until = time.time() if until is None else until
    since = moment("--from", getattr(args, "from"))
    since = until - DAYS_S if since is None else since
    progress = _progress if sys.stderr.isatty() else None
    shelf = _shelf(args, folder)
    result = Backtest(folder, now, [now, *drafts], since, until, shelf.walk, progress).run(args.most)
    shelf.tidy(folder)
    _print(args.json, _plain_trial(result), tables.trial(result))
    return FINE


def _explained(args: argparse.Namespace, now: Tryable, folder: Path) -> int:
    until = moment("--at", args.at) or 0.0
    try:
        within: float = TypeAdapter(Duration).validate_python(args.within)
    except ValidationError as error:
        raise ReplayError(f"--within {args.within}: is no duration, such as 90s or 10m") from error
    walk = _shelf(args, folder).walk
    result = explained(folder, now, until - within, until, walk, args.most)
    _print(args.json, _plain_why(result), tables.why(result))
    return FINE


def _shelf(args: argparse.Namespace, folder: Path) -> Shelf:
    """Beside the node's own journal; nothing is written beside a copy."""
    return Shelf(folder.parent / PAST, most_mb=0.0 if args.journal else MOST_MB)


def _progress(share: float, looks: int) -> None:
    print(f"\r{share:4.0%} {looks} looks", end="" if share < 1.0 else "\n", file=sys.stderr, flush=True)


def _print(as_json: bool, plain: dict[str, Any], lines: Sequence[str]) -> None:
    print(json.dumps(plain, ensure_ascii=False) if as_json else "\n".join(lines))


def _plain_trial(result: Result) -> dict[str, Any]:
    return {"trial": _dumped(result.trial), "situations": [_dumped(one) for one in result.situations]}


def _plain_why(result: Explained) -> dict[str, Any]:
    candidates = [_dumped(one) for one in result.candidates]
    stretches = [_dumped(one) for one in result.stretches]
    return {"candidates": candidates, "stretches": stretches, "left_out": result.left_out}


def _dumped(message: Message) -> dict[str, Any]:
    return message.model_dump(mode="json", exclude_none=True)
