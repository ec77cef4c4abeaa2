"""Trials of zones by what people marked, and suggestions, over HTTP; answers are as nodes send them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from broker.asks import Answer, Backtest, Supposed
from broker.events import ObjectCount, SourceRef
from broker.fields import read
from broker.messages import About, SourceAbout
from central.api.guard import now
from central.letters import Letter, Told
from central.store.answering import keep_answer
from central.store.ask_tables import asks
from central.store.database import take_turn
from central.store.people_tables import audit
from central.store.taking import take
from tests.unit.central.desk import Desk
from tests.unit.central.makers import NODE, at, event
from tests.unit.central.pilots import told_about

KERB = {
    "id": "kerb",
    "polygon": [[0.1, 0.4], [0.9, 0.4], [0.9, 0.9], [0.1, 0.9]],
    "rules": [{"kind": "dwell", "incident": "illegal_parking", "dwell": "3m"}],
}
BEGAN = now() - timedelta(days=2)
BOXES = {
    "false-1": (0.45, 0.5, 0.55, 0.7),
    "false-2": (0.45, 0.5, 0.55, 0.7),
    "right-1": (0.7, 0.6, 0.85, 0.85),
}
STOOD = {"false-1": 200, "false-2": 240, "right-1": 1800}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With a camera that told three things, which people marked."""
    made = Desk(tmp_path_factory.mktemp("comparing"))
    source = SourceAbout(source=SourceRef(id="cam-1", kind="camera"))
    about = About(at=at(0), software="0.1", configuration="0" * 64, sources=[source])
    told_about(made.store, about, node=NODE)
    for n, (name, box) in enumerate(BOXES.items()):
        tell(made, name, box, n)
        mark = {"mark": "right"} if name == "right-1" else {"mark": "false_alarm", "reason": "queue"}
        number = f"T-{n + 1:06d}"
        assert post(made, f"/api/tickets/{number}/marks", **mark).status_code == 200
    yield made
    made.close()


def tell(desk: Desk, name: str, box: Any, n: int) -> None:
    """A car that stood there, an hour after the last, and went."""
    since = BEGAN + timedelta(hours=n)
    facts = {"subject": name, "box": box, "since": since, "objects": [ObjectCount(label="car", count=1)]}
    for phase, revision, after in (("opened", 0, 180), ("cleared", 9, STOOD[name])):
        made = event(phase, revision, last_seen=since + timedelta(seconds=after), **facts)
        made = made.model_copy(update={"time": since + timedelta(seconds=after)})
        take(desk.store, [Told(Letter(NODE.source, NODE.topic("event"), made.encode(), now()), made)])


def post(desk: Desk, path: str, **body: Any) -> httpx.Response:
    return desk.ask("POST", path, headers=desk.as_role("operator"), json=body)


def get(desk: Desk, path: str, role: str = "operator") -> httpx.Response:
    return desk.ask("GET", path, headers=desk.as_role(role))


def command_of(desk: Desk, name: str) -> Backtest:
    with desk.store.read() as connection:
        return read(Backtest, connection.execute(select(asks.c.body).where(asks.c.id == name)).scalar_one())


def supposed(variant: str, name: str, n: int, *, same: bool = True) -> Supposed:
    since = BEGAN + timedelta(hours=n)
    return Supposed(
        variant=variant,
        situation=f"{variant}-{n}",
        same=name if same else None,
        zone="kerb",
        rule="dwell-illegal_parking",
        kind="illegal_parking",
        since=since,
        opened=since + timedelta(seconds=180),
        cleared=since + timedelta(seconds=STOOD[name]),
        box=BOXES[name],
        observed_s=100.0,
        coverage=1.0,
    )


def answer(desk: Desk, name: str, told: list[Supposed], variants: list[str]) -> None:
    """As a node answers: the situations, then what it all came to."""
    counts = {each: sum(one.variant == each for one in told) for each in variants}
    tried = [{"variant": each, "situations": count, "told": count} for each, count in counts.items()]
    trial = {"tried": tried, "looks": 10, "film_s": 600.0, "seconds": 0.1, "stretches": []}
    facts: dict[str, Any] = {"id": name, "at": now(), "situations": told, "trial": trial}
    made = Answer.model_validate(facts | {"number": 0, "status": "done"})
    body = Letter(NODE.source, NODE.topic("answer"), made.encode(), now())
    with desk.store.write() as connection:
        take_turn(connection)
        assert keep_answer(connection, body, made)[0]


