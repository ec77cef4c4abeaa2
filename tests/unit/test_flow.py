"""Streets by hand: who waits, who is parked, and what the rule says of each. The boxes are drawn."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import pytest

from edge.flow.stints import FLOW_S
from edge.ledger import Ledger
from edge.observation import Box, Sighting
from edge.places import Finding
from edge.rule import Zone
from edge.rules import dwell
from tests.replays.looks import look

STREET = Zone("street", "the street", [(0.02, 0.3), (0.98, 0.3), (0.98, 0.95), (0.02, 0.95)], "1")
WIDE, HIGH, STEP = 0.10, 0.10, 0.13  # of a car, and from one car in a queue to the next
NEAR_LANE, FAR_LANE, KERB = 0.76, 0.67, 0.85  # the lower edges of the lanes
FAST, GAINS = 0.25, 0.06  # pictures a second; and a second squared, as a car two metres high gains speed


@dataclass(frozen=True)
class Car:
    """Drives in from the left, stands at `x` from `stops` to `goes`, and drives on to the right."""

    x: float
    stops: float
    goes: float = 1e9
    lane: float = NEAR_LANE
    label: str = "car"
    group: str = "vehicle"
    wide: float = WIDE
    back: bool = False
    round_: bool = False
    score: float = 0.8

    def at(self, t: float) -> Box | None:
        way = -_rolled(self.stops - t) if t < self.goes else _rolled(t - self.goes)
        if self.stops == self.goes:
            way = FAST * (t - self.stops)
        x, lane = self.x + (-way if self.back else way), self.lane
        if self.round_ and t > self.goes:
            lane -= min(0.09, way)
        inside = x - self.wide / 2 >= 0.0 and x + self.wide / 2 <= 1.0
        return (x - self.wide / 2, lane - HIGH, x + self.wide / 2, lane) if inside else None

    def __hash__(self) -> int:
        return hash((self.x, self.stops, self.goes, self.lane, self.label))


def _rolled(seconds: float) -> float:
    """How far a car gets from a standstill, in shares of the picture."""
    if seconds <= 0.0:
        return 0.0
    gaining = min(seconds, FAST / GAINS)
    return 0.5 * GAINS * gaining**2 + FAST * (seconds - gaining)


@dataclass
class Seen:
    findings: list[tuple[float, Finding]] = field(default_factory=list)
    held: dict[float, set[str]] = field(default_factory=dict)

    def opened(self) -> list[tuple[float, float]]:
        """When, and at which x."""
        boxes = [(t, found.place.box) for t, found in self.findings if found.phase == "opened"]
        return [(t, round((box[0] + box[2]) / 2, 2)) for t, box in boxes]

    def codes(self) -> set[str]:
        return set(chain.from_iterable(self.held.values()))


def drive(
    cars: Iterable[Car], seconds: float, *, step: float = 0.5, until: float = 0.0, **settings: object
) -> Seen:
    """The street through ledger and rule; a restart of both at `until`, where it is given."""
    given = {"kind": "dwell", "incident": "illegal_parking", "dwell": "20s", **settings}
    made = dwell.Settings.model_validate(given)
    ledger, rule, seen = Ledger("cam"), dwell.Dwell(made, "cam", STREET), Seen()
    tracks = {car: number for number, car in enumerate(cars)}
    for n in range(int(seconds / step)):
        t = n * step
        if until and t == until:
            saved = json.loads(json.dumps([ledger.dump(), rule.dump()]))
            ledger = Ledger.restore("cam", saved[0], t=t, utc=look(t).utc)
            rule = dwell.Dwell(made, "cam", STREET)
            rule.restore(saved[1])
        one = look(t, *sightings(tracks, t))
        cleared = [place for place in ledger.step(one) if place.state == "cleared"]
        seen.findings += [(t, found) for found in rule.step(one, [*ledger.places, *cleared])]
        seen.held[t] = {rule.why(place, t)[-1].code for place in ledger.places}
    return seen


def sightings(tracks: dict[Car, int], t: float) -> Iterator[Sighting]:
    for car, track in tracks.items():
        box = car.at(t)
        if box is not None:
            moving = not car.stops + 1.0 <= t < car.goes + 0.5
            yield Sighting(box, car.score, car.label, car.group, track, moving)


def queue(
    stops: float, goes: float, count: int = 4, front: float = 0.8, lane: float = NEAR_LANE
) -> list[Car]:
    """Cars that stop one behind the other, two seconds apart, and go so again."""
    return [Car(0.8 - i * STEP, stops + 2.0 * i, goes + 2.0 * i, lane) for i in range(count)]


def lights(cycle: float, red: float, cycles: int) -> list[Car]:
    return list(chain.from_iterable(queue(n * cycle + 5.0, n * cycle + red) for n in range(cycles)))


def flowing(
    seconds: float, every: float, lane: float, *, start: float = 0.0, back: bool = False
) -> list[Car]:
    """Cars that pass without stopping."""
    return [Car(0.5, n * every, n * every, lane, back=back) for n in range(int(seconds / every))]


def test_a_lone_car_is_never_held() -> None:
    seen = drive([Car(0.5, 4.0)], 40)

    ((when, x),) = seen.opened()
    assert x == 0.5
    assert when == pytest.approx(24.0, abs=1.0)


def test_what_stands_across_the_street_is_no_company() -> None:
    """Up the picture a car's length is foreshortened: what stands so far up stands in no queue with it."""
    seen = drive([Car(0.5, 4.0, lane=0.9), Car(0.5, 6.0, lane=0.66)], 40)

    assert [t for t, _ in seen.opened()] == [pytest.approx(24.0, abs=1.0), pytest.approx(26.0, abs=1.0)]


