"""`gewu-central due`: when something would be due, and why then."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timezone

from broker.fields import rfc3339, utc
from central.clock.courses import Rules
from central.clock.deadlines import Deadline, begun, deadline, spoken
from central.clock.limits import STAGES, Chosen, Limit, Matter, Severity, matter_of
from central.clock.worktime import Span
from central.settings import CentralSettings

HELP = "when something would be due: the limit and why it counts, each working span, and the timers"
SEVERITIES: tuple[Severity, ...] = ("low", "normal", "high")
MOST_SPANS = 40


def arguments(command: argparse.ArgumentParser) -> None:
    """What it is about."""
    command.add_argument("kind", metavar="KIND", help="such as exposed_garbage")
    command.add_argument("--code", help="the kind's number (that of the table of kinds)")
    command.add_argument("--severity", choices=SEVERITIES, default="normal")
    command.add_argument("--stage", choices=STAGES, default="handle")
    command.add_argument("--at", type=_instant, metavar="TIME", help="when the stage begins (now)")
    command.add_argument("--json", action="store_true", help="one JSON object")


def _instant(text: str) -> datetime:
    """A time with its zone, or one by the place's clock."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        expected = "2026-10-01T09:00 or 2026-10-01T09:00+08:00 is expected"
        raise argparse.ArgumentTypeError(expected) from None


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print it; 1 when it is never due."""
    rules = settings.clock.rules()
    begins = asked.at or datetime.now(timezone.utc)
    at = begins.replace(tzinfo=begins.tzinfo or rules.calendar.zone).timestamp()
    matter = matter_of(asked.kind, asked.severity, asked.code)
    chosen = rules.limits.of(asked.stage, matter)
    found = deadline(begun(asked.stage, chosen.limit, at), rules.calendar, rules.escalation)
    if asked.json:
        print(json.dumps(_object(matter, asked.stage, at, chosen, found, rules), ensure_ascii=False))
    else:
        print("\n".join(_lines(matter, asked.stage, at, chosen, found, rules)))
    if found.reason.code == "never_due":
        print(f"gewu-central: due: {found.reason.text}", file=sys.stderr)
    return int(found.reason.code == "never_due")


def counted(limit: Limit, at: float, due: float, rules: Rules) -> list[Span]:
    """The spans that a limit is made of."""
    return list(rules.calendar.spans(at, due)) if limit.working else [(at, due)]


def _lines(
    matter: Matter, stage: str, at: float, chosen: Chosen, found: Deadline, rules: Rules
) -> Iterator[str]:
    told = rules.calendar.told
    yield f"what     {matter.kind} ({matter.code or 'no code'}), severity {matter.severity}, stage {stage}"
    yield f"limit    {chosen.reason.text}"
    day = rules.calendar.days.day(rules.calendar.date_of(at))
    yield f"begins   {told(at)} in {rules.calendar.zone}, a {day.kind} {day.name}".rstrip()
    if found.due is None or chosen.limit is None:
        return
    spans = counted(chosen.limit, at, found.due, rules)
    for n, (begins, ends) in enumerate(spans[:MOST_SPANS]):
        word = "counted" if n == 0 else ""
        yield f"{word:<7}  {_span(begins, ends, rules)}  {spoken(ends - begins, chosen.limit)}"
    if len(spans) > MOST_SPANS:
        yield f"         and {len(spans) - MOST_SPANS} spans more"
    yield f"due      {told(found.due)}"
    for alarm in found.alarms:
        named = rules.escalation.named(alarm.kind)
        does = "" if named is None else f"{named.step.at:.0%}: {named.step.told}"
        yield f"timer    {told(alarm.at)}  {alarm.kind:<16}  {does}"
    if found.note is not None:
        yield f"note     {found.note.text}"


def _span(begins: float, ends: float, rules: Rules) -> str:
    since, until = rules.calendar.local(begins), rules.calendar.local(ends)
    of_one_day = since.date() == until.date()
    return f"{since:%a %Y-%m-%d %H:%M} to {until:{'%H:%M' if of_one_day else '%a %Y-%m-%d %H:%M'}}"


def _object(
    matter: Matter, stage: str, at: float, chosen: Chosen, found: Deadline, rules: Rules
) -> dict[str, object]:
    spans = []
    if found.due is not None and chosen.limit is not None:
        spans = counted(chosen.limit, at, found.due, rules)
    return {
        **asdict(matter),
        "stage": stage,
        "limit": None if chosen.limit is None else str(chosen.limit),
        "why": chosen.reason.text,
        "begins": _written(at),
        "counted": [[_written(begins), _written(ends)] for begins, ends in spans],
        "due": None if found.due is None else _written(found.due),
        "timers": [{"kind": alarm.kind, "at": _written(alarm.at)} for alarm in found.alarms],
        "note": None if found.note is None else found.note.text,
    }


def _written(at: float) -> str:
    return rfc3339(utc(at))
