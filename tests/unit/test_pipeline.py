"""One source's step: what becomes an event, what goes with it, and what outlives a restart."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.events import Audit, Clock, Incident, Reason, SourceHealth
from edge.assembly import camera, lookouts, open_models, pipeline
from edge.config import load
from edge.drafts import Draft
from edge.evidence import EvidenceStore
from edge.frames import Frame, SourceClock, Trouble
from edge.observation import Observation, Proof, View
from edge.perception.glance import Glance, Wish
from edge.pipeline import Pipeline
from edge.places import Finding, Place
from edge.privacy import Masker, MaskingFailed
from edge.settings import SourceSettings
from edge.sources import open_source
from edge.steps import Camera, Shown
from edge.troubles import TABLE, Conditions, Happening
from models.detections import Detections
from tests.street import configuration, film

AUDIT = Audit(software="gewu-0", configuration="0" * 64, clock=Clock(quality="unknown"))
CLOCK = SourceClock(lambda: 0.0, lambda: 0.0)


class Street:
    """A film, looked at by a pipeline as fast as it goes."""

    def __init__(self, folder: Path, seconds: float, car: tuple[float, float]) -> None:
        path = film(folder / "street.avi", seconds, car=car, person=True)
        self.settings = load(configuration(folder, url="mqtt://127.0.0.1", path=path)).settings
        self.models = open_models(self.settings)
        self.source: SourceSettings = self.settings.sources[0].model_copy(update={"pace": "fast"})

    def pipeline(self, shoot: Camera | None = None) -> Pipeline:
        return pipeline(self.source, self.models, shoot, AUDIT)

    def frames(self) -> Iterator[Frame]:
        return (item for item in open_source(self.source, CLOCK).frames() if isinstance(item, Frame))


def later_on(f: Frame) -> Frame:
    """The frame, 14 seconds later, in another process with another monotonic base."""
    return Frame(f.image, f.source, f.index, f.t + 5000.0, f.utc + 14.0, f.clock)


def incidents(drafts: Sequence[Draft]) -> list[Incident]:
    return [draft.data for draft in drafts if isinstance(draft.data, Incident)]


def test_a_car_that_stays_through_a_restart_is_one_situation_until_it_leaves(tmp_path: Path) -> None:
    street = Street(tmp_path, 4, car=(0, 4))
    first = street.pipeline()
    before = [draft for frame in street.frames() for draft in first.step(frame).finish().drafts]
    (tmp_path / "later").mkdir()
    later = Street(tmp_path / "later", 20, car=(0, 3))
    second = later.pipeline()
    second.resume(first.snapshot())
    moved = (later_on(f) for f in later.frames())
    after = [draft for frame in moved for draft in second.step(frame).finish().drafts]
    kinds = [draft.model.__name__ for draft in before + after]
    assert kinds.count("IncidentOpened") == kinds.count("IncidentCleared") == 1
    assert len({draft.subject for draft in before + after}) == 1
    told = incidents(before + after)
    assert [incident.revision for incident in told] == list(range(len(told)))
    assert max(abs((incident.since - told[0].since).total_seconds()) for incident in told) < 0.1


def test_state_that_waits_for_its_first_frame_is_not_overwritten(tmp_path: Path) -> None:
    street = Street(tmp_path, 4, car=(0, 4))
    first = street.pipeline()
    for frame in street.frames():
        first.step(frame)
    second = street.pipeline()
    second.resume(first.snapshot())
    second.trouble(Trouble("cam-1", "lost", "the camera does not answer"), 1.0)
    state = json.loads(second.snapshot())
    assert state["ledger"]["places"] == json.loads(first.snapshot())["ledger"]["places"] != []
    assert list(state["conditions"]) == ["signal_loss"]


@pytest.mark.parametrize(
    "snapshot", [b"{}", b"[]", b"7", b'{"conditions": 3, "rules": {}, "ledger": {}}', b"{"]
)
def test_state_that_is_none_is_refused(snapshot: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"."):
        Street(tmp_path, 1, car=(0, 1)).pipeline().resume(snapshot)


def test_a_ledger_that_cannot_be_restored_starts_afresh_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    street = Street(tmp_path, 1, car=(0, 1))
    broken = street.pipeline()
    broken.resume(b'{"conditions": {}, "rules": {}, "ledger": {"version": 99}}')
    assert [broken.step(frame).finish() for frame in street.frames()]
    assert "what stood there before the restart is not known" in caplog.text


def test_a_rule_whose_state_is_strange_starts_afresh_and_the_places_stay(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    street = Street(tmp_path, 4, car=(0, 4))
    first = street.pipeline()
    before = [draft for frame in street.frames() for draft in first.step(frame).finish().drafts]
    state = json.loads(first.snapshot())
    (rule,) = state["rules"]
    state["rules"][rule] = {"version": 99}
    second = street.pipeline()
    second.resume(json.dumps(state).encode())
    later = [later_on(f) for f in street.frames()]
    after = [draft for frame in later for draft in second.step(frame).finish().drafts]
    assert f"the rule {rule} starts afresh" in caplog.text
    assert {draft.subject for draft in after} == {before[0].subject}  # so there is no new ticket
    assert incidents(after)[0].since == incidents(before)[0].since


def test_every_opened_and_cleared_event_carries_a_masked_picture(tmp_path: Path) -> None:
    street = Street(tmp_path, 20, car=(0, 6))
    store = EvidenceStore(tmp_path / "evidence", max_bytes=10**9)
    line = street.pipeline(camera(street.models, store))
    batches = [line.step(frame).finish() for frame in street.frames()]
    told = incidents([draft for batch in batches for draft in batch.drafts])
    assert [[e.role for e in incident.evidence] for incident in told] == [["scene"], [], ["after"]]
    uploads = [upload for batch in batches for upload in batch.uploads]
    assert [upload.sha256 for upload in uploads] == [e.sha256 for i in told for e in i.evidence]
    assert all(store.get(upload.sha256) is not None for upload in uploads)


class Failing:
    labels = ("person", "car")

    def detect(self, pictures: Sequence[np.ndarray]) -> list[object]:
        raise RuntimeError("out of memory")


def test_when_masking_fails_the_event_goes_without_a_picture_and_says_why(tmp_path: Path) -> None:
    street = Street(tmp_path, 5, car=(0, 5))
    store = EvidenceStore(tmp_path / "evidence", max_bytes=10**9)
    failing = Masker(persons=Failing(), faces=None, plates=None)  # type: ignore[arg-type]
    line = street.pipeline(camera(replace(street.models, masker=failing), store))
    batches = [line.step(frame).finish() for frame in street.frames()]
    opened = incidents([draft for batch in batches for draft in batch.drafts])[0]
    assert opened.evidence == []
    assert opened.reasons[-1].code == "picture_withheld"
    assert not any(batch.uploads for batch in batches)
    assert not (tmp_path / "evidence").exists()
    with pytest.raises(MaskingFailed):
        failing.mask(np.zeros((8, 8, 3), np.uint8))


class Blind:
    """Eyes that fail on some frames, and on others where the detector is wanted."""

    ripening = "nothing"
    proof = Proof()
    asked = ()

    def __init__(self, bad: set[int], blurred: set[int] = frozenset()) -> None:  # type: ignore[assignment]
        self.bad = bad
        self.blurred = blurred

    def glance(self, frame: Frame, places: Sequence[Place]) -> Glance:
        if frame.index in self.bad:
            raise RuntimeError("the picture broke")
        grey = np.zeros((8, 8), np.uint8)
        wish = Wish("cam-1", "changed", ()) if frame.index in self.blurred else None
        return Glance(frame, grey, grey, None, View(), True, places, wish)

    def detect(self, glance: Glance) -> Sequence[Detections]:
        raise RuntimeError("the model broke")

    def conclude(self, glance: Glance, found: Sequence[Detections] | None) -> Observation:
        frame = glance.frame
        return Observation("cam-1", frame.t, frame.utc, frame.clock, 1.3, ())


def test_frames_that_cannot_be_looked_at_are_one_episode_of_trouble(tmp_path: Path) -> None:
    street = Street(tmp_path, 1, car=(0, 1))
    line = Pipeline(street.source, Blind({2, 3}, {1}), lookouts(street.source), None, AUDIT)
    image = np.zeros((8, 8, 3), np.uint8)
    frames = [Frame(image, "cam-1", n, float(n), 100.0 + n, "unknown") for n in range(6)]
    drafts = [draft for frame in frames for draft in line.step(frame).finish().drafts]
    health = [draft.data for draft in drafts if isinstance(draft.data, SourceHealth)]
    assert [(h.condition, h.state) for h in health] == [
        ("analysis_failed", "raised"),
        ("analysis_failed", "cleared"),
    ]
    assert health[0].reasons[0].text == "RuntimeError: the model broke"
    assert line.observations == 3


def test_a_source_that_is_lost_in_many_ways_is_raised_once_and_cleared_by_a_frame(tmp_path: Path) -> None:
    street = Street(tmp_path, 1, car=(0, 1))
    line = street.pipeline()
    told = [
        draft
        for state in ("stalled", "lost", "lost", "failed")
        for draft in line.trouble(Trouble("cam-1", state, "no answer"), 50.0).drafts  # type: ignore[arg-type]
    ]
    told += line.step(next(street.frames())).finish().drafts
    health = [draft.data for draft in told if isinstance(draft.data, SourceHealth)]
    assert [(h.condition, h.state, h.severity) for h in health] == [
        ("signal_loss", "raised", "high"),
        ("signal_loss", "cleared", "normal"),
    ]
    assert health[0].since == health[1].since


@given(st.lists(st.sampled_from(sorted(TABLE))))
def test_conditions_alternate_and_empty(happenings: list[Happening]) -> None:
    conditions = Conditions()
    states: dict[str, list[str]] = {}
    for now, what in enumerate(happenings):
        if change := conditions.happened(what, "", float(now)):
            states.setdefault(change.condition, []).append(change.state)
    for told in states.values():
        assert told == (["raised", "cleared"] * len(told))[: len(told)]
    conditions.happened("frame", "back", 1e6)
    conditions.happened("seen", "back", 1e6)
    assert len(conditions) == 0


def test_every_happening_is_known_to_the_table_or_is_only_logged() -> None:
    states = {state for part in get_args(Happening) for state in (get_args(part) or (part,))}
    assert states - set(TABLE) == {"damaged", "changed", "ended"}


def test_words_that_no_message_may_carry_are_withheld() -> None:
    change = Conditions().happened("lost", "rtsp://00:11:22:33:44:55/ does not answer", 1.0)
    assert change is not None
    assert "withheld" in change.reason.text
    assert "33:44" not in change.reason.text


def test_a_picture_that_cannot_be_made_does_not_lose_the_incident(tmp_path: Path) -> None:
    def broken(*_: object) -> Shown:
        raise ZeroDivisionError

    street = Street(tmp_path, 5, car=(0, 5))
    line = street.pipeline(broken)
    opened = incidents([d for frame in street.frames() for d in line.step(frame).finish().drafts])[0]
    assert opened.evidence == []
    assert opened.reasons[-1].text == "there is no picture: making it failed (ZeroDivisionError)"


def test_the_next_look_does_not_wait_for_the_picture_of_this_one(tmp_path: Path) -> None:
    street = Street(tmp_path, 8, car=(0, 8))
    taken: list[int] = []

    def slow(frame: Frame, *_: object) -> Shown:
        taken.append(frame.index)
        return Shown(None)

    line = street.pipeline(slow)
    steps = [line.step(frame) for frame in street.frames()]
    assert taken == []
    assert sum(len(step.finish().drafts) for step in steps) >= 1
    assert len(taken) == 1


def standing(coverage: float) -> Finding:
    """A thing that stands; with a coverage that is no number its event cannot be written."""
    why = Reason(code="dwelt", text="stood too long")
    box = (0.1, 0.1, 0.2, 0.2)
    place = Place("p-1", "vehicle", "car", 0.9, box, "confirmed", 0.0, 1.0, 1.0, coverage, (why,))
    return Finding(f"s-{coverage}", "opened", place, 1.0, (why,))


class Told:
    """A rule that finds what it was given, once; nothing given is a fault in it."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = list(findings)

    def step(self, seen: Observation, places: Sequence[Place]) -> list[Finding]:
        if not self.findings:
            raise ZeroDivisionError
        return self.findings

    def dump(self, *, deep: bool = False) -> dict[str, Any]:
        return {"deep": deep}

    def restore(self, data: dict[str, Any]) -> None:
        raise NotImplementedError


def one_look(folder: Path, *rules: Told) -> list[str]:
    """The subjects of what a first look after a loss comes to, under these rules."""
    street = Street(folder, 1, car=(0, 1))
    known = lookouts(street.source)[0]
    watched = [replace(known, rule=rule) for rule in rules]
    line = Pipeline(street.source, Blind(set()), watched, None, AUDIT)
    line.trouble(Trouble("cam-1", "lost", "no answer"), 50.0)
    frame = Frame(np.zeros((8, 8, 3), np.uint8), "cam-1", 0, 0.0, 100.0, "unknown")
    return [draft.subject for draft in line.step(frame).finish().drafts]


def test_a_rule_that_fails_loses_nothing_that_others_found(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert one_look(tmp_path, Told(standing(0.5)), Told(), Told(standing(1.0))) == ["cam-1", "s-0.5", "s-1.0"]
    assert "illegal_parking failed at this look" in caplog.text


def test_an_event_that_cannot_be_made_loses_no_other_of_the_same_look(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nan = standing(float("nan"))
    assert one_look(tmp_path, Told(standing(0.5), nan, standing(1.0))) == ["cam-1", "s-0.5", "s-1.0"]
    assert "an event about s-nan cannot be made and is left out" in caplog.text
