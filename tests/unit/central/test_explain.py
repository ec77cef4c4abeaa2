"""Every ticket and every non-ticket explains itself on the command line."""

from pathlib import Path

import pytest

from broker.settings import load
from central import cli
from central.letters import Refused, Told, refusal
from central.opening import open_store
from central.settings import CentralSettings
from central.store.database import Store
from central.store.taking import take
from tests.unit.central.makers import Event, at, event, health, letter


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "central.yaml"
    path.write_text(f"storage: {{directory: '{tmp_path}/var'}}\nbroker: {{url: 'mqtt://127.0.0.1:1'}}\n")
    return path


def told(config: Path, *events: Event) -> None:
    store = open_store(load(config, CentralSettings))
    take(store, [Told(letter(each.encode()), each) for each in events])
    store.close()


def explained(config: Path, name: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["explain", str(config), name]) == 0
    return capsys.readouterr().out


def again(phase: str, revision: int, minutes: float, subject: str) -> Event:
    moved = {"since": at(60 * minutes), "last_seen": at(60 * minutes + 9), "box": (0.1, 0.1, 0.3, 0.3)}
    made = event(phase, revision, subject=subject, **moved)
    return made.model_copy(update={"time": at(60 * minutes + 5 + 10 * revision)})


def twice(minutes: float) -> list[Event]:
    """A car that comes, goes after ten minutes, and comes again."""
    return [
        again("opened", 0, 0, "sit-1"),
        again("cleared", 1, 10, "sit-1"),
        again("opened", 0, minutes, "sit-2"),
    ]


def test_a_ticket_tells_what_is_in_it_and_why(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(config, *twice(20))
    told(config, again("opened", 0, 90, "sit-3"))
    text = explained(config, "T-000001", capsys)
    assert "T-000001  reported  scene present  illegal_parking  in no cell" in text
    assert "2 situations:" in text
    assert "here because: nothing like it was near in place and time" in text
    assert (
        "here because: the same source saw it at the same place of the picture, 10 min after it was clear"
        in text
    )
    assert "sit-1: the place was seen clear, revision 1" in text
    assert explained(config, "sit-2", capsys) == text
    assert "event sit-2-0-opened of gewu://131002/yard-7" in explained(config, "sit-2-0-opened", capsys)


def test_what_was_not_joined_says_why(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(config, *twice(65))
    text = explained(config, "T-000002", capsys)
    assert "in no other because: it came 55 min after the other was clear; within 30 min counts" in text


def test_what_became_no_ticket_says_why(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(config, event("updated", 1))
    assert "no ticket: the opening of this situation has not come" in explained(
        config, "sit-1-1-updated", capsys
    )
    store: Store = open_store(load(config, CentralSettings))
    sick, bad = health("raised", 1), letter(b'{"id": "bad-1"}')
    take(store, [Told(letter(sick.encode()), sick), Refused(bad, refusal(bad, "not_understood", "no type"))])
    store.close()
    assert "no ticket: events of this type make none" in explained(config, sick.id, capsys)
    assert "event bad-1 of gewu://131002/yard-7 was refused: no type" in explained(config, "bad-1", capsys)


def test_an_unknown_name_is_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(config, event())
    assert cli.main(["explain", str(config), "T-000009"]) == 1
    assert capsys.readouterr().err == "gewu-central: explain: nothing here is called 'T-000009'\n"
