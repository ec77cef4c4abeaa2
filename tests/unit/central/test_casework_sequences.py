"""Any sequence of what people, sources and time do to tickets keeps what must hold, on a real database."""

import shutil
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from central.casework.deeds import NEEDED, Given
from central.casework.machine import ACTIONS, HELD, OPEN, STATES, TABLE, Action
from central.casework.permits import permitted
from central.casework.profile import LEADS_ON, Profile
from central.letters import Told
from central.people.asker import Asker
from central.store import acting
from central.store.acting import NotDoable
from central.store.database import Store, sqlite_url
from central.store.schema import situations, tickets
from central.store.taking import take
from central.store.work_columns import COUNTERS
from central.store.working import Work, facts_of
from tests.unit.central.casework import NOW, ROLE_OF, STANDARD, doer, log, migrated, replayed, terms
from tests.unit.central.makers import event, letter

__all__ = ["migrated"]
BOXES = ((0.1, 0.1, 0.3, 0.3), (0.6, 0.6, 0.8, 0.8))
AUTOMATIC = {"automatic": ["accept", "dispatch", "close", "evaluate"], "needs": {}}
WORKS = (STANDARD, Work(Profile.model_validate(STANDARD.profile.model_dump() | AUTOMATIC)))
COUNTS = {rule.counts: action for action, rule in TABLE.items() if rule.counts}


class Sequences(RuleBasedStateMachine):
    """One centre. Time goes on with each step; sightings may be of earlier, in twenty minutes' steps."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="gewu-sequences-")
        path = Path(shutil.copy(self.template, Path(self._folder.name) / "central.db"))
        self.store = Store(sqlite_url(path))
        self.now = NOW
        self.work = STANDARD
        self.n = 0
        self.standing: list[tuple[str, int, datetime]] = []

    def teardown(self) -> None:
        self.store.close()
        self._folder.cleanup()

    def _next(self) -> int:
        self.now += timedelta(minutes=7)
        self.n += 1
        return self.n

    def _rows(self) -> list[Any]:
        with self.store.read() as connection:
            return list(connection.execute(select(tickets).order_by(tickets.c.number)))

    @rule(which=st.sampled_from(WORKS))
    def another_profile(self, which: Work) -> None:
        self.work = which

    @rule(
        who=st.sampled_from(sorted(ROLE_OF)),
        actions=st.permutations(ACTIONS),
        pick=st.integers(0, 9),
        stale=st.sampled_from([0, 0, 0, 0, 1]),
        able=st.sampled_from([True, True, True, False]),
    )
    def somebody_acts(self, who: str, actions: list[Action], pick: int, stale: int, able: bool) -> None:
        """The first of these actions that the state allows, by somebody who may, or by anybody."""
        n, rows = self._next(), self._rows()
        row = rows[pick % len(rows)]
        fits = [each for each in actions if row.state in TABLE[each].of]
        action = (fits or actions)[0]
        given = self._given(action, rows[0].number)
        may = [each for each in sorted(ROLE_OF) if self.work.profile.role_may(ROLE_OF[each], action)]
        who = may[pick % len(may)] if able and may else who
        asked = acting.Asked(
            row.number,
            action,
            given,
            row.version - stale,
            f"request-{n}",
            doer(who),
            Asker(who, "session", "loopback"),
        )
        try:
            found = acting.perform(self.store, self.work, asked, self.now)
        except NotDoable:
            assert self._rows() == rows, "a refusal changes nothing"
        else:
            changed = self._rows()
            assert acting.perform(self.store, self.work, asked, self.now).line == found.line
            assert self._rows() == changed, "nothing is done twice"

    @rule(pick=st.integers(0, 9), steps=st.integers(1, 7))
    def it_goes_along_the_line(self, pick: int, steps: int) -> None:
        """Each step by whoever may."""
        number = pick % len(self._rows())
        for _ in range(steps):
            n, row = self._next(), self._rows()[number]
            action = LEADS_ON.get(row.state)
            if action is None:
                return
            who = next(who for who in sorted(ROLE_OF) if permitted(ROLE_OF[who], action))
            by = Asker(who, "session", "loopback")
            given = self._given(action, 1)
            asked = acting.Asked(row.number, action, given, row.version, f"request-{n}", doer(who), by)
            acting.perform(self.store, self.work, asked, self.now)

    def _given(self, action: Action, into: int) -> Given:
        values: dict[str, Any] = {
            "reason": "because",
            "department": "Parks",
            "until": self.now + timedelta(minutes=30),
            "amount_s": 60.0,
            "into": into,
            "level": "street",
        }
        return Given(**{name: values[name] for name in {"reason", *NEEDED.get(action, ())}})

    @rule(where=st.sampled_from(BOXES), earlier=st.integers(0, 6))
    def something_is_seen(self, where: Any, earlier: int) -> None:
        n = self._next()
        moment = self.now - timedelta(minutes=20 * earlier)
        self._take(self._event("opened", n, where, moment))
        self.standing.append((f"seen-{n}", BOXES.index(where), moment))

    @rule(pick=st.integers(0, 9), later=st.integers(0, 6))
    def something_is_gone(self, pick: int, later: int) -> None:
        if self.standing:
            self._next()
            subject, box, began = self.standing.pop(pick % len(self.standing))
            self._take(self._event("cleared", subject, BOXES[box], began + timedelta(minutes=10 * later + 1)))

    def _event(self, phase: str, subject: int | str, box: Any, moment: datetime) -> Any:
        name = subject if isinstance(subject, str) else f"seen-{subject}"
        made = event(phase, int(phase == "cleared"), subject=name, box=box, since=moment, last_seen=moment)
        return made.model_copy(update={"time": moment})

    def _take(self, made: Any) -> None:
        told = Told(letter(made.encode(), received=(self.now - NOW).total_seconds() + 3600), made)
        take(self.store, [told], terms=terms(self.work))

    @rule()
    def time_goes_by(self) -> None:
        self._next()
        acting.resume_due(self.store, self.work, self.now)

    @invariant()
    def what_must_hold(self) -> None:
        rows = self._rows()
        open_keys = [row.open_key for row in rows if row.state in OPEN]
        assert len(open_keys) == len(set(open_keys))
        for row in rows:
            lines = log(self.store, row.number)
            assert row.state in STATES
            assert replayed(lines) == row.state
            assert (row.state in HELD) <= (row.hold_until is not None and row.held_from is not None)
            assert (row.state in ("closed", "evaluated")) == (row.closed_at is not None)
            assert (row.state == "self_cleared") == (row.before is not None)
            assert row.version == max([line.version for line in lines if line.version], default=1)
            done = Counter(line.action for line in lines)
            assert {name: getattr(row, name) for name in COUNTERS} == {n: done[COUNTS[n]] for n in COUNTERS}
            assert row.deeds == sum(1 for line in lines if line.who and line.action)
            assert facts_of(row).handlers == () or row.round_at is not None
        with self.store.read() as connection:
            seated = set(connection.execute(select(situations.c.ticket)).scalars()) - {None}
        assert {row.number for row in rows if row.state in OPEN} <= seated


def test_any_sequence_keeps_what_must_hold(migrated: Path) -> None:
    Sequences.template = migrated
    run_state_machine_as_test(
        Sequences, settings=settings(max_examples=15, stateful_step_count=25, deadline=None)
    )
