"""A node's outbox: commits, receipts, pictures, tidying. `python -m tests.power.stories.outbox FOLDER`."""

import sys
from pathlib import Path

from broker.messages import Receipt
from edge.drafts import Batch, Upload
from edge.outbox import Outbox
from tests.unit.drafts import ADDRESS, draft

ROUNDS = 4


def batch(number: int) -> Batch:
    """What round `number` commits: events, a picture, and the state that goes with them."""
    uploads = (Upload(f"{number:064x}", 10, "image/jpeg"),)
    drafts = (draft(f"s-{number}"), draft(f"t-{number}"))
    return Batch(drafts, uploads, {"cam-1": f"state {number}".encode()})


def main(folder: Path, *, careless: bool) -> None:
    """Two boots of a node. `careless`: without syncing, to show that the test would notice."""
    for boot in range(2):
        outbox = Outbox(folder / "outbox.sqlite", ADDRESS)
        outbox.open(1000.0 + boot, "aaaa")
        if careless:
            outbox._db.execute("PRAGMA synchronous = OFF")  # type: ignore[union-attr]
        for number in range(boot * ROUNDS, (boot + 1) * ROUNDS):
            stamped = outbox.commit(batch(number), 1001.0 + number)
            for event in stamped:
                say(f"committed {event.id} {event.sha256} {number}")
            if number % 2:
                say(f"receipting {stamped[0].id}")
                receipt = Receipt(id=stamped[0].id, status="committed", sha256=stamped[0].sha256)
                outbox.receive([receipt], 1001.5 + number)
                say(f"receipted {stamped[0].id}")
        outbox.forget(1002.0)
        outbox.close()


def say(text: str) -> None:
    """At once, and in one piece."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), careless="careless" in sys.argv)
