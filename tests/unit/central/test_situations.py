"""What events make of situations: any order, any repetition, the same situations."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.boundary import breach
from central.situations import Decision, Situation, decide, ticket_id
from tests.unit.central.makers import Event, at, event


def tell(events: Iterable[Event]) -> list[Decision]:
    """Decide about one event after the other, as they come."""
    known: dict[str, Situation] = {}
    decisions = []
    for each in events:
        decisions.append(decide(known.get(each.subject), each))
        known[each.subject] = decisions[-1].situation
    return decisions


def outcome(events: Iterable[Event]) -> dict[str, Situation]:
    """What is known of each situation in the end."""
    return {decision.situation.subject: decision.situation for decision in tell(events)}


def effects(events: Iterable[Event]) -> list[str]:
    return [decision.effect for decision in tell(events)]


STORY = [event("opened", 0), event("updated", 1), event("updated", 2), event("cleared", 3)]

stories = st.lists(
    st.builds(
        lambda phase, revision, subject, version: event(
            phase, revision, subject=subject, event_id=f"{subject}-{phase}-{revision}-{version}"
        ),
        st.sampled_from(["opened", "updated", "cleared"]),
        st.integers(0, 4),
        st.sampled_from(["sit-a", "sit-b"]),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=400, deadline=None)
@given(st.data(), stories)
def test_any_order_and_repetition_gives_the_same_tickets(data: st.DataObject, story: list[Event]) -> None:
    """Also for stories no node would tell: two openings, clearings before updates, two with one revision."""
    repeated = story + data.draw(st.lists(st.sampled_from(story), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    assert outcome(shuffled) == outcome(story)


@settings(max_examples=200, deadline=None)
@given(st.permutations(STORY))
def test_a_whole_story_ends_cleared_whatever_the_order(story: list[Event]) -> None:
    situation = outcome(story)["sit-1"]
    seen = situation.sighting
    assert seen is not None
    assert (seen.at, seen.until) == (at(5).timestamp(), at(35).timestamp())
    assert situation.incident == STORY[3].data
    assert "opened" in effects(story)


def test_effects_in_order() -> None:
    assert effects(STORY) == ["opened", "updated", "updated", "cleared"]


def test_a_clearing_before_the_opening_is_kept_and_joined() -> None:
    first, second = tell([STORY[3], STORY[0]])
    assert (first.effect, first.situation.sighting, first.reason.code) == ("early", None, "before_opening")
    assert second.effect == "opened"
    assert second.reason.code == "joined"
    assert second.situation.sighting is not None
    assert second.situation.sighting.until == STORY[3].time.timestamp()


def test_an_older_revision_changes_nothing_that_is_shown() -> None:
    decisions = tell([STORY[0], STORY[2], STORY[1]])
    assert decisions[2].effect == "stale"
    assert decisions[2].reason.values == {"revision": 1.0, "known": 2.0}
    assert decisions[2].situation.incident == STORY[2].data


def test_a_repeated_event_is_a_duplicate() -> None:
    assert effects([STORY[0], STORY[0]]) == ["opened", "duplicate"]
    assert effects([STORY[3], STORY[3]]) == ["early", "duplicate"]


def test_clearing_is_final() -> None:
    """A later update brings facts but does not make the thing stand again."""
    decisions = tell([STORY[0], STORY[3], event("updated", 9)])
    assert decisions[2].effect == "updated"
    assert decisions[2].situation.sighting is not None
    assert decisions[2].situation.sighting.until is not None
    assert decisions[2].situation.incident.revision == 9


def test_ids_follow_from_the_situation_and_may_be_written() -> None:
    assert ticket_id("gewu://131002/a", "s") == ticket_id("gewu://131002/a", "s")
    assert ticket_id("gewu://131002/a", "s") != ticket_id("gewu://131002/b", "s")
    assert all(breach(ticket_id("gewu://131002/a", f"s{n}")) is None for n in range(500))


def test_every_reason_is_told_in_words() -> None:
    for decision in tell([*STORY, STORY[0], STORY[1]]):
        assert "{" not in decision.reason.text
        assert "revision" in decision.reason.text


def test_a_situation_opened_twice_was_opened_the_first_time_whatever_the_ids() -> None:
    first = event("opened", 0, event_id="z")
    again = event("opened", 0, event_id="a", severity="high").model_copy(update={"time": at(900)})
    for order in ((first, again), (again, first)):
        known = outcome(order)["sit-1"]
        assert known.first is not None
        assert (known.first.at, known.first.until) == (first.time.timestamp(), None)
        assert known.incident == again.data
