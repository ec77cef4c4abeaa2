"""The centre's database: schema, batches of letters. `python -m tests.power.stories.centre FOLDER`."""

import sys
from pathlib import Path

from central.letters import Item, Letter, item_of
from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from central.store.taking import take
from tests.power.stories.outbox import say
from tests.unit.central.makers import NODE, at, event

ROUNDS = 4


def items(number: int) -> list[Item]:
    """Batch `number`: openings, what becomes of those before, something twice, something foreign."""
    told = [
        event(subject=f"s-{number}", sequence=4 * number),
        event("updated", 1, subject=f"s-{number}", sequence=4 * number + 1),
        event("cleared", 2, subject=f"s-{number - 1}", sequence=4 * number + 2),
        event(subject=f"s-{number}", sequence=4 * number),
    ]
    bodies = [each.encode() for each in told] + [b"{" + str(number).encode()]
    letters = [Letter(NODE.source, NODE.topic("event"), body, at(1000 + number)) for body in bodies]
    return [item_of(letter, "event", max_bytes=100_000) for letter in letters]


def main(folder: Path, *, careless: bool) -> None:
    """Make the schema, then take batch after batch. `careless`: acknowledged before the commit."""
    store = Store(sqlite_url(folder / "storage" / "central.db"))
    migrate(store)
    say("schema")
    for number in range(ROUNDS):
        if careless:
            say(f"acknowledged {number}")
        take(store, items(number))
        say(f"acknowledged {number}")
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), careless="careless" in sys.argv)
