"""Parts that break the promise on purpose: a drill that cannot fail would prove nothing."""

import hashlib
import itertools
import time
from collections.abc import Callable
from typing import Any, Literal

from broker.events import parse
from broker.fields import utc
from broker.link import Delivery, Link
from broker.messages import Receipt, Receipts
from broker.topics import TABLE, Address, Channel
from broker.topics import parse as place_of
from edge.outbox import Outbox

Part = Literal["sender", "centre"]
EVERY = 25


def forgets_before_the_receipt() -> None:
    """A sender that takes the broker's word for the centre's."""
    opened: list[Outbox] = []
    open_it, publish = Outbox.open, Link.publish

    def open_and_note(outbox: Outbox, now: float, token: str) -> None:
        open_it(outbox, now, token)
        opened.append(outbox)

    def publish_and_forget(link: Link, topic: str, body: bytes, channel: Channel) -> bool:
        taken = publish(link, topic, body, channel)
        if taken and channel.name == "event":
            opened[-1].receive([_committed(body)], time.time())
        return taken

    for owner, name, instead in ((Outbox, "open", open_and_note), (Link, "publish", publish_and_forget)):
        setattr(owner, name, instead)


def answers_before_it_commits() -> None:
    """A centre that answers, and of every few events has lost one before its commit."""
    made = Link.__init__

    def make(
        link: Link, *words: Any, on_message: Callable[[Delivery], None] | None = None, **more: Any
    ) -> None:
        count = itertools.count(1)

        def hear(delivery: Delivery) -> None:
            assert on_message is not None
            address, channel = place_of(delivery.topic)
            if channel == "event" and next(count) % EVERY == 0 and _answer(link, address, delivery.body):
                delivery.ack()
            else:
                on_message(delivery)

        made(link, *words, on_message=hear if on_message else None, **more)

    setattr(Link, "__init__", make)  # noqa: B010 - a type checker rightly refuses it said plainly


def _answer(link: Link, address: Address, body: bytes) -> bool:
    try:
        words = Receipts(at=utc(time.time()), receipts=[_committed(body)])
    except ValueError:  # poison
        return False
    return link.publish(address.topic("receipt"), words.encode(), TABLE["receipt"])


def _committed(body: bytes) -> Receipt:
    return Receipt(id=parse(body).id, status="committed", sha256=hashlib.sha256(body).hexdigest())


BREAKS: dict[str, tuple[Part, Callable[[], None]]] = {
    "forgetful_sender": ("sender", forgets_before_the_receipt),
    "hasty_centre": ("centre", answers_before_it_commits),
}


def code(name: str | None, part: Part) -> str:
    """What to run in a process of this part before it begins."""
    if name is None or BREAKS[name][0] != part:
        return ""
    function = BREAKS[name][1].__name__
    return f"from tests.drill.broken import {function}\n{function}()\n"
