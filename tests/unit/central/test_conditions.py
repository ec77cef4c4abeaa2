"""Source health, and the list of sources."""

from itertools import permutations

import pytest

from broker.events import SourceRef
from broker.messages import About, NodeHealth, NodeState, SourceAbout, SourceReport
from central.conditions import Condition, judge
from central.sources import NodeWords, overview
from tests.unit.central.makers import NODE, at, health

STORY = [health("raised", 1), health("cleared", 2), health("raised", 3)]


@pytest.mark.parametrize("order", list(permutations(STORY)))
def test_the_latest_word_stands_whatever_the_order(order: tuple[object, ...]) -> None:
    known: Condition | None = None
    for event in (*order, *order):
        known = judge(known, event).condition  # type: ignore[arg-type]
    assert known is not None
    assert known.said.at == at(180)
    assert known.health.state == "raised"


def test_effects_and_reasons() -> None:
    first = judge(None, STORY[0])
    assert (first.effect, first.reason.text) == ("raised", "signal_loss raised")
    assert judge(first.condition, STORY[1]).effect == "recovered"
    assert judge(first.condition, STORY[0]).effect == "duplicate"
    later = judge(None, STORY[2]).condition
    assert judge(later, STORY[1]).effect == "stale"


def test_sources_come_from_all_that_was_said() -> None:
    """A source that only reports, one that is only announced, one that only has a condition."""
    words = NodeWords(
        node=NODE.source,
        state=NodeState(online=True),
        about=About(
            at=at(0),
            software="gewu 0.1.0",
            configuration="c" * 64,
            sources=[SourceAbout(source=SourceRef(id="cam-2", kind="camera"))],
        ),
        health=NodeHealth(
            at=at(0),
            uptime_s=1,
            pending=0,
            evidence_pending=0,
            disk_free_mb=1,
            sources=[
                SourceReport(id="cam-3", state="ok", frames=1, dropped=0),
                SourceReport(id="cam-4", state="stalled", frames=1, dropped=0),
            ],
        ),
        heard=at(0),
    )
    other = NodeWords("gewu://131002/other", None, None, None, None)
    raised = [(NODE.source, STORY[0].data)]
    view, empty = overview([words, other], raised)
    assert view.online is True
    assert {source.id: source.well for source in view.sources} == {
        "cam-1": False,
        "cam-2": None,
        "cam-3": True,
        "cam-4": False,
    }
    assert (empty.online, empty.sources) == (None, ())
