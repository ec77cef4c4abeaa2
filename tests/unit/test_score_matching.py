"""Which ticket is about which situation: every ticket once, as many situations as can be, and why not."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.observation import Box
from edge.score.assignment import pairing
from edge.score.matching import (
    Decoy,
    Ill,
    Outcome,
    Raised,
    Situation,
    Ticket,
    diagnose,
    match,
    same_place,
    unfit,
)

HERE: Box = (0.2, 0.4, 0.4, 0.6)
NEXT: Box = (0.41, 0.4, 0.61, 0.6)
UNTIL = 300.0


def real(name: str = "car", box: Box = HERE, start: float = 40.0, **more: object) -> Situation:
    found_by = more.pop("found_by", start + 80.0)
    return Situation(name, "illegal_parking", box, start, found_by, **more)  # type: ignore[arg-type]


def told(name: str = "s-1", box: Box = HERE, opened: float = 60.5, **more: object) -> Ticket:
    fields: dict[str, object] = {"since": 40.5, "last_seen": 109.0, "kind": "illegal_parking"} | more
    return Ticket(name, zone="kerb", box=box, opened=opened, **fields)  # type: ignore[arg-type]


def only(*tickets: Ticket, situation: Situation | None = None) -> Outcome:
    (outcome,) = match([situation or real()], tickets, UNTIL).outcomes
    return outcome


# --- one situation -----------------------------------------------------------------------------------------


def test_a_ticket_in_time_is_found_with_its_errors() -> None:
    outcome = only(told(cleared=112.0), situation=real(end=108.0))
    assert outcome.verdict == "found"
    assert (outcome.start_error, outcome.end_error, outcome.doubles) == (0.5, 1.0, 0)


def test_a_ticket_after_the_deadline_is_late() -> None:
    assert only(told(opened=120.1)).verdict == "late"
    assert only(told(opened=120.0)).verdict == "found"


def test_no_ticket_is_missed_unless_it_need_not_be() -> None:
    assert only().verdict == "missed"
    assert only(situation=real(optional=True)).verdict == "absent"
    assert only(told(), situation=real(optional=True)).verdict == "found"


def test_further_tickets_are_doubles_and_the_first_and_the_last_give_the_errors() -> None:
    first = told("s-1", since=41.0, opened=61.0, cleared=75.0, last_seen=70.0)
    second = told("s-2", since=72.0, opened=92.0, cleared=111.0, last_seen=110.0)
    outcome = only(second, first, situation=real(end=108.0))
    assert [ticket.id for ticket in outcome.tickets] == ["s-1", "s-2"]
    assert (outcome.doubles, outcome.start_error, outcome.end_error) == (1, 1.0, 2.0)


def test_what_stays_has_no_end_error_unless_it_was_cleared_too_early() -> None:
    assert only(told()).end_error is None
    assert only(told(cleared=130.0, last_seen=120.0)).end_error == -180.0


def test_a_ticket_that_outlives_its_thing_is_left_open() -> None:
    assert only(told(), situation=real(end=239.0)).left_open
    assert not only(told(), situation=real(end=240.0)).left_open
    assert not only(told()).left_open


@pytest.mark.parametrize(
    ("ticket", "why"),
    [
        (told(kind="exposed_garbage"), "is exposed_garbage, not illegal_parking"),
        (told(box=NEXT), "is elsewhere (its box and that of car overlap by 0.00)"),
        (told(opened=38.9, since=10.0), "opened 1.1 s before there was anything"),
        (told(since=110.0, opened=130.0), "is of another time"),
    ],
)
def test_what_does_not_fit_is_false_and_says_why(ticket: Ticket, why: str) -> None:
    situation = real(end=108.0)
    assert unfit(ticket, situation, UNTIL) == why
    matched = match([situation], [ticket], UNTIL)
    assert matched.outcomes[0].verdict == "missed"
    (alarm,) = matched.false
    assert alarm.why in (f"near car, but {why}", "there is nothing of the kind there")


def test_a_false_ticket_names_its_trap() -> None:
    trap = Decoy("queue", "illegal_parking", HERE, 10.0, "stops for 12 s", to=22.0)
    quiet = Decoy("later", "illegal_parking", HERE, 200.0, "stops again", to=210.0)
    matched = match([], [told(since=11.0, opened=31.0, last_seen=32.0, cleared=40.0)], UNTIL, [trap, quiet])
    assert [(alarm.why, alarm.trap) for alarm in matched.false] == [("trap queue: stops for 12 s", "queue")]
    assert matched.fired == ("queue",)


# --- places ------------------------------------------------------------------------------------------------


def test_a_part_of_a_heap_is_that_heap() -> None:
    core: Box = (0.26, 0.46, 0.34, 0.54)
    assert not same_place(HERE, core)  # IoU 0.16
    assert same_place(HERE, core, hull=True)
    assert same_place(core, HERE, hull=True)
    umbrella: Box = (0.18, 0.4, 0.42, 0.45)  # a quarter of it, and wider than the rest
    assert same_place(HERE, umbrella, hull=True)
    assert not same_place(HERE, NEXT, hull=True)
    half_beside: Box = (0.29, 0.5, 0.49, 0.7)
    assert not same_place(HERE, half_beside, hull=True)


def test_a_box_around_everything_is_no_heap_in_its_corner() -> None:
    assert not same_place((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 0.1, 0.1), hull=True)


# --- several -----------------------------------------------------------------------------------------------


def test_two_cars_side_by_side_take_their_own_tickets() -> None:
    shifted: Box = (0.25, 0.4, 0.45, 0.6)
    both = match([real("a"), real("b", shifted)], [told("s-b", shifted), told("s-a")], UNTIL)
    assert [(o.situation.id, o.tickets[0].id) for o in both.outcomes] == [("a", "s-a"), ("b", "s-b")]


def test_one_ticket_for_two_is_one_missed() -> None:
    matched = match([real("a"), real("b", (0.25, 0.4, 0.45, 0.6))], [told()], UNTIL)
    assert [outcome.verdict for outcome in matched.outcomes] == ["found", "missed"]


BOXES = st.builds(
    lambda x, y, w: (x, y, min(1.0, x + w), min(1.0, y + w)),
    st.floats(0, 0.6),
    st.floats(0, 0.6),
    st.floats(0.05, 0.4),
)
SITUATIONS = st.lists(
    st.builds(
        lambda box, start, length: (box, start, start + length), BOXES, st.floats(0, 100), st.floats(1, 150)
    ),
    max_size=4,
)
TICKETS = st.lists(
    st.builds(lambda box, since, length: (box, since, length), BOXES, st.floats(0, 150), st.floats(2, 100)),
    max_size=5,
)


@given(SITUATIONS, TICKETS)
def test_every_ticket_is_accounted_for_once_and_order_means_nothing(
    truths: list[tuple[Box, float, float]], given_tickets: list[tuple[Box, float, float]]
) -> None:
    situations = [real(f"r{i}", box, start, end=end) for i, (box, start, end) in enumerate(truths)]
    tickets = [
        told(
            f"s-{i}",
            box,
            opened=since + length / 2,
            since=since,
            last_seen=since + length,
            cleared=since + length,
        )
        for i, (box, since, length) in enumerate(given_tickets)
    ]
    matched = match(situations, tickets, 260.0)
    counted = [ticket.id for outcome in matched.outcomes for ticket in outcome.tickets]
    counted += [alarm.ticket.id for alarm in matched.false]
    assert sorted(counted) == [ticket.id for ticket in tickets]
    for outcome in matched.outcomes:
        assert all(unfit(ticket, outcome.situation, 260.0) is None for ticket in outcome.tickets)
    for alarm in matched.false:
        assert all(unfit(alarm.ticket, situation, 260.0) is not None for situation in situations)
    turned = match(situations, tickets[::-1], 260.0)
    assert [o.verdict for o in turned.outcomes] == [o.verdict for o in matched.outcomes]


@given(st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 4)), st.floats(0.01, 1.0)))
def test_the_pairing_is_the_best_there_is(weights: dict[tuple[int, int], float]) -> None:
    chosen = pairing(weights)
    assert len(set(chosen.values())) == len(chosen)
    every = [
        {left: right for left, right in zip(range(4), rights, strict=False) if (left, right) in weights}
        for rights in permutations(range(5), 4)
    ]
    best = max((len(one), sum(weights[pair] for pair in one.items())) for one in every)
    assert len(chosen) == best[0]
    assert sum(weights[pair] for pair in chosen.items()) == pytest.approx(best[1])


# --- the source itself -------------------------------------------------------------------------------------


def test_conditions_are_found_late_or_false() -> None:
    ills = [Ill("image_too_blurry", 30.0, 60.0), Ill("frozen", 100.0, 60.0, to=200.0)]
    raises = [
        Raised("image_too_blurry", 80.0),
        Raised("frozen", 170.0),
        Raised("frozen", 250.0),
        Raised("covered", 5.0),
    ]
    health = diagnose(ills, raises, UNTIL)
    assert [at for _, at in health.told] == [80.0, 170.0]
    assert health.found == 1
    assert [(r.condition, r.at) for r in health.false] == [("frozen", 250.0), ("covered", 5.0)]
    assert diagnose(ills, [], UNTIL).told[0][1] is None


def test_a_condition_that_need_not_be_told_is_neither_missed_nor_false() -> None:
    maybe = [Ill("part_covered", 30.0, 60.0, optional=True)]
    assert diagnose(maybe, [Raised("part_covered", 40.0)], UNTIL).false == ()
    assert diagnose(maybe, [], UNTIL).told == ()
