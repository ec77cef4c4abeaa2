"""Plays the things of a street in the order of its time, each to its way."""

import heapq
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Protocol

from edge.simulation.clock import StreetClock
from edge.simulation.outlets import Outlet
from edge.simulation.script import Actor
from edge.simulation.timetable import Utterance, utterances

log = logging.getLogger(__name__)

PATIENCE_S: Final = 2.0  # real seconds for a message to be taken by the node
HASTE_S: Final = 0.05  # the same, once it is known that messages get lost
TOLD_S: Final = 2.0
LOOK_S: Final = 0.0005


@dataclass
class Tally:
    """What was played. sent: messages by kind. lost: not taken by the node, or by the way itself."""

    sent: Counter[str] = field(default_factory=Counter)
    lost: int = 0


class Tempo(Protocol):
    """How the street's time goes on."""

    def reach(self, t: float, stop: threading.Event) -> None:
        """Return when it is `t` there, seconds from the begin."""
        ...

    def utc(self, made: float, sent: float) -> float:
        """What a clock in the street shows at `made`, asked when it is `sent`."""
        ...

    def taken(self, sent: int) -> int:
        """Wait until so many messages were taken in all; how many are missing in the end."""
        ...


class InStep:
    """With a node in the same time: it stands still until all was taken. taken: how many the node has."""

    def __init__(self, clock: StreetClock, quiet: Callable[[], bool], taken: Callable[[], int]) -> None:
        self._clock, self._quiet, self._count = clock, quiet, taken
        self._patience = PATIENCE_S

    def reach(self, t: float, stop: threading.Event) -> None:
        """As fast as all keep up."""
        self._clock.advance(t, self._quiet, stop)

    def utc(self, made: float, sent: float) -> float:  # noqa: ARG002 - late ones keep their own stamp
        """The street's."""
        return self._clock.begin + made

    def taken(self, sent: int) -> int:
        """Real seconds are waited, and few of them once messages are known to get lost."""
        until = time.monotonic() + self._patience
        while (missing := sent - self._count()) > 0 and time.monotonic() < until:
            time.sleep(LOOK_S)
        if missing > 0:
            self._patience = HASTE_S
        return max(0, missing)


class ByTheClock:
    """For other people's nodes: real time, so many times as fast. Stamps are of now, so they are believed."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._zero: float | None = None

    def reach(self, t: float, stop: threading.Event) -> None:
        """Wait for it."""
        self._zero = time.monotonic() if self._zero is None else self._zero
        ahead = self._zero + t / self._speed - time.monotonic()
        if ahead > 0:
            stop.wait(ahead)

    def utc(self, made: float, sent: float) -> float:
        """Now, less what it is late."""
        return time.time() - (sent - made) / self._speed

    def taken(self, sent: int) -> int:  # noqa: ARG002 - nobody can be asked
        """Nothing is known to be missing."""
        return 0


class Player:
    """progress: told now and then how far it is."""

    def __init__(
        self,
        actors: Sequence[Actor],
        ways: Mapping[str, Outlet],
        tempo: Tempo,
        progress: Callable[[float, Tally], None],
    ) -> None:
        self._actors, self._ways, self._tempo, self._progress = actors, ways, tempo, progress
        self.tally = Tally()
        self._expected = 0
        self._told = time.monotonic()

    def play(self, seconds: float, seed: int, stop: threading.Event) -> None:
        """From the begin to the end of so many seconds of the street, or until told to stop."""
        for _, group in groupby(self._plan(seconds, seed), key=lambda each: int(each[0])):
            together = list(group)
            self._tempo.reach(together[-1][0], stop)
            if stop.is_set():
                return
            self._together(together)
        self._tempo.reach(seconds, stop)

    def _plan(self, seconds: float, seed: int) -> Iterator[tuple[float, int, Utterance]]:
        """All that is said, in order; what is said in one second of the street is sent together."""
        plans = (
            [(each.sent, n, each) for each in utterances(actor.settings, actor.words, seconds, seed)]
            for n, actor in enumerate(self._actors)
        )
        return heapq.merge(*plans, key=lambda each: each[:2])

    def _together(self, group: Sequence[tuple[float, int, Utterance]]) -> None:
        for t, n, utterance in group:
            self._say(self._actors[n], utterance)
            if time.monotonic() - self._told > TOLD_S:
                self._told = time.monotonic()
                self._progress(t, self.tally)
        missing = self._tempo.taken(self._expected)
        if missing:
            self._expected -= missing
            if not self.tally.lost:
                names = ", ".join(sorted({self._actors[n].settings.id for _, n, _ in group})[:5])
                log.warning("the node did not take what some of these sent: %s", names)
            self.tally.lost += missing

    def _say(self, actor: Actor, utterance: Utterance) -> None:
        settings = actor.settings
        sayings = actor.thing.say(utterance.fields, self._tempo.utc(utterance.made, utterance.sent))
        for saying in sayings:
            if settings.way is None:
                continue
            body = saying.body[: len(saying.body) // 2] if utterance.broken else saying.body
            taken = self._ways[settings.way].send(
                type(saying)(body, saying.topic, saying.media, saying.retained)
            )
            self.tally.sent[settings.kind] += 1
            self._expected += taken
            self.tally.lost += not taken
