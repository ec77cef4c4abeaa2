"""What follows from something else waits while that stands, and goes on afterwards."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from broker.events import Location, Point, SourceRef
from central.casework_settings import CaseworkSettings, profile_of
from central.correlation.bonds import Kinds
from central.correlation.inhibition import Cause, Inhibition, Matter, inhibited
from central.correlation.settings import CorrelationSettings
from central.followers.inhibitions import Follower
from central.letters import Told
from central.settings import CentralSettings
from central.store.database import Store
from central.store.schema import ticket_log, tickets
from central.store.seating import Terms
from central.store.taking import take
from central.store.working import Work
from central.terms import following, ground_of
from tests.unit.central.makers import at, event, health, letter

RULES = (
    Inhibition("blind_camera", frozenset({"covered"}), frozenset(), "source"),
    Inhibition("no_power", frozenset({"power_cut"}), frozenset({"lamp_out"}), "cell"),
)
LAMP = Matter(7, "lamp_out", 1000.0, "gewu://131002/n", "lamp-1", "131002001001001")
CUT = Cause("power_cut", 900.0, None, cell="131002001001001", ticket=3)


def test_what_follows_waits_and_the_reason_says_from_what() -> None:
    found = inhibited(LAMP, [CUT], RULES, 2000.0)
    assert found is not None
    assert found.text == (
        "power_cut in the cell 131002001001001 stands, and by the rule no_power this follows from it"
    )


@pytest.mark.parametrize(
    "cause",
    [
        Cause("power_cut", 900.0, None, cell="131002001001002"),  # another cell
        Cause("power_cut", 1061.0, None, cell=LAMP.cell),  # it came afterwards
        Cause("power_cut", 900.0, 1880.0, cell=LAMP.cell),  # it is over
        Cause("power_cut", 900.0, None),  # nobody knows where
        Cause("flood", 900.0, None, cell=LAMP.cell),
        Cause("covered", 900.0, None, LAMP.node, "cam-2"),
    ],
)
def test_what_does_not_follow_from_it_does_not_wait(cause: Cause) -> None:
    assert inhibited(LAMP, [cause], RULES, 2000.0) is None


def test_nothing_follows_from_itself_or_its_like() -> None:
    other = Matter(8, "power_cut", 1000.0, LAMP.node, "meter-1", LAMP.cell)
    assert inhibited(other, [CUT], RULES, 2000.0) is None
    assert inhibited(LAMP, [Cause("power_cut", 1050.0, 1890.0, cell=LAMP.cell)], RULES, 2000.0) is not None


@given(st.permutations([CUT, Cause("covered", 10.0, None, LAMP.node, LAMP.source)]))
def test_the_order_of_causes_does_not_matter(causes: list[Cause]) -> None:
    found = inhibited(LAMP, causes, RULES, 2000.0)
    assert found is not None
    assert found.text.startswith("covered of lamp-1 stands")


PROFILE = profile_of(CaseworkSettings()).model_copy(update={"automatic": ["accept", "dispatch"]})


def city(**more: Any) -> CentralSettings:
    rules = [
        {"name": "blind_camera", "when": ["covered"]},
        {"name": "no_power", "when": ["power_cut"], "kinds": ["lamp_out"], "scope": "cell"},
    ]
    said = {"broker": {"url": "mqtt://127.0.0.1"}, "storage": {"directory": "x"}}
    return CentralSettings.model_validate(said | {"correlation": {"inhibitions": rules}} | more)


class Town:
    """A database and what follows there."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.follower = Follower(ground_of(city(), store))
        self.work = Work(PROFILE, inhibitions=self.follower._work.inhibitions)
        self.follower._work = self.work

    def tell(self, *events: Any) -> None:
        place = Terms(
            Kinds(), lambda _x, _y, _at: ("131002001001001", "131002001001", None), following(self.work)
        )
        take(self.store, [Told(letter(each.encode()), each) for each in events], terms=place)

    def tick(self, seconds: float) -> None:
        self.follower.tick(self.store, at(seconds))

    def tickets(self) -> dict[str, tuple[str, bool]]:
        with self.store.read() as connection:
            rows = connection.execute(select(tickets)).all()
        return {row.subject: (row.state, row.inhibited is not None) for row in rows}

    def effects(self) -> list[str]:
        with self.store.read() as connection:
            return list(connection.execute(select(ticket_log.c.effect).order_by(ticket_log.c.seq)).scalars())


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


def sensor(subject: str, kind: str, *, phase: str = "opened", seconds: float = 5) -> Any:
    place = Point(type="Point", coordinates=(116.7, 39.5))
    where = Location(geometry=place, accuracy_m=1.0, method="surveyed")
    source = SourceRef(id=subject, kind="sensor")
    made = event(phase, int(phase == "cleared"), subject=subject, kind=kind, source=source, location=where)
    return made.model_copy(update={"time": at(seconds)})


def test_nobody_is_sent_for_what_follows_from_a_power_cut_until_that_is_over(town: Town) -> None:
    town.tell(sensor("cut", "power_cut"), sensor("lamp", "lamp_out", seconds=10))
    assert town.tickets() == {"cut": ("dispatched", False), "lamp": ("reported", True)}
    town.tick(20)
    town.tick(21)
    town.tell(sensor("cut", "power_cut", phase="cleared", seconds=1000))
    town.tick(1050)
    assert town.tickets()["lamp"] == ("reported", True)  # it settles
    town.tick(1121)
    assert town.tickets()["lamp"] == ("dispatched", False)
    assert town.effects().count("inhibited") == 1
    assert town.effects().count("freed") == 1


def test_a_cause_that_is_heard_of_late_holds_what_nobody_was_sent_for(town: Town) -> None:
    town.work = Work(profile_of(CaseworkSettings()), inhibitions=town.work.inhibitions)
    town.follower._work = town.work
    town.tell(sensor("lamp", "lamp_out", seconds=10))
    town.tick(15)
    town.tell(sensor("cut", "power_cut"))
    town.tick(20)
    assert town.tickets() == {"lamp": ("reported", True), "cut": ("reported", False)}


def test_what_a_covered_camera_says_waits_until_it_sees_again(town: Town) -> None:
    town.tell(health("raised", 0, condition="covered"), event())
    assert town.tickets() == {"sit-1": ("reported", True)}
    town.tell(health("cleared", 1, condition="covered"))
    town.tick(100)
    assert town.tickets() == {"sit-1": ("reported", True)}
    town.tick(181)
    assert town.tickets() == {"sit-1": ("dispatched", False)}


def test_what_people_take_up_all_the_same_is_theirs(town: Town) -> None:
    town.tell(sensor("cut", "power_cut"), sensor("lamp", "lamp_out", seconds=10))
    with town.store.write() as connection:
        connection.execute(tickets.update().where(tickets.c.subject == "lamp").values(state="dispatched"))
    town.tick(20)
    assert town.tickets()["lamp"] == ("dispatched", False)


def test_the_shipped_rule_is_of_cameras_that_cannot_see() -> None:
    (rule,) = (each.rule() for each in CorrelationSettings().inhibitions)
    assert (rule.scope, "covered" in rule.when) == ("source", True)
