"""Where messages of devices come in: a thread for each way, which decodes, hands on and counts the rest."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from broker.events import Reason
from edge import decoders, intakes
from edge.decoding import Decoded, Decoder, DecoderSettings, NotDecoded
from edge.frames import SourceClock, Trouble
from edge.taking import Intake, IntakeSettings, Message

log = logging.getLogger(__name__)

AGAIN_S = 600.0  # one kind of refusal is said at most so often
MOST_CODES = 64  # kinds of refusal that are told apart
ROOM_S = 0.05
JOIN_S = 10.0

Take = Callable[[Decoded], bool]


@dataclass(slots=True)
class Way:
    """One intake at work. said: when each kind of refusal was last logged, in monotonic seconds."""

    id: str
    intake: Intake
    decoder: Decoder
    trouble: str | None = "not heard of yet"
    messages: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    said: dict[str, float] = field(default_factory=dict)


def decoder_of(settings: DecoderSettings) -> Decoder:
    """The decoder that these settings are for."""
    made: Decoder = import_module(f"{decoders.__name__}.{settings.kind}").build(settings)
    return made


def intake_of(settings: IntakeSettings, clock: SourceClock) -> Intake:
    """The intake that these settings are for."""
    made: Intake = import_module(f"{intakes.__name__}.{settings.kind}").build(settings, clock)
    return made


def ways_of(configured: Sequence[Any], clock: SourceClock) -> list[Way]:
    """The ways in that these settings are for."""
    return [Way(each.id, intake_of(each, clock), decoder_of(each.decoder)) for each in configured]


class Reception:
    """`start`, then `stop`. take: called from any thread; False: there is no room yet.

    heard: told of every trouble of a way in, in its order among the messages.
    """

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
            threading.Thread(target=self._run, args=(way,), name=f"intake-{way.id}", daemon=True)
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
            way.intake.close()
        until = time.monotonic() + JOIN_S
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))

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
        for item in way.intake.messages():
            if isinstance(item, Trouble):
                self._heard(way, item)
            else:
                self._read(way, item)

    def _heard(self, way: Way, trouble: Trouble) -> None:
        up = trouble.state == "recovered"
        way.trouble = None if up else trouble.what
        log.log(logging.INFO if up else logging.WARNING, "intake %s: %s", way.id, trouble.what)
        if self._told is not None:
            self._told(trouble)

    def _read(self, way: Way, message: Message) -> None:
        way.trouble = None
        way.messages += 1
        try:
            decoded = way.decoder.decode(message.topic, message.body)
        except NotDecoded as error:
            self._refuse(way, error.reason)
            return
        except Exception:  # one message must not end the way in of all others
            log.exception("intake %s: a message could not be read", way.id)
            self._refuse(way, Reason(code="fault", text="a fault of ours; the log says more"))
            return
        for reason in decoded.left:
            self._say(way, reason)
        while not self._take(decoded) and not self._stopping.wait(ROOM_S):
            pass

    def _refuse(self, way: Way, reason: Reason) -> None:
        code = reason.code if reason.code in way.refused or len(way.refused) < MOST_CODES else "other"
        way.refused[code] += 1
        self._say(way, reason)

    def _say(self, way: Way, reason: Reason) -> None:
        """Each kind now and then: a device repeats itself for years."""
        now = self._clock.monotonic()
        if now - way.said.get(reason.code, float("-inf")) < AGAIN_S:
            return
        way.said[reason.code] = now
        if len(way.said) > MOST_CODES:
            del way.said[min(way.said, key=way.said.__getitem__)]
        log.info("intake %s: %s (%s)", way.id, reason.text, reason.code)
