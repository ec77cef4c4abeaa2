"""Works on one ask about the past in a process of its own, so that the node's looking never waits for it.

    python -m edge.trial.apart < job.json

One JSON object comes in; lines of JSON go out: `progress`, and in the end `done`, `refused` or `failed`.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from broker.asks import Backtest, Explain, Film, Variant
from broker.fields import Message
from broker.settings import SettingsError
from edge.journal.blocks import UnknownVersion
from edge.settings import SourceSettings
from edge.trial import backtest, why
from edge.trial.draft import NOW, Tryable, of_variant
from edge.trial.shelf import Shelf

NICE: Final = 10
SAY_S: Final = 0.5

Say = Callable[[float], None]
Fields = dict[str, Any]


def tried(job: Fields, now: Tryable, say: Say) -> Fields:
    """`backtest`."""
    ask = Backtest.model_validate(job["ask"])
    variants = [of_variant(variant, now.source) for variant in ask.variants]
    chosen = [now, *variants] if ask.now else variants
    journal, shelf = Path(job["journal"]), Shelf(Path(job["past"]))
    since, until = ask.since.timestamp(), ask.until.timestamp()
    run = backtest.Backtest(journal, now, chosen, since, until, shelf.walk, lambda share, _looks: say(share))
    result = run.run(ask.most)
    shelf.tidy(journal)
    return {"situations": _dumped(result.situations), "trial": _dumped([result.trial])[0]}


def explained(job: Fields, now: Tryable, say: Say) -> Fields:
    """`explain`."""
    ask = Explain.model_validate(job["ask"])
    shelf = Shelf(Path(job["past"]))
    since, until = ask.since.timestamp(), ask.until.timestamp()
    say(0.0)
    found = why.explained(Path(job["journal"]), now, since, until, shelf.walk, ask.most)
    return {"candidates": _dumped(found.candidates), "stretches": _dumped(found.stretches)}


def filmed(job: Fields, now: Tryable, say: Say) -> Fields:
    """`film`."""
    ask = Film.model_validate(job["ask"])
    shelf = Shelf(Path(job["past"]))
    since, until = ask.since.timestamp(), ask.until.timestamp()
    say(0.0)
    looks, stretches = why.filmed(Path(job["journal"]), now.source.id, since, until, shelf.walk, ask.most)
    return {"looks": _dumped(looks), "stretches": _dumped(stretches)}


KINDS: Final = {"backtest": tried, "explain": explained, "film": filmed}


def answered(job: Fields, say: Say) -> Fields:
    """What the last line says."""
    try:
        now = running(job["source"], job["sha"])
        return {"done": KINDS[job["ask"]["command"]](job, now, say)}
    except SettingsError as error:
        faults = "; ".join(f"{fault.file}: {fault.where}: {fault.what}" for fault in error.faults)
        return {"refused": ["configuration", faults]}
    except UnknownVersion as error:
        return {"refused": ["unknown_version", str(error)]}
    except (OSError, LookupError):
        return {"failed": ["journal_unreadable", "the journal cannot be read now; ask again"]}


def running(written: Fields, sha: str) -> Tryable:
    """The source as it runs, of what is written of it. Raises SettingsError."""
    zones = {key: written[key] for key in ("zones", "ignore") if key in written}
    plain = {key: value for key, value in written.items() if key not in zones}
    source = SourceSettings.model_validate(plain)
    now = of_variant(Variant.model_validate({"zones": [], **zones, "id": NOW}), source)
    return Tryable(NOW, now.source, sha)


def _dumped(messages: Sequence[Message]) -> list[Any]:
    return [message.model_dump(mode="json", exclude_none=True) for message in messages]


def main() -> None:
    """Read the job, answer it."""
    os.setpriority(os.PRIO_PROCESS, 0, NICE)  # not on top of the thread's that began it
    said = 0.0

    def say(share: float) -> None:
        nonlocal said
        if time.monotonic() - said >= SAY_S:
            said = time.monotonic()
            _line({"progress": share})

    _line(answered(json.load(sys.stdin), say))


def _line(fields: Fields) -> None:
    sys.stdout.write(json.dumps(fields, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
