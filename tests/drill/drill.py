"""Runs a drill: events flow, faults hit them, everything may settle, and the judge looks."""

import logging
import shutil
import sqlite3
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.drill.faults import hit, possible
from tests.drill.judge import Verdict, judge
from tests.drill.plan import Fault, plan
from tests.drill.world import Asked, World, world

log = logging.getLogger("drill")

AT_ONCE = 4  # faults that last at the same time
TICK_S, LOOK_S, PROGRESS_S, INSIST_S = 0.05, 0.25, 5.0, 3.0
SETTLE_S, SETTLE_EVENT_S = 90.0, 0.01  # the bound of the settling time, and more of it for each event
START_S = 60.0
TOLD_S = 5.0  # a stall that is worth a line
POISON = 0.01  # of the events


@dataclass
class Stall:
    """A time without a new event in the inbox while some waited, what hit last in it, and how many did."""

    seconds: float = 0.0
    at: str = ""
    faults: int = 0


@dataclass
class Flow:
    """How events come through."""

    taken: int = 0
    longest: Stall = field(default_factory=Stall)
    moved: float = field(default_factory=time.monotonic)
    hits: int = 0  # at that time

    def see(self, now: float, taken: int | None, waiting: int, hits: int, doing: str) -> float:
        """One look; returns how long a stall lasted that is over now. `taken` None: no answer."""
        stall = Stall(now - self.moved, doing, hits - self.hits)
        if stall.seconds > self.longest.seconds:
            self.longest = stall
        over = waiting == 0 or (taken is not None and taken > self.taken)
        self.taken = taken if taken is not None else self.taken
        if over:
            self.moved, self.hits = now, hits
        return stall.seconds if over else 0.0


@dataclass
class Report:
    """What a drill came to."""

    asked: Asked
    verdict: Verdict
    faults_by_kind: dict[str, int]
    left_out: dict[str, str]
    poison_sent: int
    stall: Stall
    own_ends: dict[str, int]
    troubles: list[str]
    seconds: float
    settle_s: float

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        unbound = self.asked.bound >= self.asked.events
        return self.verdict.good and not self.troubles and not (unbound and self.verdict.given_up)

    def figures(self) -> dict[str, Any]:
        """As one JSON object."""
        verdict = asdict(self.verdict)
        return {
            "faults": sum(self.faults_by_kind.values()),
            "events": verdict.pop("committed"),
            **{name: value for name, value in verdict.items() if name != "wrong"},
            "poison_sent": self.poison_sent,
            "longest_stall_s": round(self.stall.seconds, 1),
            "longest_stall_at": self.stall.at,
            "longest_stall_faults": self.stall.faults,
            "faults_by_kind": self.faults_by_kind,
            "left_out": self.left_out,
            "own_ends": self.own_ends,
            "troubles": self.troubles,
            "wrong": self.verdict.wrong,
            **{name: value for name, value in asdict(self.asked).items() if name not in ("faults", "events")},
            "seconds": round(self.seconds, 1),
            "settle_s": round(self.settle_s, 1),
            "events_per_s": round(self.verdict.committed / self.seconds, 1),
        }


