"""Frigate's messages through the decoder, the real place ledger and the dwell rule.

`messages.jsonl` has the form of Frigate's topics; `t` is when each came, in seconds of the story.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge.decoders import frigate
from edge.ledger import Ledger
from edge.places import Finding
from edge.readings import Reading
from edge.rule import Zone
from edge.rules import dwell
from edge.tracked import Tracked

STORY = Path(__file__).parent / "frigate_one_car_under_three_track_ids" / "messages.jsonl"
UTC = 1772323200.0
KERB = Zone("kerb", "the kerb", [(0.35, 0.4), (0.6, 0.4), (0.6, 0.65), (0.35, 0.65)], "1")
RULE = {"kind": "dwell", "incident": "illegal_parking", "dwell": "60s"}


def messages() -> list[dict[str, Any]]:
    return [json.loads(line) for line in STORY.read_text(encoding="utf-8").splitlines()]


class Box:
    """A Frigate box as a source: each message is decoded and remembered, a look every second."""

    def __init__(self) -> None:
        self.decoder = frigate.build(frigate.Settings(kind="frigate"))
        self.tracked = Tracked("frigate-1", "kerb_7")
        self.ledger = Ledger("frigate-1")
        self.rule = dwell.build(dwell.Settings.model_validate(RULE), "frigate-1", KERB)
        self.said: list[str] = []

    def message(self, told: dict[str, Any]) -> None:
        payload = told["payload"]
        body = payload if isinstance(payload, str) else json.dumps(payload)
        decoded = self.decoder.decode(told["topic"], body.encode())
        self.said.append(repr(decoded))
        self.tracked.heard(told["t"])
        for reading in decoded.readings:
            if reading == Reading("frigate", "online", False):
                self.tracked.lost()
        for seen in decoded.seen:
            self.tracked.take(seen, told["t"])

    def look(self, t: float) -> list[Finding]:
        seen = self.tracked.look(t, UTC + t)
        cleared = [place for place in self.ledger.step(seen) if place.state == "cleared"]
        return self.rule.step(seen, [*self.ledger.places, *cleared])


def replay(box: Box, story: list[dict[str, Any]], until: float = 420.0) -> Iterator[tuple[float, Finding]]:
    waiting = list(story)
    for second in range(int(until)):
        while waiting and waiting[0]["t"] <= second:
            box.message(waiting.pop(0))
        for finding in box.look(float(second)):
            yield float(second), finding


def test_one_parked_car_under_three_track_ids_is_one_situation() -> None:
    story = messages()
    tracks = {told["payload"]["after"]["id"] for told in story if told["topic"] == "frigate/events"}
    assert len(tracks) == 5  # the car's three, a van that passes, a person

    found = list(replay(Box(), story))

    assert len({finding.situation for _, finding in found}) == 1
    phases = [(finding.phase, second) for second, finding in found if finding.phase != "updated"]
    # It stands by 16.3 s, seen from the look at 17 s on; by 298.0 s it drives off.
    assert [phase for phase, _ in phases] == ["opened", "cleared"]
    assert 77.0 <= phases[0][1] <= 80.0
    assert 338.0 <= phases[1][1] <= 345.0


def test_each_track_alone_would_not_have_stood_long_enough() -> None:
    """Keyed to the track, as the box itself does, two of three clocks of 120 s never strike."""
    ends: dict[str, float] = {}
    for told in messages():
        after = told["payload"]["after"] if told["topic"] == "frigate/events" else {"label": ""}
        if after["label"] in ("car", "truck") and after["stationary"]:
            ends[after["id"]] = after["frame_time"] - after["start_time"]
    assert [length < 120.0 for length in ends.values()] == [True, True, True]

    box = Box()
    settings = dwell.Settings.model_validate({**RULE, "dwell": "120s"})
    box.rule = dwell.build(settings, "frigate-1", KERB)
    opened = [second for second, finding in replay(box, messages()) if finding.phase == "opened"]
    assert len(opened) == 1


def test_nothing_of_the_person_or_the_plate_is_remembered() -> None:
    box = Box()
    findings = [repr(finding) for _, finding in replay(box, messages())]
    for value in ("Marta", "Quell", "KA51MX2290", "1772323330.0-eee555"):
        assert any(value in json.dumps(told) for told in messages())
        assert [text for text in (*box.said, *findings) if value in text] == []


def test_a_box_that_goes_away_ends_nothing() -> None:
    gone = {"t": 150.0, "topic": "frigate/available", "payload": "offline"}
    story = [told for told in messages() if told["t"] < 150.0]

    found = list(replay(Box(), [*story, gone], until=900.0))

    assert [finding.phase for _, finding in found if finding.phase != "updated"] == ["opened"]


def test_the_story_again_gives_the_same_findings() -> None:
    first, second = (list(replay(Box(), messages())) for _ in range(2))
    assert first == second
    assert replace(first[0][1], revision=0) == first[0][1]
