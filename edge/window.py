"""Which events are on their way: how many at once, in what order, and what goes once more."""

import logging
from collections.abc import Callable, Collection
from typing import Literal

from edge.drafts import Stamped
from edge.failpoint import failpoint
from edge.outbox import Outbox
from edge.retries import Retries
from edge.silence import Silence
from edge.suspects import Suspects

log = logging.getLogger(__name__)

LEAST, FIRST, MOST = 10, 20, 250  # events on their way without a receipt; the link's backlog takes a few more
CLOGGED_S = 0.2  # no room: the broker has to acknowledge first, or the centre has to answer
IDLE_S = 5.0
BEGINNING = ("", -1)

# What became of a try: it was sent, it cannot go now, or it cannot go on this connection at all.
Tried = Literal["sent", "later", "too_large"]


class Window:
    """Everything without a receipt, in the order of the commits; then what the centre wants again, in order
    of epoch and sequence.

    Only so many wait for their receipts at once: a centre that is slow, or that a whole city comes back to,
    must not be sent everything twice. Every receipt makes room for one more, and a wait that was in vain
    halves it. An event that is never answered takes up its room for the first wait after every try. One that
    cannot go now holds those behind it. One that is larger than the broker takes holds nobody: it is left out
    until there is another connection, whose broker may take it; one on which the broker hangs up goes last.
    The centre needs no order, so later events of the same situation go ahead of it.

    A centre that is away for long is only probed, one event at a time; its first word brings back the rest.
    """

    def __init__(self, outbox: Outbox, retries: Retries, publish: Callable[[bytes], Tried]) -> None:
        self._outbox = outbox
        self._retries = retries
        self._publish = publish
        self._sent = 0  # everything up to this number was tried on this connection
        self._again = BEGINNING  # and of what is wanted again, everything up to this place
        self._size = FIRST
        self._halved = float("-inf")
        self._silence = Silence(retries.first_s, retries.longest_s)
        self._too_large: list[int] = [0, 0]
        self._suspects = Suspects()

    @property
    def too_large(self) -> str | None:
        """What to tell of events that the broker is too small for."""
        told = []
        if self._too_large[0]:
            count, size = self._too_large
            told.append(f"{count} events, of up to {size} bytes, are larger than the broker takes and wait")
        if self._suspects:
            told.append(f"the broker hangs up on {len(self._suspects)} events; they are tried now and then")
        return "; ".join(told) or None

    def begin(self, now: float) -> None:
        """A new connection: whatever was on its way on the old one may be lost, so everything is due."""
        self._suspects.broke(now)
        self._retries.reset()
        self._restart()
        self._size = FIRST
        self._silence.begin(now)

    def _restart(self) -> None:
        """Look from the beginning, in the order of the commits; what is on its way is passed over."""
        self._sent = 0
        self._again = BEGINNING
        self._too_large = [0, 0]

    def renewed(self) -> None:
        """The outbox was, and numbers its events anew."""
        self._restart()

    def asked(self) -> None:
        """More is wanted again."""
        self._again = BEGINNING

    def answered(self, names: Collection[str], now: float) -> None:
        """Receipts came."""
        for name in names:
            self._retries.forget(name)
            self._suspects.answered(name)
        self._size = min(MOST, self._size + len(names))
        self.heard(now)

    def heard(self, now: float) -> None:
        """The centre said something, whatever it was; after a silence: what it missed waits no longer."""
        if self._silence.ends(now, waiting=len(self._retries)) and self._retries.hasten(now):
            self._silence.ended()
            self._restart()

    def send_due(self, now: float) -> float:
        """Publish what is due and has room; returns for how long nothing will be."""
        suspect = self._suspects.due(now)
        if suspect is not None and suspect not in self._retries:
            return self._alone(suspect, now)
        overdue = self._overdue(now)
        if overdue and now - self._halved >= self._retries.first_s:
            self._size, self._halved = max(LEAST, self._size // 2), now
        for name in overdue[: self._room(now, again=True)]:
            event = self._outbox.read(name)
            if event is None:  # its receipt came meanwhile, or it was given up
                self._retries.forget(name)
                self._suspects.forget(name)
            elif not self._try(event, now):
                return CLOGGED_S
        if not (self._send_fresh(now) and self._send_wanted(now)):
            return CLOGGED_S
        if self._silence.gone(now):
            return max(CLOGGED_S, min(IDLE_S, self._silence.next_probe(now)))
        # What is due may have found no room: without a pause this would ask again and again.
        return max(CLOGGED_S, self._retries.next_due(now + IDLE_S) - now)

    def _overdue(self, now: float) -> list[str]:
        """What goes once more: by its own wait, and when nothing went for a while, one as a probe.

        The probe is one that was tried the fewest times, not the oldest: the oldest may be one that the
        centre never answers, and would prove nothing.
        """
        overdue = [] if self._silence.gone(now) else self._retries.again(now)
        if not overdue and self._silence.next_probe(now) == 0.0:
            overdue = [name for name in (self._retries.fewest(),) if name is not None]
        return overdue

    def _room(self, now: float, *, again: bool) -> int:
        """How many more may go. A quarter is kept from those that go once more: were they never answered,
        they would in time take all of it. To a centre that is gone there is one at a time."""
        if self._silence.gone(now):
            return max(0, 1 - self._retries.recent(now))
        share = self._size - self._size // 4 if again else self._size
        return max(0, share - self._retries.recent(now))

    def _send_fresh(self, now: float) -> bool:
        while room := self._room(now, again=False):
            page = self._outbox.next(self._sent, room)
            for number, event in page:
                if not self._known(event) and not self._try(event, now):
                    return False
                self._sent = number
            if len(page) < room:
                break
        return True

    def _send_wanted(self, now: float) -> bool:
        """What is wanted again has the room that is left."""
        while room := self._room(now, again=False):
            page = self._outbox.again(self._again, room)
            for event in page:
                if not self._known(event) and not self._try(event, now):
                    return False
                self._again = (event.epoch, event.sequence)
            if len(page) < room:
                break
        return True

    def _known(self, event: Stamped) -> bool:
        """Whether it is on its way, or has a time of its own."""
        return event.id in self._retries or event.id in self._suspects

    def _alone(self, name: str, now: float) -> float:
        """Send a suspect when nothing else is on its way, which would be lost with the connection."""
        if self._retries.recent(now) == 0:
            event = self._outbox.read(name)
            if event is None:
                self._suspects.forget(name)
            else:
                self._try(event, now)
        return CLOGGED_S

    def _try(self, event: Stamped, now: float) -> bool:
        """Whether those behind it may go."""
        failpoint("before_publish")
        tried = self._publish(event.body)
        if tried == "too_large":
            self._leave_out(event)
        elif tried == "sent":
            self._silence.sent(now, first=not len(self._retries))
            self._retries.tried(event.id, now)
            self._suspects.sent(event.id, len(event.body))
            failpoint("after_publish")
        return tried != "later"

    def _leave_out(self, event: Stamped) -> None:
        self._retries.forget(event.id)
        self._too_large[0] += 1
        self._too_large[1] = max(self._too_large[1], len(event.body))
        log.error("event %s (%d bytes) is larger than the broker takes and waits", event.id, len(event.body))
