"""`gewu-central dataset`: what people marked, as pictures with boxes to train a detector with."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from broker.topics import Address
from central.commands.hold import words
from central.datasets.labels import STALLS_AND_DEBRIS
from central.opening import CannotStart, open_store
from central.people.asker import COMMAND_LINE
from central.pictures.examiner import Examiner, Unavailable
from central.sampling import VAL, Asked, Giving, Planned, asked_for, files, planned, tarred
from central.settings import CentralSettings
from central.store.audit import noted
from central.store.database import Store
from central.store.sampling import TooMuch
from central.vault import Vault

HELP = "masked pictures of what people marked, with boxes, in the forms of YOLO and COCO"


def arguments(command: argparse.ArgumentParser) -> None:
    """Which pictures, and where they go."""
    command.add_argument("--out", type=Path, metavar="DIR", help="a new folder, or a file that ends in .tar")
    command.add_argument("--reason", type=words, help="what for, for the audit; no names of persons")
    many: dict[str, Any] = {"action": "append", "default": []}
    usual = ", ".join(STALLS_AND_DEBRIS)
    command.add_argument("--kind", **many, help=f"of incident; repeatable (default: {usual})")
    command.add_argument("--label", **many, metavar="KIND=WORD", help="what a detector calls it")
    command.add_argument("--node", metavar="DISTRICT/NODE", help="of this node alone")
    command.add_argument("--source", help="of this camera alone")
    command.add_argument("--zone", help="of this zone alone")
    command.add_argument("--since", type=_day, metavar="DAY", help="taken from this day on (UTC), 2026-10-03")
    command.add_argument("--until", type=_day, metavar="DAY", help="taken before this day")
    text = f"of places, for judging (default {VAL})"
    command.add_argument("--val", type=float, default=VAL, metavar="SHARE", help=text)
    command.add_argument("--licence", type=words, help="for the card")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Write it, or print its card where no folder is named; 2 where the words make no sense."""
    try:
        which = _asked(asked)
    except ValueError as error:
        return _wrong(str(error), 2)
    if asked.out is not None and asked.reason is None:
        return _wrong("--reason is needed: every picture goes into the audit with it", 2)
    if asked.out is not None and asked.out.exists() and not _empty(asked.out):
        return _wrong(f"--out {asked.out}: is there already; a new folder or file is allowed", 2)
    with closing(open_store(settings)) as store:
        try:
            plan = planned(store, which)
            card = plan.card(_now()) if asked.out is None else _written(settings, store, plan, asked)
        except (TooMuch, Unavailable) as error:
            return _wrong(str(error), 1)
        except OSError as error:
            raise CannotStart(f"--out {asked.out}: {error.strerror}") from error
    print(json.dumps(card, ensure_ascii=False, indent=1))
    return 0


def _asked(asked: argparse.Namespace) -> Asked:
    of = {"node": Address.of(asked.node).source if asked.node else None, "source": asked.source}
    times = {"zone": asked.zone, "since": asked.since, "until": asked.until}
    return asked_for(asked.kind, asked.label, val=asked.val, licence=asked.licence or "", **of, **times)


def _written(settings: CentralSettings, store: Store, plan: Planned, asked: argparse.Namespace) -> Any:
    """The card as it was written."""
    limits = settings.evidence
    examiner = Examiner(most_pixels=limits.max_pixels)
    vault = Vault(settings.evidence_directory, max_bytes=limits.max_bytes, examiner=examiner)
    noted(store, _now(), COMMAND_LINE.did("dataset.export", f"{len(plan.chosen)} pictures", asked.reason))
    giving = Giving(store, vault, COMMAND_LINE, f"dataset: {asked.reason}", _now)
    last = b"{}"
    try:
        if asked.out.suffix == ".tar":
            cards: list[bytes] = []
            given = _watched(files(plan, giving), cards)
            with asked.out.open("xb") as file:
                for piece in tarred(given, _now()):
                    file.write(piece)
            last = cards[-1]
        else:
            for name, body in files(plan, giving):
                path, last = asked.out / name, body
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
    finally:
        examiner.close()
    return json.loads(last)


def _watched(given: Iterator[tuple[str, bytes]], bodies: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """The same, with the body of the last one put aside."""
    for name, body in given:
        bodies[:] = [body]
        yield name, body


def _empty(path: Path) -> bool:
    return path.is_dir() and path.suffix != ".tar" and next(path.iterdir(), None) is None


def _day(text: str) -> float:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc).timestamp()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: a day such as 2026-10-03 is expected") from error


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _wrong(text: str, code: int) -> int:
    print(f"gewu-central: dataset: {text}", file=sys.stderr)
    return code
