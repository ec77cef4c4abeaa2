"""What goes out: targets that are sent tickets, and channels that are told what happens. One of each."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from broker.codes import named as kinds_named
from central.casework.machine import OPEN
from central.clock.worktime import WorkCalendar
from central.export_settings import export_of
from central.exported import Telling
from central.hearing import hear, subject_of
from central.notices import digests
from central.notices.digests import Decision, Manner, Note, Window
from central.notices.filters import Filter
from central.notices.retries import Outcome
from central.notices.rules import Rule, channel_of, told
from central.notices.wording import Namer, line_of, message_of
from central.notifier import Notifier
from central.store.exporting import Delivery, Place, Portion, Step
from central.terms import Ground

# What others are told of a ticket; the rest of its log is of no weight outside.
CHANGES = frozenset(
    {"opened", "reopened", "cleared", "moved", "merged", "acted", "urged", "supervised", "folded", "recurs"}
    | {"inhibited", "freed"}
)
CHANNEL = "notify/"


class Outlet(Protocol):
    """One target or channel. name: its own for ever; it is how the database knows how far it is."""

    name: str

    def step(self, place: Place, portion: Portion, now: datetime, sent: Sequence[float]) -> Step:
        """What these lines come to. sent: when it was sent something in the last hour."""

    def send(self, body: Mapping[str, Any], id: str, at: float) -> Outcome:  # noqa: A002
        """Send a delivery once."""

    def close(self) -> None:
        """Hang up."""


class Target:
    """Is sent tickets."""

    def __init__(self, name: str, export: Any, of: Filter, telling: Telling) -> None:
        self.name = name
        self.export = export
        self.of = of
        self._telling = telling

    def step(self, place: Place, portion: Portion, now: datetime, sent: Sequence[float]) -> Step:  # noqa: ARG002
        """One delivery for all lines of a ticket; one more when it is for the target no longer."""
        found: dict[int, list[Any]] = {}
        for line in portion.lines:
            if line.effect in CHANGES and line.ticket in portion.tickets:
                found.setdefault(line.ticket, []).append(line)
        rows = {number: portion.tickets[number] for number in found}
        mine = {number for number, row in rows.items() if self.of.why_not(subject_of(row)) is None}
        left = set(portion.told) & rows.keys() - mine
        made = [self.made(rows[n], lines, left=n in left) for n, lines in found.items() if n in mine | left]
        still = {number for number in mine if rows[number].state in OPEN}
        return Step(_last(place, portion), None, made, still, set(portion.told) & rows.keys() - still)

    def made(self, row: Any, lines: Sequence[Any], *, left: bool = False) -> Delivery:
        """What it is sent of these lines of one ticket's log. left: the ticket is for it no more."""
        seq, body = lines[-1].seq, self.export.body(row, lines, self._telling, left=left)
        return Delivery(_id(self.name, row.id, seq), str(row.number), row.number, seq, body)

    def send(self, body: Mapping[str, Any], id: str, at: float) -> Outcome:  # noqa: A002
        """Send a delivery once."""
        outcome: Outcome = self.export.send(body, id, at)
        return outcome

    def close(self) -> None:
        """Hang up."""
        self.export.close()


@dataclass(frozen=True, slots=True)
class Notices:
    """What all channels go by. filters: of each channel, by its name."""

    rules: Sequence[Rule]
    filters: Mapping[str, Filter]
    namer: Namer
    calendar: WorkCalendar
    base: str