@pytest.mark.parametrize(("cycle", "red"), [(60.0, 40.0), (90.0, 60.0)])
def test_a_queue_at_the_lights_is_not_parking(cycle: float, red: float) -> None:
    seen = drive(lights(cycle, red, 3), 3 * cycle, step=1.0)

    assert seen.opened() == []
    assert "in_queue" in seen.codes()


def test_without_the_setting_the_queue_is_told() -> None:
    assert drive(queue(5.0, 60.0), 60, queue="ignore").opened() != []


def test_a_jam_that_creeps_is_not_parking() -> None:
    """Every 40 s all of them roll on by one place; new ones come at the end."""
    jam = [Car(0.9 - i * STEP, 6.0 + 40.0 * k + i, 40.0 * (k + 1) + i) for k in range(6) for i in range(6)]

    assert drive(jam, 240, dwell="30s").opened() == []


def test_who_stays_when_the_queue_goes_is_parked() -> None:
    parked = Car(0.8 - 2 * STEP, 6.0)
    others = [car for car in queue(5.0, 60.0, count=5) if car.x != parked.x]

    seen = drive([parked, *others], 150)

    assert [x for _, x in seen.opened()] == [parked.x]
    (when, _), (_, found) = seen.opened()[0], next(f for f in seen.findings if f[1].phase == "opened")
    assert 70.0 <= when <= 100.0
    assert "neighbours_went_on" in {reason.code for reason in found.reasons}


def test_who_parks_at_the_end_of_a_red_lights_queue_is_found_within_two_cycles() -> None:
    parked = Car(0.8 - 4 * STEP, 30.0)

    seen = drive([parked, *lights(60.0, 40.0, 3)], 180)

    assert [x for _, x in seen.opened()] == [parked.x]
    assert seen.opened()[0][0] <= 150.0


def test_a_row_of_parked_cars_is_held_for_a_while_and_then_told_each() -> None:
    row = [Car(0.2 + i * STEP, -100.0, lane=KERB) for i in range(5)]

    seen = drive(row, 140, queue_hold="2m")

    assert sorted(x for _, x in seen.opened()) == [round(car.x, 2) for car in row]
    assert all(119.0 <= t <= 125.0 for t, _ in seen.opened())


def test_a_row_beside_which_the_traffic_flows_both_ways_is_told_sooner() -> None:
    row = [Car(0.2 + i * STEP, -100.0, lane=KERB) for i in range(5)]
    traffic = [*flowing(200, 7.0, NEAR_LANE), *flowing(200, 9.0, FAR_LANE, back=True)]

    seen = drive([*row, *traffic], 160)

    assert sorted(x for _, x in seen.opened()) == [round(car.x, 2) for car in row]
    assert all(FLOW_S <= t <= 130.0 for t, _ in seen.opened())


def test_a_queue_is_held_also_while_the_other_direction_flows() -> None:
    seen = drive([*queue(5.0, 200.0), *flowing(200, 7.0, FAR_LANE, back=True)], 200)

    assert seen.opened() == []


