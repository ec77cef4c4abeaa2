"""How targets and channels fare, what they would be sent, and why they were or were not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from broker.events import Reason
from broker.fields import rfc3339
from central.calling import Request
from central.casework.facts import label
from central.hearing import hear, subject_of
from central.notices import digests
from central.notices.retries import Outcome
from central.notices.rules import told
from central.outlets import CHANGES, Channel, Target, outlets_of
from central.settings import CentralSettings
from central.store import deliveries, exporting
from central.store.database import Store
from central.store.exporting import Place, Portion
from central.store.queries import newest_change, number_of
from central.terms import ground_of

MOST_LINES = 200
SECRETS = frozenset({"x-auth-token", "authorization"})


class Unknown(Exception):
    """There is no such target or ticket; the words say what there is."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What would be sent. why_not: why it would not be, by itself."""

    shown: str
    why_not: Reason | None
    send: Callable[[], Outcome]
    close: Callable[[], None]


def standings(settings: CentralSettings, store: Store, now: datetime) -> Iterator[dict[str, Any]]:
    """How each target fares, those among them that are configured no more. Raises StoreAway."""
    outlets = {each.name: each for each in outlets_of(ground_of(settings, store))}
    places, counts, newest = exporting.places(store), deliveries.counts(store), newest_change(store)
    for name in sorted({*outlets, *places, *counts}):
        place, of = places.get(name), counts.get(name, {})
        said: dict[str, Any] = {"target": name}
        said |= {state: of.get(state, 0) for state in ("waiting", "given_up", "sent")}
        said["behind"] = newest - place.seq if place is not None else 0
        said["gathers"] = _gathers(store, outlets.get(name), place, now)
        yield said | {"note": _note(settings, name, place, known=name in outlets)}


def trial(settings: CentralSettings, store: Store, name: str, ticket: str, now: datetime) -> Trial:
    """What a target would be sent of a ticket now. Raises Unknown, StoreAway."""
    outlets = {each.name: each for each in outlets_of(ground_of(settings, store))}
    if name not in outlets:
        raise Unknown(f"there is no target {name}; those are {', '.join(outlets) or 'none'}")
    outlet, about = outlets[name], _about(store, ticket)
    if isinstance(outlet, Channel):
        return _message(outlet, about, now)
    lines = [line for line in about.lines if line.effect in CHANGES]
    return _export(outlet, about.tickets[about.number], lines, now)


def explained(settings: CentralSettings, store: Store, ticket: str) -> Iterator[str]:
    """What each target was sent of a ticket, and why not. Raises Unknown, StoreAway."""
    about = _about(store, ticket)
    outlets = outlets_of(ground_of(settings, store))
    sent = deliveries.of_ticket(store, about.number)
    yield f"{label(about.number)}, by the rules of now"
    for outlet in outlets:
        if isinstance(outlet, Target):
            yield from _explained_target(outlet, about, [row for row in sent if row.target == outlet.name])
        else:
            yield from _explained_channel(store, outlet, about)
    if not outlets:
        yield "no target and no channel is configured"


@dataclass(frozen=True, slots=True)
class _About(Portion):
    number: int = 0


def _about(store: Store, ticket: str) -> _About:
    number = number_of(store, ticket)
    if number is None:
        raise Unknown(f"there is no ticket {ticket[:80]}")
    found = exporting.lines_about(store, number, most=MOST_LINES)
    return _About(found.lines, found.tickets, number=number)


def _gathers(store: Store, outlet: Target | Channel | None, place: Place | None, now: datetime) -> str:
    if not isinstance(outlet, Channel) or place is None or not place.gathers:
        return ""
    window = digests.read(place.gathers)
    sent = exporting.sent_since(store, place.name, now - timedelta(hours=1))
    decision = outlet.decide(window, now.timestamp(), sent)
    return f"{window.total} gathered: {decision.reason.code}, {decision.reason.text}"


def _note(settings: CentralSettings, name: str, place: Place | None, *, known: bool) -> str:
    if not known:
        return f"is configured no more; drop --target {name} forgets it"
    if place is None:
        return "begins with the next start"
    if place.stopped is not None:
        return f"stopped: {place.stopped.text}"
    if place.waiting >= settings.exports.waiting:
        return f"reads no further until fewer than {settings.exports.waiting} wait; nothing is lost"
    return ""


def _export(target: Target, row: Any, lines: Sequence[Any], now: datetime) -> Trial:
    at, made = now.timestamp(), target.made(row, lines)
    named = f"try_{int(at)}_{row.number}"  # its own id would tell a receiver that it has it
    why_not = target.of.why_not(subject_of(row))
    try:
        shown = _shown(target.export.request(made.body, named, at))
    except (OSError, ValueError) as error:
        shown = f"# cannot be made: {getattr(error, 'strerror', None) or error}"
    return Trial(shown, why_not, lambda: target.send(made.body, named, at), target.close)


def _message(channel: Channel, about: _About, now: datetime) -> Trial:
    notes = [note for line in about.lines if (note := channel.note(line, about)) is not None]
    window = digests.gathered(None, notes, channel.manner.lines, now.timestamp())
    why_not = None
    if window is None:
        why_not = Reason(code="nothing", text="no rule sends anything of this ticket here")
        window = digests.Window(now.timestamp(), 0, {}, lines=(label(about.number),))
    body = channel.delivery(window, 0).body
    return Trial(
        f"{body['title']}\n{body['text']}", why_not, lambda: channel.send(body, "", 0), channel.close
    )


def _shown(request: Request) -> str:
    headers = [f"{k}: {'***' if k.lower() in SECRETS else v}" for k, v in request.headers.items()]
    return "\n".join([f"POST {request.url}", *headers, "", request.content.decode()])


def _explained_target(target: Target, about: _About, sent: Sequence[Any]) -> Iterator[str]:
    why_not = target.of.why_not(subject_of(about.tickets[about.number]))
    yield f"{target.name}: " + (f"not sent: {why_not.text}" if why_not else "sent with every change")
    for row in sent:
        yield f"  {_fate(row)}"


def _explained_channel(store: Store, channel: Channel, about: _About) -> Iterator[str]:
    yield f"{channel.name}:"
    for line in about.lines:
        heard = hear(line, about.tickets)
        found = told(heard, channel.notices.rules, channel.notices.filters)[channel.channel]
        what = line.action or line.effect
        if found.happening is None:
            yield f"  {line.seq} {what}: not told: {found.reason.code}, {found.reason.text}"
        else:
            fate = _told_in(store, channel, line)
            yield f"  {line.seq} {what}: told as {found.happening}: {found.reason.text}; {fate}"


def _told_in(store: Store, channel: Channel, line: Any) -> str:
    row = deliveries.first_from(store, channel.name, line.seq)
    return "gathered, or heard before the channel was there" if row is None else _fate(row)


def _fate(row: Any) -> str:
    words = f": {Reason(**row.reason).text}" if row.reason else ""
    return f"delivery {row.number} {row.state}, made {rfc3339(row.made)}, {row.tries} tries{words}"