def run(asked: Asked, folder: Path) -> Report:
    """One drill in this folder. What lay on small disks is copied into it when something is wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    with world(asked, folder) as made:
        report = Drill(asked, made).run()
        if not report.good:
            for disk in {seat.disk for seat in made.seats if seat.disk}:
                shutil.copytree(disk, disk.with_name(f"{disk.name}-kept"))
        return report


class Drill:
    """One run over a world that stands."""

    def __init__(self, asked: Asked, made: World) -> None:
        self.asked = asked
        self.world = made
        self.flow = Flow()
        self.hits: Counter[str] = Counter()
        self.troubles: list[str] = []
        self.now_hitting: dict[int, str] = {}
        self._begun = 0  # faults
        self._began = time.monotonic()
        self._looked = self._told = self._began
        self._insisted = float("-inf")

    def run(self) -> Report:
        """All of it."""
        self._under_way()
        self._faults()
        settled = time.monotonic()
        self._settle()
        settle_s = time.monotonic() - settled
        self._stop()
        poison = set(self.world.wire.poison)
        parts = [seat.part for seat in self.world.senders if seat.part]
        verdict = judge(self.world.books, parts, poison)
        ends = Counter(f"{seat.child.name} {code}" for seat in self.world.seats for code in seat.child.deaths)
        return Report(
            asked=self.asked,
            verdict=verdict,
            faults_by_kind=dict(sorted(self.hits.items())),
            left_out=self.world.left_out,
            poison_sent=len(poison),
            stall=self.flow.longest,
            own_ends=dict(sorted(ends.items())),
            troubles=self.troubles,
            seconds=time.monotonic() - self._began,
            settle_s=settle_s,
        )

    def _under_way(self) -> None:
        """Faults hit something that works: wait for the first events to come through."""
        deadline = time.monotonic() + START_S
        while self.flow.taken == 0:
            left = deadline - time.monotonic()
            self.world.order(self.asked.senders * (1 + int(START_S - left)))
            self._look("start")
            if left < 0:
                raise RuntimeError(f"nothing comes through; see the logs in {self.world.folder}")
            time.sleep(TICK_S)
        self._began = self.flow.moved = time.monotonic()
        self.flow.longest = Stall()

    def _faults(self) -> None:
        faults = plan(self.asked.seed, self.asked.faults, possible(self.world), self.asked.spacing_s)
        whole = sum(fault.after_s for fault in faults)
        passed = 0.0
        with ThreadPoolExecutor(AT_ONCE) as hands:
            running: set[Future[None]] = set()
            for fault in faults:
                until = time.monotonic() + fault.after_s
                while (now := time.monotonic()) < until or len(running) >= AT_ONCE:
                    running = {each for each in running if not each.done()}
                    self._flow((passed + fault.after_s - max(0.0, until - now)) / whole)
                    time.sleep(TICK_S)
                passed += fault.after_s
                running.add(hands.submit(self._hit, fault))

    def _hit(self, fault: Fault) -> None:
        self.now_hitting[fault.number] = fault.kind
        self._begun = max(self._begun, fault.number + 1)
        self._note(f"{fault.number} begins: {fault}")
        try:
            hit(self.world, fault)
            self.hits[fault.kind] += 1
        except Exception as error:
            log.exception("%s", fault)
            self.troubles.append(f"{fault.kind}: {error}")
        finally:
            del self.now_hitting[fault.number]
            self._note(f"{fault.number} is over")

    def _note(self, text: str) -> None:
        with (self.world.folder / "faults.log").open("a") as file:
            file.write(f"{time.strftime('%H:%M:%S')} {time.monotonic() - self._began:7.2f} {text}\n")

    def _flow(self, share: float) -> None:
        """Let as many events come as belong to this moment; poison with them."""
        target = int(self.asked.events * share)
        self.world.order(target)
        self.world.wire.poisoned(int(target * POISON))
        self._look(", ".join(sorted(self.now_hitting.values())) or "between faults")

    def _look(self, doing: str) -> None:
        self.world.tend()
        now = time.monotonic()
        if now - self._looked < LOOK_S:
            return
        self._looked = now
        if (
            ended := self.flow.see(now, self.world.books.count(), self._pending(), self._begun, doing)
        ) > TOLD_S:
            self._note(f"a stall of {ended:.1f} s is over")
        if now - self._told > PROGRESS_S:
            self._told = now
            committed = sum(each.committed for each in self.world.statuses())
            words = (
                sum(self.hits.values()),
                self.asked.faults,
                committed,
                self.asked.events,
                self.flow.taken,
            )
            text = "%5.0f s: %d of %d faults, %d of %d events committed, %d taken, %d wait (%s)\n"
            sys.stderr.write(text % (now - self._began, *words, self._pending(), doing))
            sys.stderr.flush()

    def _pending(self) -> int:
        return sum(each.pending for each in self.world.statuses())

    def _settle(self) -> None:
        """Faults are over: everything must come through within a bounded time."""
        self.world.order(self.asked.events)
        deadline = time.monotonic() + SETTLE_S + SETTLE_EVENT_S * self.asked.events
        while time.monotonic() < deadline and not self._settled():
            self.world.wire.poisoned(int(self.asked.events * POISON))
            self._look("settling")
            time.sleep(TICK_S)

    def _settled(self) -> bool:
        statuses = self.world.statuses()
        told = sum(seat.part.events for seat in self.world.senders if seat.part)
        if sum(each.committed for each in statuses) < told or any(each.pending for each in statuses):
            return False
        if len(self.world.wire.poison) < int(self.asked.events * POISON):
            return False
        if time.monotonic() - self._insisted < INSIST_S:
            return False
        self._insisted = time.monotonic()
        try:
            held = {
                (str(a), str(b)) for a, b in self.world.books.rows("SELECT topic, sha256 FROM quarantine")
            }
        except (sqlite3.Error, psycopg.Error):
            return False
        return self.world.wire.insist(held) == 0

    def _stop(self) -> None:
        """All at once, in order: what a process has in hand it may finish."""
        with ThreadPoolExecutor(len(self.world.seats)) as hands:
            ends = [hands.submit(seat.child.stop) for seat in self.world.seats]
        self.troubles += [str(error) for error in (end.exception() for end in ends) if error]
