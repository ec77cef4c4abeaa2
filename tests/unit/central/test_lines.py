"""What the centre says of an event: one line, whatever the event holds."""

import logging

import pytest

from broker.events import Reason
from central.lines import announce
from central.store.outcome import Outcome
from tests.unit.central.makers import event


def test_a_place_cannot_forge_a_line_or_steer_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    opened = event(
        place="Shoe Street\nT-000009 cleared\x1b[2J\u202e", reasons=[Reason(code="a", text="b\r\nc")]
    )
    announce(opened, Outcome("opened", Reason(code="new", text="new"), 1, "reported"))
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith(
        "T-000001 opened   illegal_parking  机动车乱停放  cam-1/kerb  Shoe Street?T-000009"
    )
    assert told.isprintable()
