"""Takes asks off the publisher's thread and has each kind worked on by a thread of its own, one at a time."""

import importlib
import logging
import pkgutil
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from broker.asks import Answer, Ask
from edge import asks
from edge.asked.memory import Memory
from edge.asked.room import Room
from edge.asked.telling import NotDone, Over, Telling

log = logging.getLogger(__name__)

WAITING: Final = 8  # of one kind
REMEMBERED: Final = 256  # ids of asks that were taken
SAY_S, AGAIN_S = 5.0, 0.1  # how long an answer waits for a connection, and between two tries

Work = Callable[[Any, Room, Telling], None]


def kinds() -> dict[str, Work]:
    """What can be asked here, by the files of its folder."""
    found = {}
    for info in pkgutil.iter_modules(asks.__path__):
        found[info.name] = importlib.import_module(f"{asks.__name__}.{info.name}").answer
    return found


class Desk:
    """`take` from any thread; `stop` in the end.

    say: publishes an answer, False when that cannot be done now. now: UTC seconds.
    """

    def __init__(
        self,
        room: Room,
        say: Callable[[Answer], bool],
        now: Callable[[], float],
        work: dict[str, Work] | None = None,
    ) -> None:
        self._room, self._publish, self._now = room, say, now
        self._work = kinds() if work is None else work
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._answers = Memory()
        self._queues: dict[str, queue.Queue[Telling]] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def take(self, command: str, ask: Ask) -> None:
        """One ask, once; what cannot be taken is answered at once."""
        telling = Telling(ask, self._say, self._now)
        if telling.left_s <= 0.0:
            log.info("ask %s (%s) has expired and is left out", ask.id, command)
        elif self._known(ask.id):
            log.info("ask %s (%s) came again", ask.id, command)
            self._again(ask.id)
        elif command not in self._work:
            text = f"this node does not know how to {command}"
            self._ended(telling, NotDone("unknown_ask", text, refused=True))
        else:
            try:
                self._queue(command).put_nowait(telling)
            except queue.Full:
                self._ended(telling, NotDone("busy", f"{WAITING} others wait here for the same"))

    def stop(self) -> None:
        """Begin nothing more; what is under way ends with its next answer."""
        self._stopping.set()

    def _known(self, name: str) -> bool:
        with self._lock:
            if name in self._taken:
                return True
            self._taken[name] = None
            while len(self._taken) > REMEMBERED:
                self._taken.popitem(last=False)
            return False

    def _queue(self, command: str) -> "queue.Queue[Telling]":
        if command not in self._queues:
            self._queues[command] = queue.Queue(WAITING)
            threading.Thread(target=self._serve, args=(command,), name=f"ask {command}", daemon=True).start()
        return self._queues[command]

    def _serve(self, command: str) -> None:
        while not self._stopping.is_set():
            with suppress(queue.Empty):
                self._one(command, self._queues[command].get(timeout=1.0))

    def _one(self, command: str, telling: Telling) -> None:
        if telling.left_s <= 0.0:
            return
        try:
            self._work[command](telling.ask, self._room, telling)
        except Over:
            log.info("ask %s (%s): nobody waits for it any more", telling.ask.id, command)
        except NotDone as error:
            self._ended(telling, error)
        except Exception as error:  # whatever it is, it is this ask's alone
            log.exception("ask %s (%s): this was not expected", telling.ask.id, command)
            self._ended(telling, NotDone("unexpected", f"it went wrong here ({type(error).__name__})"))

    def _ended(self, telling: Telling, why: NotDone) -> None:
        with suppress(Over):
            telling.not_done(why)

    def _say(self, answer: Answer) -> None:
        """Try for a while: a connection that is being made anew must not cost an answer. Raises Over.

        What finds none is said when the centre asks again.
        """
        self._answers.keep(answer)
        for _ in range(round(SAY_S / AGAIN_S)):
            if self._publish(answer):
                return
            if self._stopping.wait(AGAIN_S):
                raise Over

    def _again(self, name: str) -> None:
        """What was said already: it may have been lost on its way."""
        for answer in self._answers.of(name):
            self._publish(answer)
