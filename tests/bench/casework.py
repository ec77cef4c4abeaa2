"""The closed loop under any sequence, and what it costs: `python -m tests.bench.casework [--sequences N]`.

Random sequences of what people, sources and time do to tickets, on SQLite (the test
tests/unit/central/test_casework_sequences.py makes fewer); after each step all that must hold is looked at.
Then what is done a second, and what it costs the ingest that the centre accepts and dispatches by itself,
against the same events without that. The last line is one JSON object; the exit code is 1 when something does
not hold.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from broker.events import SourceRef
from central.letters import Told
from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from central.store.seating import Terms
from central.store.taking import take
from tests.unit.central.casework import BOX, LINE, do, log, report, terms
from tests.unit.central.makers import at, event, letter
from tests.unit.central.test_casework_sequences import WORKS, Sequences

BATCH, EVENTS, LINES = 250, 2000, 50


class Counted(Sequences):
    """Counts what happened in all of them."""

    seen: Counter[str] = Counter()

    def teardown(self) -> None:
        for row in self._rows():
            said = [line for line in log(self.store, row.number) if line.action]
            self.seen.update(f"{line.action} by {'people' if line.who else 'itself'}" for line in said)
        super().teardown()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=400)
    parser.add_argument("--steps", type=int, default=40)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        held = sequences(Path(folder), asked.sequences, asked.steps)
        a_second = acts(Path(folder))
        plain, following = (
            ingest(Path(folder) / name, each) for name, each in (("plain", Terms()), FOLLOWING)
        )
    found = {
        "sequences": asked.sequences,
        "steps": asked.steps,
        "held": held,
        "actions": sum(Counted.seen.values()),
    }
    found |= {"kinds_of_action": len(Counted.seen), "acts_per_s": round(a_second)}
    found |= {
        "events_per_s": round(following),
        "without_steps_per_s": round(plain),
        "ratio": round(following / plain, 2),
    }
    for name, number in sorted(Counted.seen.items()):
        print(f"{number:>8}  {name}")
    print(json.dumps(found))
    return int(not held)


FOLLOWING = ("following", terms(WORKS[1]))


def sequences(folder: Path, number: int, steps: int) -> bool:
    """Whether everything held in all of them."""
    Sequences.template = folder / "template.db"
    store = Store(sqlite_url(Sequences.template))
    migrate(store)
    report(store, box=BOX, since=at(0))
    store.close()
    checks = list(HealthCheck)
    chosen = settings(
        max_examples=number,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=checks,
        database=None,
    )
    try:
        run_state_machine_as_test(Counted, settings=chosen)
    except Exception as error:  # whatever it is, it is the finding
        print(f"does not hold: {error!r}", *getattr(error, "__notes__", ()), sep="\n")
        return False
    return True


def acts(folder: Path) -> float:
    """Actions of people a second, along the main line."""
    store = Store(sqlite_url(folder / "acts.db"))
    migrate(store)
    for number in range(LINES):
        report(store, f"sit-{number}", source=SourceRef(id=f"cam-{number}", kind="camera"))
    began = time.perf_counter()
    for number in range(LINES):
        for who, action in LINE:
            do(store, who, action, number + 1)
    seconds = time.perf_counter() - began
    store.close()
    return LINES * len(LINE) / seconds


def ingest(path: Path, by: Terms) -> float:
    """New tickets a second."""
    store = Store(sqlite_url(path))
    migrate(store)
    made = [event(subject=f"s-{n}", source=SourceRef(id=f"cam-{n}", kind="camera")) for n in range(EVENTS)]
    told = [Told(letter(each.encode()), each) for each in made]
    began = time.perf_counter()
    for first in range(0, EVENTS, BATCH):
        take(store, told[first : first + BATCH], terms=by)
    seconds = time.perf_counter() - began
    store.close()
    return EVENTS / seconds


if __name__ == "__main__":
    raise SystemExit(main())
