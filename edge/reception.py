"""Where messages of devices come in: a thread for each way, which decodes, hands on and counts the rest."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any, Final, Protocol

from broker.events import Reason
from edge import decoders, intakes, pollers
from edge.decoding import Decoded, Decoder, DecoderSettings, NotDecoded
from edge.frames import SourceClock, Trouble
from edge.poller import Poller, PollerSettings
from edge.polling import FAULT, Polled
from edge.taking import ENDING, Intake, IntakeSettings, Listens, Message

log = logging.getLogger(__name__)

AGAIN_S = 600.0  # one kind of refusal is said at most so often
MOST_CODES = 64  # kinds of refusal that are told apart
ROOM_S = 0.05
ANEW_S = 30.0  # after a fault of ours in a way in
JOIN_S = 10.0
_FAULT: Final = Reason(code="fault", text=FAULT)


class Take(Protocol):
    """Takes what one message says, from any thread; False: there is no room yet."""

    def __call__(self, decoded: Decoded, retained: bool = False) -> bool: ...


@dataclass(slots=True)
class Way:
    """One way in at work. make: it anew. said: when each kind of refusal was last logged, monotonic seconds.

    live: of the messages, those that no broker had kept. trouble: nothing is wrong before something is,
    however long nothing has come yet.
    """

    id: str
    make: Callable[[], Intake | Polled]
    source: Intake | Polled
    decoder: Decoder | None = None
    trouble: str | None = None
    messages: int = 0
    live: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    said: dict[str, float] = field(default_factory=dict)

    def items(self) -> Iterator[Message | Decoded | Trouble]:
        """What comes this way."""
        return self.source.readings() if isinstance(self.source, Polled) else self.source.messages()


def way_of(name: str, make: Callable[[], Intake | Polled], decoder: Decoder | None = None) -> Way:
    """A way in that begins."""
    return Way(name, make, make(), decoder)


def decoder_of(settings: DecoderSettings) -> Decoder:
    """The decoder that these settings are for."""
    made: Decoder = import_module(f"{decoders.__name__}.{settings.kind}").build(settings)
    return made


def intake_of(settings: IntakeSettings, clock: SourceClock) -> Intake:
    """The intake that these settings are for."""
    made: Intake = import_module(f"{intakes.__name__}.{settings.kind}").build(settings, clock)
    return made


def polled_of(settings: PollerSettings, clock: SourceClock) -> Polled:
    """The poller that these settings are for, at work."""
    made: Poller = import_module(f"{pollers.__name__}.{settings.kind}").build(settings)
    return Polled(settings, made, clock)


def ways_of(configured: Sequence[Any], asked: Sequence[PollerSettings], clock: SourceClock) -> list[Way]:
    """The ways in that these settings are for: intakes, and pollers."""
    return [
        *(way_of(each.id, partial(intake_of, each, clock), decoder_of(each.decoder)) for each in configured),
        *(way_of(each.id, partial(polled_of, each, clock)) for each in asked),
    ]


class Reception:
    """`start`, then `stop`. heard: told of every trouble of a way in, in its order among the messages."""

    def __init__(
        self,
        ways: Sequence[Way],
        clock: SourceClock,
        take: Take,
        heard: Callable[[Trouble], None] | None = None,
    ) -> None:
        self._take = take
        self._clock = clock
        self._told = heard
        self._stopping = threading.Event()
        self.ways = ways
        self._threads = [
            threading.Thread(target=self._run, args=(way,), name=f"way-{way.id}", daemon=True)
            for way in self.ways
        ]

    def start(self) -> None:
        """Begin to take."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take nothing more; what was taken has been handed on."""
        self._stopping.set()
        for way in self.ways:
            way.source.close()
        until = time.monotonic() + JOIN_S
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))

    def hears(self) -> bool:
        """Whether nothing that is said from now on is missed."""
        return all(way.source.hears() for way in self.ways if isinstance(way.source, Listens))

    @property
    def taken(self) -> int:
        """Messages that were said since it hears and were dealt with, whatever became of them."""
        return sum(way.live for way in self.ways if way.decoder is not None)

    @property
    def refused(self) -> int:
        """How many of them could not be read."""
        return sum(way.refused.total() for way in self.ways)

    @property
    def trouble(self) -> str | None:
        """What is wrong with the ways in, in words for the node's health."""
        told = [f"{way.id}: {way.trouble}" for way in self.ways if way.trouble]
        told += [
            f"{way.id}: {number} messages refused ({code})"
            for way in self.ways
            for code, number in way.refused.most_common(1)
        ]
        return "; ".join(told) or None

    def _run(self, way: Way) -> None:
        """Until it is closed. A fault of ours costs what it was about, and a while."""
        while not self._stopping.is_set():
            try:
                for item in way.items():
                    self._one(way, item)
            except Exception:
                log.exception("way in %s: this was not expected; it begins anew", way.id)
                way.trouble = FAULT
                self._stopping.wait(ANEW_S)
                way.source, way.trouble = way.make(), None
            else:
                return

    def _one(self, way: Way, item: Message | Decoded | Trouble) -> None:
        if isinstance(item, Trouble):
            self._heard(way, item)
            return
        way.trouble = None
        if isinstance(item, Decoded):
            self._hand_on(way, item)
        elif way.decoder is not None:
            item.told(self._read(way, way.decoder, item))
        way.messages += 1
        way.live += not (isinstance(item, Message) and item.retained)

    def _heard(self, way: Way, trouble: Trouble) -> None:
        up = trouble.state == "recovered"
        way.trouble = None if up else trouble.what
        log.log(logging.INFO if up else logging.WARNING, "way in %s: %s", way.id, trouble.what)
        if self._told is not None:
            self._told(trouble)

    def _read(self, way: Way, decoder: Decoder, message: Message) -> Reason | None:
        """None once it was handed on, else why it was not."""
        try:
            decoded = decoder.decode(message.topic, message.body)
        except NotDecoded as error:
            return self._refuse(way, error.reason)
        except Exception:  # one message must not end the way in of all others
            log.exception("way in %s: a message could not be read", way.id)
            return self._refuse(way, _FAULT)
        return self._hand_on(way, decoded, retained=message.retained)

    def _hand_on(self, way: Way, decoded: Decoded, *, retained: bool = False) -> Reason | None:
        for reason in decoded.left:
            self._say(way, reason)
        while not self._take(decoded, retained):
            if self._stopping.wait(ROOM_S):
                return ENDING
        return None

    def _refuse(self, way: Way, reason: Reason) -> Reason:
        code = reason.code if reason.code in way.refused or len(way.refused) < MOST_CODES else "other"
        way.refused[code] += 1
        self._say(way, reason)
        return reason

    def _say(self, way: Way, reason: Reason) -> None:
        """Each kind now and then: a device repeats itself for years."""
        now = self._clock.monotonic()
        if now - way.said.get(reason.code, float("-inf")) < AGAIN_S:
            return
        way.said[reason.code] = now
        if len(way.said) > MOST_CODES:
            del way.said[min(way.said, key=way.said.__getitem__)]
        log.info("way in %s: %s (%s)", way.id, reason.text, reason.code)
