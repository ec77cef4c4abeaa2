"""Trials and ladders as lines that people read. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from broker.asks import Candidate, Stretch, Supposed
from edge.trial.backtest import Result
from edge.trial.draft import NOW
from edge.trial.why import Explained

MARKS: Final = {"passed": "+", "stopped": "x", "waiting": "~", "not_reached": " "}


def trial(result: Result) -> list[str]:
    """One line a variant, then its situations beside what runs now."""
    done = result.trial
    ratio = done.film_s / max(done.seconds, 1e-3)
    lines = [
        f"{done.looks} looks, {_long(done.film_s)}, in {done.seconds:.1f} s ({ratio:,.0f} times real time)"
    ]
    for tried in done.tried:
        kinds = ", ".join(f"{count} {kind}" for kind, count in tried.by_kind.items()) or "nothing"
        lines.append(f"{tried.variant}: {tried.situations} situations ({kinds})")
        lines += [f"  note: {reason.text}" for reason in tried.warnings]
    known = {one.situation for one in result.situations if one.variant == NOW}
    for tried in done.tried:
        mine = [one for one in result.situations if one.variant == tried.variant]
        lines += ["", f"{tried.variant}:", *(_situation(one, known) for one in mine)]
        if tried.variant != NOW:
            lines += [f"  gone: {name}" for name in sorted(known - {one.same for one in mine})]
    return [*lines, *_stretches(done.stretches)]


def _situation(one: Supposed, known: set[str]) -> str:
    until = _time(one.cleared) if one.cleared else "goes on"
    mark = "new" if one.variant != NOW and one.same not in known else ""
    what = f"{one.kind} at {one.zone} ({one.label or 'thing'})"
    why = "; ".join(reason.text for reason in one.reasons[:2])
    return f"  {_time(one.opened)} to {until:19} {mark:4}{what} {one.situation}: {why}"


def why(result: Explained) -> list[str]:
    """A block a candidate: its gates in their order, as far as it came."""
    lines = [line for one in result.candidates for line in _candidate(one)]
    if not lines:
        lines = ["nothing stood there that the camera knew of"]
    if result.left_out:
        lines += ["", f"{result.left_out} more are left out"]
    return [*lines, *_stretches(result.stretches)]


def _candidate(one: Candidate) -> Iterator[str]:
    where = f"zone {one.zone}, rule {one.rule}" if one.zone else "in no zone"
    yield f"{one.label} {one.place}, {_time(one.since)} to {_time(one.until)}, {where}: {one.outcome}"
    for gate in one.gates:
        yield f"  {MARKS[gate.state]} {gate.gate:12} {gate.reason.text}"


def _stretches(stretches: Sequence[Stretch]) -> list[str]:
    lines = [f"  {_time(one.since)} to {_time(one.until)}: {one.reason.text}" for one in stretches]
    return ["", "not as usual:", *lines] if lines else []


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _long(seconds: float) -> str:
    return f"{seconds / 86400:.1f} days" if seconds >= 86400 else f"{seconds / 3600:.1f} hours"
