"""Runs examinations: side by side where they wait, alone where they measure; each within its time."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from broker.saying import said
from broker.settings import kinds
from edge import doctor
from edge.diagnosis import examinations as told
from edge.diagnosis.sign import Finding, State, worst
from edge.examining.case import Case, Examination

UNEXAMINED = frozenset({told.BROKE.code, told.LATE.code})


@dataclass(frozen=True, slots=True)
class Examined:
    """One examination that is over."""

    name: str
    title: str
    seconds: float
    findings: tuple[Finding, ...]

    @property
    def state(self) -> State:
        """The worst that it found."""
        return worst(self.findings)

    @property
    def whole(self) -> bool:
        """Whether it came to its end."""
        return not any(finding.code in UNEXAMINED for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told how far it is."""

    begun: Callable[[str, str], None]
    over: Callable[[Examined], None]


def examinations() -> dict[str, Examination]:
    """All that there are, by name."""
    return {name: cast(Examination, module) for name, module in kinds(doctor)}


def examined(case: Case, chosen: Sequence[str], tell: Told) -> list[Examined]:
    """The chosen ones, in the order of their names. Without a configuration, those of the box alone."""
    known = examinations()
    there = {
        name: known[name] for name in sorted(chosen) if case.configuration is not None or known[name].BOX
    }
    together = [name for name, one in there.items() if not one.ALONE]
    found = _together(case, {name: there[name] for name in together}, tell)
    for name, one in there.items():
        if one.ALONE:
            found |= _together(case, {name: one}, tell)
    return [found[name] for name in there]


def _together(case: Case, some: dict[str, Examination], tell: Told) -> dict[str, Examined]:
    """All of them at once, each on a thread of its own; one that hangs is left behind."""
    running = {name: _Run(name, one, case) for name, one in some.items()}
    for name, run in running.items():
        tell.begun(name, run.title)
        run.start()
    found: dict[str, Examined] = {}
    while len(found) < len(running):
        for name, run in running.items():
            if name not in found and (one := run.result()) is not None:
                found[name] = one
                tell.over(one)
        time.sleep(0.02)
    return found


class _Run:
    """One examination on its thread."""

    def __init__(self, name: str, one: Examination, case: Case) -> None:
        self.title = one.TITLE
        self._name, self._one, self._case = name, one, case
        self._began = time.monotonic()
        self._findings: tuple[Finding, ...] | None = None
        self._thread = threading.Thread(target=self._work, name=f"doctor {name}", daemon=True)
        self._limit = one.limit_s(case)

    def start(self) -> None:
        """Begin."""
        self._began = time.monotonic()
        self._thread.start()

    def _work(self) -> None:
        try:
            self._findings = tuple(self._one.examine(self._case))
        except Exception as error:  # whatever it is, the others go on
            # The text of a foreign exception may hold anything, an address with a password among them.
            self._findings = (told.BROKE.at(said(self.title), _where(error), name=self._name),)

    def result(self) -> Examined | None:
        """What it found, once it is over or too late."""
        seconds = time.monotonic() - self._began
        findings = self._findings
        if findings is None:
            if seconds <= self._limit:
                return None
            seen = said("not done within {limit:.0f} s", limit=self._limit)
            findings = (told.LATE.at(said(self.title), seen, name=self._name),)
        return Examined(self._name, self.title, round(seconds, 2), findings)


def _where(error: BaseException) -> str:
    """The kind of an error, and the line of ours in which it happened."""
    at, trace = None, error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/edge/" in code.co_filename:
            at = f"{code.co_filename.rpartition('/edge/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    kind = type(error).__name__
    return said("it broke: {kind} in {at}", kind=kind, at=at) if at else said("it broke: {kind}", kind=kind)


def unexamined(found: Iterable[Examined]) -> list[str]:
    """Names of those that did not come to their end."""
    return [one.name for one in found if not one.whole]