def test_who_parks_beside_cars_that_have_long_been_parked_is_not_held() -> None:
    row = [Car(0.2 + i * STEP, -100.0, lane=KERB) for i in range(4) if i != 2]
    late = Car(0.2 + 2 * STEP, 130.0, lane=KERB)

    seen = drive([*row, late], 170, queue_hold="2m")

    (when,) = [t for t, x in seen.opened() if x == round(late.x, 2)]
    assert when == pytest.approx(150.0, abs=1.0)


def test_who_double_parks_in_a_moving_lane_is_told_at_once() -> None:
    seen = drive([Car(0.5, 10.0), *flowing(60, 6.0, FAR_LANE)], 60)

    ((when, x),) = seen.opened()
    assert x == 0.5
    assert when == pytest.approx(30.0, abs=1.0)


def test_a_car_broken_down_is_told_though_the_queue_goes_round_it() -> None:
    """Those behind it stand for a while, one after the other, and go."""
    broken = Car(0.6, 5.0)
    behind = [Car(0.6 - STEP, 10.0 + 25.0 * n, 24.0 + 25.0 * n, round_=True) for n in range(6)]

    seen = drive([broken, *behind], 160)

    assert [x for _, x in seen.opened()] == [0.6]
    assert seen.opened()[0][0] <= 110.0


def test_a_bus_at_its_stop_may_stand() -> None:
    stops = [Car(0.5, 10.0, 30.0, KERB, "bus", wide=0.2), Car(0.5, 70.0, 1e9, KERB, "bus", wide=0.2)]

    seen = drive(stops, 140, dwell="15s", allow={"bus": "40s"})

    (opened,) = seen.opened()
    assert opened[0] == pytest.approx(110.0, abs=3.0)


@pytest.mark.parametrize(("goes", "told"), [(580.0, []), (1e9, [(640.0, 0.5)])])
def test_a_lorry_may_load_for_ten_minutes(goes: float, told: list[tuple[float, float]]) -> None:
    lorry = Car(0.5, 40.0, goes, KERB, "truck", wide=0.16)

    seen = drive([lorry], 700, step=2.0, dwell="5m", allow={"truck": "10m"})

    assert seen.opened() == told


def test_a_place_of_waiting_is_learned() -> None:
    """One car at each red light, with nothing about it: from the fifth on it is held for up to 80 s."""
    alone = [Car(0.5, 100.0 * n + 5.0, 100.0 * n + 45.0) for n in range(5)]

    told = drive(alone, 500, dwell="60s", step=1.0).opened()
    seen = drive([*alone, Car(0.5, 505.0)], 640, dwell="60s", step=1.0)

    assert told == []
    assert [t for t, _ in seen.opened()] == [pytest.approx(585.0, abs=3.0)]
    assert "waiting_place" in seen.codes()


def test_what_reaches_out_of_the_picture_is_held_for_a_while() -> None:
    street = Car(0.95, 4.0)

    seen = drive([street], 100, queue_hold="1m", share=0.2)

    assert [t for t, _ in seen.opened()] == [pytest.approx(64.0, abs=1.0)]
    assert "cut_off" in seen.codes()


def test_what_reaches_out_of_the_picture_is_held_also_when_who_stood_beside_it_in_the_picture_goes() -> None:
    beside = Car(0.9, 5.0, 30.0, FAR_LANE)

    seen = drive([Car(0.95, 4.0), beside], 100, queue_hold="1m", share=0.2)

    assert [t for t, _ in seen.opened()] == [pytest.approx(64.0, abs=1.0)]


@pytest.mark.parametrize("step", [0.5, 1.0, 2.0, 4.0])
def test_who_takes_the_place_at_the_kerb_that_was_left_has_not_stood_there_before(step: float) -> None:
    first, second = Car(0.5, 4.0, 60.0, KERB), Car(0.55, 70.0, lane=KERB)

    seen = drive([first, second], 160, step=step, dwell="80s")

    assert [t for t, _ in seen.opened()] == [pytest.approx(150.0, abs=2.0)]


def test_a_restart_in_the_middle_of_a_queue_changes_nothing() -> None:
    cars = [Car(0.8 - 2 * STEP, 6.0), *[c for c in queue(5.0, 60.0, count=5) if c.x != 0.8 - 2 * STEP]]

    assert drive(cars, 150, until=40.0).opened() == drive(cars, 150).opened()


@pytest.mark.parametrize("step", [0.2, 1.0, 2.0, 4.0])
def test_queues_are_held_at_every_rate_of_looks(step: float) -> None:
    assert drive(lights(60.0, 40.0, 2), 120, step=step).opened() == []
