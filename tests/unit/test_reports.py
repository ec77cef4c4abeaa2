"""What a node says about itself can always be said."""

from broker.events import Reason, SceneAnswer, SceneVerification, SceneVerified, SourceRef
from edge import reports
from edge.deck.lane import FlightLane
from edge.devices.lane import DeviceLane
from edge.drafts import Draft
from edge.foreign.lane import AnalyticsLane
from tests.unit.drafts import AUDIT


def test_a_trouble_whose_words_may_not_travel_is_told_without_them() -> None:
    told = reports.troubles(
        damaged=None,
        storage="/data/00-1A-2B-3C-4D-5E/outbox.sqlite: database is locked",
        uploads="a reason without end " * 30,
        refused=2,
        overloaded="the detector is asked for more than its budget allows",
        journal=None,
    )
    expected = ["outbox_blocked", "uploads_blocked", "events_refused", "detector_overloaded"]
    assert [reason.code for reason in told] == expected
    assert "withheld" in told[0].text
    assert "3C-4D" not in told[0].text
    assert len(told[1].text) == 240


def test_what_holds_up_the_delivery_is_told() -> None:
    told = reports.troubles(
        damaged=None,
        storage=None,
        uploads=None,
        refused=0,
        overloaded=None,
        journal=None,
        too_large="2 events, of up to 300000 bytes, are larger than the broker takes and wait",
        resending="7 events are sent again because the centre asked for them",
    )
    assert [reason.code for reason in told] == ["too_large", "resending"]


def test_every_wing_has_a_word_for_its_trouble() -> None:
    for lane in (DeviceLane, AnalyticsLane, FlightLane):
        told = reports.troubles(
            damaged=None,
            storage=None,
            uploads=None,
            refused=0,
            overloaded=None,
            journal=None,
            **{lane.name: "no connection"},
        )
        assert [reason.text for reason in told] == ["no connection"]


def test_no_trouble_is_no_word() -> None:
    assert (
        reports.troubles(damaged=None, storage=None, uploads=None, refused=0, overloaded=None, journal=None)
        == []
    )


def test_an_answer_is_one_line_that_says_what_became_of_each_place() -> None:
    why = Reason(code="seen_empty", text="the place was seen empty")
    answers = [SceneAnswer(situation=f"s-{n}", outcome="clear", reasons=[why]) for n in range(9)]
    source = SourceRef(id="cam-1", kind="camera")
    data = SceneVerified(command="v-1", source=source, answers=answers, audit=AUDIT)
    text, fields = reports.line(Draft(SceneVerification, "cam-1", 1.0, data))
    each = "; ".join(f"s-{n} clear (the place was seen empty)" for n in range(4))
    assert text == f"source cam-1: looked again for v-1: {each}"
    assert fields == {"type": "gewu.scene.verified.v1", "subject": "cam-1"}
