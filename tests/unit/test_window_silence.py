"""A centre that was away: it is found out within a minute, and then everything goes, once and in order."""

import random
from collections import Counter
from itertools import pairwise

import pytest

from edge.retries import Retries
from edge.silence import PROBE_S
from edge.window import LEAST, Tried, Window
from tests.unit.drafts import batch
from tests.unit.outboxes import Open, open_it, receipts

__all__ = ["open_it"]

FIRST_S, LONGEST_S = 5.0, 300.0


class World:
    """A node, a clock that jumps to the next look, and a centre that is there or not."""

    def __init__(self, open_it: Open, seed: int = 0) -> None:
        self.outbox = open_it()
        self.now = 0.0
        self.there = True
        self.never: set[bytes] = set()
        self.sent: list[tuple[float, bytes]] = []
        self._waiting: list[bytes] = []
        chance = random.Random(seed).random  # noqa: S311
        self.window = Window(self.outbox, Retries(FIRST_S, LONGEST_S, chance), self._take)
        self.window.begin(0.0)

    def _take(self, body: bytes) -> Tried:
        self.sent.append((self.now, body))
        if self.there and body not in self.never:
            self._waiting.append(body)
        return "sent"

    def commit(self, *subjects: str) -> list[bytes]:
        return [event.body for event in self.outbox.commit(batch(*subjects), 1000.0 + self.now)]

    def look(self) -> float:
        """One look of the node, and the receipts for what it brought a tenth of a second later."""
        pause = self.window.send_due(self.now)
        if not self._waiting:
            return pause
        given, self._waiting = set(self._waiting), []
        events = [event for _, event in self.outbox.next(0, 10_000) if event.body in given]
        self.now += 0.1
        self.outbox.receive(receipts(events), self.now)
        self.window.answered([event.id for event in events], self.now)
        return 0.0

    def run(self, until: float) -> None:
        while self.now < until:
            self.now = min(until, self.now + self.look())

    def since(self, at: float) -> list[bytes]:
        return [body for when, body in self.sent if when > at]


@pytest.mark.parametrize("seed", range(6))
def test_after_any_outage_all_comes_within_seconds_of_the_first_receipt_in_order_and_once(
    open_it: Open, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    world = World(open_it, seed)
    world.there = False
    away, number = chance.choice((20.0, 90.0, 700.0, 4000.0)), chance.randrange(30, 160)
    bodies = world.commit(*(f"s-{n}" for n in range(number)))
    world.run(away)
    world.there = True
    back, held = world.now, len(world.sent)
    while world.outbox.count("events") == number:
        world.run(world.now + 0.1)
    first = world.now
    assert first - back <= PROBE_S + 1.0
    world.run(first + FIRST_S + 1.0)
    assert world.outbox.count("events") == 0
    came = [body for _, body in world.sent[held:]]
    assert max(Counter(came).values()) == 1
    after = [body for when, body in world.sent[held:] if when >= first]
    assert after == [body for body in bodies if body in set(after)]


def test_a_centre_that_is_gone_for_days_is_sent_next_to_nothing(open_it: Open) -> None:
    world = World(open_it)
    world.there = False
    for minute in range(150):
        world.commit(f"s-{minute}")
        world.run(60.0 * (minute + 1))
    hour = [when for when, _ in world.sent if when > world.now - 3600.0]
    assert 60 <= len(hour) <= 125  # what is new, and at most one probe a minute
    assert max(later - earlier for earlier, later in pairwise(hour)) <= PROBE_S + 1.0


def test_what_is_there_from_before_a_reconnect_goes_singly_to_a_centre_that_is_gone(open_it: Open) -> None:
    world = World(open_it)
    world.there = False
    world.commit(*(f"s-{n}" for n in range(2000)))
    world.run(1000.0)
    before = len(world.sent)
    world.run(2000.0)
    assert len(world.sent) - before <= 1000.0 / FIRST_S + 1


def test_what_the_centre_never_answers_does_not_go_with_every_word_of_it(open_it: Open) -> None:
    world = World(open_it)
    world.never = set(world.commit(*(f"never-{n}" for n in range(50))))
    for minute in range(120):
        world.commit(f"s-{minute}")
        world.run(60.0 * (minute + 1))
    assert world.outbox.count("events") == 50
    hour = [body for body in world.since(world.now - 3600.0) if body in world.never]
    assert len(hour) <= 50 * 3600.0 / (LONGEST_S / 2)  # no more than their own waits
    world.there = False  # and they keep nobody from seeing that the centre was away and is back
    world.run(world.now + 1000.0)
    world.commit("late")
    world.run(world.now + 1000.0)
    world.there = True
    world.run(world.now + 2 * PROBE_S)
    assert world.outbox.count("events") == 50


def test_a_command_tells_that_the_centre_is_back(open_it: Open) -> None:
    world = World(open_it)
    world.there = False
    bodies = world.commit("a", "b", "c")
    world.run(200.0)
    for _ in range(3):  # only the first comes after a silence
        world.window.heard(world.now)
        world.look()
        world.now += 0.1
    assert sorted(world.since(200.0 - FIRST_S)) == sorted(bodies)  # what was on its way is not sent twice


def test_a_few_words_of_a_slow_centre_are_no_return(open_it: Open) -> None:
    world = World(open_it)
    world.there = False
    bodies = world.commit(*(f"s-{n}" for n in range(LEAST)))
    world.look()
    world.now = 4.0
    world.there = True
    world.window.answered([], world.now)
    world.look()
    assert Counter(body for _, body in world.sent) == Counter(bodies)
