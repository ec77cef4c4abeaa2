"""Judging a day against a slow reference: whatever is lost, given up or changed, the verdict says so."""

import hashlib
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from broker.daysums import body_value
from broker.events import SequenceRange
from central.digests import Held, Said, Tally, Verdict
from central.gaps import Span

places = st.dictionaries(
    st.sampled_from(["e-1", "e-2", "e-3"]),
    st.tuples(st.integers(0, 6), st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1])),
)


def ranges_of(days: dict[str, tuple[int, int]]) -> list[SequenceRange]:
    return [SequenceRange(epoch=epoch, first=a, last=b) for epoch, (a, b) in days.items()]


def numbers(days: dict[str, tuple[int, int]]) -> list[tuple[str, int]]:
    return [(epoch, n) for epoch in sorted(days) for n in range(days[epoch][0], days[epoch][1] + 1)]


def held(epoch: str, n: int, content: str = "") -> Held:
    return Held(n, f"{epoch}-{n}", hashlib.sha256(f"{epoch}{n}{content}".encode()).hexdigest())


def said(days: dict[str, tuple[int, int]]) -> Said:
    """As the contract has it, written out once more."""
    ids = hashlib.sha256("".join(f"{epoch}-{n}\n" for epoch, n in numbers(days)).encode()).hexdigest()
    terms = (
        hashlib.sha256(f"{epoch}-{n} {held(epoch, n).sha256}".encode()).hexdigest()
        for epoch, n in numbers(days)
    )
    bodies = sum(int(term, 16) for term in terms) % 2**256
    return Said(tuple(ranges_of(days)), len(numbers(days)), ids, f"{bodies:064x}")


def judged(words: Said, here: dict[str, list[Held]], gone: dict[str, list[int]], page: int) -> Verdict:
    tally = Tally(words)
    for place in tally.places:
        inside = iter(e for e in here.get(place.epoch, []) if place.first <= e.sequence <= place.last)
        while events := list(islice(inside, page)):
            tally.add(events)
        tally.end(place, [Span(n, n) for n in gone.get(place.epoch, [])])
    return tally.verdict()


@given(places, st.data(), st.integers(1, 7))
def test_the_verdict_is_that_of_a_slow_reference(
    days: dict[str, tuple[int, int]], data: st.DataObject, page: int
) -> None:
    everything = numbers(days)
    pick = st.lists(st.sampled_from(everything), max_size=4) if everything else st.just([])
    lost, gone, other = (set(data.draw(pick, label=name)) for name in ("lost", "given up", "changed"))
    here: dict[str, list[Held]] = {}
    for epoch, n in everything:
        if (epoch, n) not in lost:
            here.setdefault(epoch, []).append(held(epoch, n, "!" if (epoch, n) in other else ""))
    given_up = {epoch: [n for e, n in gone if e == epoch] for epoch in days}
    verdict = judged(said(days), here, given_up, page)
    missing = {
        (e, n) for e, spans in verdict.missing.items() for s in spans for n in range(s.first, s.last + 1)
    }
    assert missing == lost - gone
    assert (verdict.given_up, verdict.found) == (len(lost & gone), len(everything) - len(lost))
    if lost - gone:
        assert verdict.state == "missing"
    elif lost:
        assert verdict.state == "complete_but_given_up"
    else:
        assert verdict.state == ("differs" if other else "complete")


def test_a_place_that_the_node_names_twice_is_counted_once() -> None:
    words = said({"e-1": (0, 9)})
    twice = (SequenceRange(epoch="e-1", first=0, last=6), SequenceRange(epoch="e-1", first=4, last=9))
    tally = Tally(Said(twice, words.events, words.sha256, None))
    assert tally.places == [SequenceRange(epoch="e-1", first=0, last=9)]


def test_without_a_sum_over_the_bodies_the_ids_decide() -> None:
    words = said({"e-1": (0, 1)})
    here = {"e-1": [held("e-1", 0, "other"), held("e-1", 1)]}
    assert judged(words, here, {}, 9).state == "differs"
    without = Said(words.ranges, words.events, words.sha256, None)
    assert judged(without, here, {}, 9).state == "complete"


def test_what_one_event_adds_is_the_contracts() -> None:
    assert f"{body_value('an-id', 'f' * 64):064x}" == hashlib.sha256(b"an-id " + b"f" * 64).hexdigest()
