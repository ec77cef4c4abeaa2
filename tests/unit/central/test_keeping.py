"""Which ticket a group keeps, by what people have done with it."""

from central.correlation.keeping import keep
from central.correlation.sightings import Key

A, B, C = (("n", name) for name in "abc")
GROUP: dict[Key, list[Key]] = {A: [A, B, C]}


def test_of_tickets_that_nobody_touched_the_first_goes_on() -> None:
    kept = keep(GROUP, {A: 3, B: 1, C: 2})
    assert (kept.tickets, kept.merged) == ({A: 1}, {2: A, 3: A})


def test_of_others_that_which_people_have_come_furthest_with() -> None:
    kept = keep(GROUP, {A: 3, B: 1, C: 2}, {2: 4, 3: 2})
    assert (kept.tickets, kept.merged) == ({A: 2}, {1: A, 3: A})


def test_of_several_groups_that_had_one_ticket_the_first_keeps_it() -> None:
    kept = keep({A: [A], B: [B, C]}, {A: 1, B: 1, C: 2}, {1: 5})
    assert (kept.tickets, kept.merged) == ({A: 1, B: 2}, {})
