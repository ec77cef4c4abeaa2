"""Which faults hit, when, whom and how long. Pure: the seed decides."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LONG = 0.15  # of the faults last long
SHORT_S, LONG_S = (0.05, 1.2), (1.5, 6.0)

# How often each kind comes, in a deck that is dealt out and shuffled anew. What a set-up does not have
# (no database server, no small disk) is left out of its deck.
WEIGHTS: Mapping[str, int] = {
    "kill_sender": 9,
    "kill_sender_at": 6,  # after its commit, after publishing, on a receipt
    "pause_sender": 5,
    "step_clock": 7,
    "kill_centre": 9,
    "pause_centre": 5,
    "restart_centre": 2,
    "kill_broker": 2,
    "wipe_broker": 2,
    "restart_broker": 2,
    "pause_broker": 2,
    "cut_sender": 7,
    "stall_sender": 5,
    "break_sender": 5,
    "cut_centre": 4,
    "stall_centre": 4,
    "break_centre": 3,
    "delay": 4,
    "fill_sender_disk": 4,
    "fill_centre_disk": 4,
    "stop_database": 4,
    "say_again": 8,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`pick`, 0..1: whom of those that can be hit; `chance`: the seed of what else it draws."""

    number: int
    kind: str
    after_s: float
    length_s: float
    pick: float
    chance: int


def plan(seed: int, count: int, kinds: frozenset[str], spacing_s: float) -> list[Fault]:
    """So many faults, `spacing_s` apart in the mean."""
    chance = random.Random(f"plan/{seed}")  # noqa: S311 - no secret depends on it
    deck = _dealt(chance, kinds)
    return [
        Fault(
            number=number,
            kind=next(deck),
            after_s=min(chance.expovariate(1 / spacing_s), 4 * spacing_s),
            length_s=chance.uniform(*(LONG_S if chance.random() < LONG else SHORT_S)),
            pick=chance.random(),
            chance=chance.getrandbits(32),
        )
        for number in range(count)
    ]


def _dealt(chance: random.Random, kinds: frozenset[str]) -> Iterator[str]:
    cards = [kind for kind, weight in WEIGHTS.items() for _ in range(weight) if kind in kinds]
    while True:
        chance.shuffle(cards)
        yield from cards