def test_a_trial_says_what_becomes_of_the_marks(desk: Desk) -> None:
    since, until = BEGAN - timedelta(hours=1), now()
    variant = {"id": "longer", "zones": [KERB]}
    asked = post(
        desk,
        "/api/asks",
        command="backtest",
        node="131002/yard-7",
        source="cam-1",
        since=since.isoformat(),
        until=until.isoformat(),
        variants=[variant],
    )
    name = asked.json()["id"]
    waiting = get(desk, f"/api/asks/{name}/compared").json()
    assert (waiting["status"], waiting["marked"], waiting["variants"]) == ("waiting", 3, [])
    told = [supposed("now", each, n) for n, each in enumerate(BOXES)]
    told += [supposed("longer", "right-1", 2, same=False)]
    answer(desk, name, told, ["now", "longer"])
    found = get(desk, f"/api/asks/{name}/compared").json()
    today, longer = found["variants"]
    assert (today["variant"], today["precision"], today["recall"]) == ("now", 0.3333, 1.0)
    assert (longer["precision"], longer["recall"], longer["complete"]) == (1.0, 1.0, True)
    assert longer["marks"]["false_alarm"]["dropped"] == 2
    assert [(each["ticket"], each["outcome"]) for each in longer["judged"]] == [
        ("T-000001", "dropped"),
        ("T-000002", "dropped"),
        ("T-000003", "kept"),
    ]
    assert get(desk, f"/api/asks/{name}/compared?zone=gate").json()["marked"] == 0
    assert get(desk, f"/api/asks/{name}/compared", "supervisor").status_code == 404, "another's ask"


def test_a_zone_gets_suggestions_that_are_tried_and_ranked(desk: Desk) -> None:
    made = post(
        desk, "/api/suggestions", node="131002/yard-7", source="cam-1", zone="kerb", zones=[KERB], days=7
    )
    assert made.status_code == 202, made.text
    first = made.json()
    assert (first["status"], first["now"]) == ("waiting", None)
    changes = {each["id"]: each for each in first["items"]}
    assert {"dwell-illegal_parking-1", "spot-1"} <= set(changes)
    assert all(each["effect"] is None and each["reason"]["text"] for each in first["items"])
    command = command_of(desk, first["ask"])
    assert [each.id for each in command.variants] == [each["id"] for each in first["items"]]
    assert command.until - command.since == timedelta(days=7)
    names = ["now", *changes]
    told = [supposed("now", each, n) for n, each in enumerate(BOXES)]
    told += [supposed("dwell-illegal_parking-1", "right-1", 2)]  # and every other change drops all of them
    answer(desk, first["ask"], told, names)
    done = get(desk, f"/api/suggestions/{first['ask']}").json()
    assert done["now"]["marks"]["false_alarm"]["kept"] == 2
    assert [each["rank"] for each in done["items"]] == list(range(1, len(names)))
    assert done["items"][0]["id"] == "dwell-illegal_parking-1"
    best = done["items"][0]["effect"]
    assert (best["marks"]["false_alarm"]["dropped"], best["marks"]["right"]["kept"]) == (2, 1)
    assert done["items"][-1]["effect"]["marks"]["right"]["dropped"] == 1
    with desk.store.read() as connection:
        said = connection.execute(select(audit.c.why).where(audit.c.action == "ask.backtest")).scalars().all()
    assert said[-1] == f"tried {len(changes)} changes of cam-1 kerb"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"zone": "gate"}, 404, "no_zone"),
        ({"zones": None}, 409, "not_known"),
        ({"source": "cam-2", "zones": [KERB]}, 409, "no_false_alarms"),
        ({"node": "131002/nobody", "zones": [KERB]}, 409, "no_false_alarms"),
        ({"days": 31}, 422, "field_large"),
        ({"zones": []}, 422, "field_few"),
    ],
)
def test_what_cannot_be_suggested_is_said(desk: Desk, changes: Any, status: int, code: str | None) -> None:
    body = {"node": "131002/yard-7", "source": "cam-1", "zone": "kerb", "zones": [KERB]} | changes
    answered = post(desk, "/api/suggestions", **body)
    assert (answered.status_code, answered.json().get("code")) == (status, code), answered.text


def test_suggestions_and_comparisons_of_nobody_are_not_found(desk: Desk) -> None:
    assert get(desk, "/api/suggestions/ask-9").status_code == 404
    assert get(desk, "/api/asks/ask-9/compared").status_code == 404
    looked = post(desk, "/api/asks", command="inspect", node="131002/yard-7", source="cam-1").json()["id"]
    refused = get(desk, f"/api/asks/{looked}/compared")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_backtest")


def test_zones_are_known_from_what_the_node_told_when_it_was_asked(desk: Desk) -> None:
    looked = post(desk, "/api/asks", command="inspect", node="131002/yard-7", source="cam-1").json()["id"]
    facts: dict[str, Any] = {
        "id": looked,
        "at": now(),
        "settings": {"id": "cam-1", "zones": [KERB], "ignore": []},
    }
    made = Answer.model_validate(facts | {"number": 0, "status": "done"})
    with desk.store.write() as connection:
        take_turn(connection)
        keep_answer(connection, Letter(NODE.source, NODE.topic("answer"), made.encode(), now()), made)
    answered = post(desk, "/api/suggestions", node="131002/yard-7", source="cam-1", zone="kerb")
    assert answered.status_code == 202, answered.text
