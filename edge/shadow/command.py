"""What `gewu-edge shadow` does."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import logging
import sys
from dataclasses import asdict, replace
from typing import Any

from edge import assembly
from edge.config import Configuration, load
from edge.exits import BAD_CONFIGURATION, FINE
from edge.replay import ReplayError, chosen
from edge.shadow import tables
from edge.shadow.beside import Floors
from edge.shadow.film import Seen, TwoModels
from edge.shadow.settings import ShadowSettings
from models.runtime import LoadedDetector

log = logging.getLogger(__name__)


def shadow(args: argparse.Namespace) -> int:
    """`gewu-edge shadow`."""
    try:
        return _compared(args)
    except ReplayError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION


def _compared(args: argparse.Namespace) -> int:
    """Raises ReplayError, ModelError, OSError."""
    configuration = _wanting(load(args.config), args)
    sources = chosen(configuration, args.source, args.camera)
    settings = configuration.settings
    models = assembly.open_models(settings)
    score = _score(settings.model.shadow, models.score)
    other = assembly.open_shadow(settings, score)
    floors = Floors(models.score, score)
    made_by = assembly.audit(configuration, models)
    seen = TwoModels(models, other, floors, made_by, lambda words: log.info("%s", words)).run(sources)
    if args.json:
        print(json.dumps(_plain(models.main, other, seen), ensure_ascii=False))
    else:
        print("\n".join(_lines(models.main, other, seen)))
    return FINE


def _wanting(configuration: Configuration, args: argparse.Namespace) -> Configuration:
    """With the other model as the command line names it. Raises ReplayError."""
    settings = configuration.settings
    wanted = settings.model.shadow
    if args.model is not None:
        wanted = ShadowSettings(name=args.model)
    if wanted is None:
        raise ReplayError("--model is missing, and the configuration names no model.shadow")
    if args.score is not None:
        wanted = wanted.model_copy(update={"score": args.score})
    model = settings.model.model_copy(update={"shadow": wanted})
    return replace(configuration, settings=settings.model_copy(update={"model": model}))


def _score(wanted: ShadowSettings | None, otherwise: float) -> float:
    return otherwise if wanted is None or wanted.score is None else wanted.score


def _plain(running: LoadedDetector, other: LoadedDetector, seen: Seen) -> dict[str, Any]:
    models = {"running": _named(running), "shadow": _named(other)}
    counts = {"pictures": seen.pictures, "failed": seen.failed, "film_s": round(seen.film_s, 3)}
    times = {"ms": seen.ms, "running_ms": seen.running_ms}
    things = [each.model_dump(mode="json", exclude_none=True) for each in seen.tally.told()]
    found = seen.openings
    opened = {
        "both": [[asdict(one), asdict(two)] for one, two in found.both],
        "only_running": [asdict(one) for one in found.only_running],
        "only_shadow": [asdict(one) for one in found.only_shadow],
    }
    return {**models, **counts, **times, "things": things, "opened": opened}


def _named(model: LoadedDetector) -> dict[str, str]:
    return {"name": model.name, "sha256": model.sha256}


def _lines(running: LoadedDetector, other: LoadedDetector, seen: Seen) -> list[str]:
    return [
        f"running {running.name}, shadow {other.name}: {seen.pictures} looks in {seen.film_s:.0f} s of film",
        f"a picture takes {seen.running_ms or 0:.1f} ms and {seen.ms or 0:.1f} ms here (medians)",
        "",
        *tables.things(seen.tally.told()),
        "",
        *tables.openings(seen.openings),
    ]