class Channel:
    """Is told what happens, many things in one message."""

    def __init__(self, channel: str, notifier: Notifier, manner: Manner, notices: Notices) -> None:
        self.name = CHANNEL + channel
        self.channel = channel
        self.manner = manner
        self.notices = notices
        self._notifier = notifier

    def step(self, place: Place, portion: Portion, now: datetime, sent: Sequence[float]) -> Step:
        """Gather what it is told, and send it when its time has come."""
        notes = [note for line in portion.lines if (note := self.note(line, portion)) is not None]
        at, seq = now.timestamp(), _last(place, portion)
        window = digests.read(place.gathers) if place.gathers else None
        window = digests.gathered(window, notes, self.manner.lines, at)
        if window is None:
            return Step(seq, None)
        if not self.decide(window, at, sent).send:
            return Step(seq, digests.written(window))
        return Step(seq, None, [self.delivery(window, seq)])

    def decide(self, window: Window, at: float, sent: Sequence[float]) -> Decision:
        """Whether what is gathered is sent now, and why."""
        return digests.decide(window, at, self.manner, self.notices.calendar, sent)

    def note(self, line: Any, portion: Portion) -> Note | None:
        """What it is told of a line; None: nothing."""
        heard = hear(line, portion.tickets)
        found = told(heard, self.notices.rules, self.notices.filters)[self.channel]
        if found.happening is None or heard.subject is None:
            return None
        text = line_of(heard, found.happening, self.notices.namer)
        return Note(line.seq, line.at.timestamp(), found.happening, text, heard.subject.severity == "high")

    def delivery(self, window: Window, seq: int) -> Delivery:
        """One message for all of it."""
        message = message_of(window, self.notices.namer.language, self.notices.base)
        body = {"title": message.title, "text": message.text, "urgent": window.urgent}
        return Delivery(_id(self.name, "", window.first), "", None, seq, body)

    def send(self, body: Mapping[str, Any], id: str, at: float) -> Outcome:  # noqa: A002, ARG002
        """Send a message once."""
        return self._notifier.send(body)

    def close(self) -> None:
        """Nothing is open."""


def outlets_of(ground: Ground) -> list[Target | Channel]:
    """All that are configured, by their names."""
    return [*_targets(ground), *_channels(ground)]


def _targets(ground: Ground) -> list[Target]:
    settings, base = ground.settings.exports, _base(ground)
    return [
        Target(
            name,
            export_of(each, settings.networks),
            each.filter(),
            Telling(ground.work.profile, base, pictures=each.pictures, words=each.words),
        )
        for name, each in settings.targets.items()
    ]


def _channels(ground: Ground) -> list[Channel]:
    settings, inside = ground.settings.notify, ground.settings.exports.networks
    departments = ground.settings.routing.departments
    own = {channel_of(name): each.notify_file for name, each in departments.items() if each.notify_file}
    filters = {name: each.filter() for name, each in settings.channels.items()} | dict.fromkeys(own, Filter())
    calendar = ground.clockwork.rules.calendar
    notices = Notices(settings.table(), filters, namer_of(ground), calendar, _base(ground))
    named = [
        Channel(name, Notifier(each.url_file, inside), settings.manner(each), notices)
        for name, each in settings.channels.items()
    ]
    usual = settings.manner()
    return named + [
        Channel(name, Notifier(path, inside), usual, notices) for name, path in own.items() if path
    ]


def namer_of(ground: Ground) -> Namer:
    """How things are called in the language of the messages."""
    language = ground.settings.notify.language
    departments = ground.settings.routing.departments

    def kind(word: str) -> str:
        found = kinds_named().get(word)
        return word.replace("_", " ") if found is None else found.zh if language == "zh" else found.en

    def department(name: str) -> str:
        found = departments.get(name)
        return name if found is None else found.zh if language == "zh" else found.en

    def told(at: float) -> str:
        return f"{ground.clockwork.rules.calendar.local(at):%Y-%m-%d %H:%M}"

    return Namer(language, kind, department, told)


def _base(ground: Ground) -> str:
    return (ground.settings.people.public_url or "").rstrip("/")


def _last(place: Place, portion: Portion) -> int:
    return portion.lines[-1].seq if portion.lines else place.seq


def _id(target: str, ticket: str, seq: int) -> str:
    """The same whenever the same is told to the same."""
    return f"msg_{hashlib.sha256(f'{target} {ticket} {seq}'.encode()).hexdigest()[:32]}"
