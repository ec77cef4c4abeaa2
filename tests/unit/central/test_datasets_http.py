"""Who may have a dataset, and when it ends before its end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from broker.events import ObjectCount
from central.api import datasets
from central.api.guard import now
from central.feedback.marks import Mark
from central.letters import Told
from central.people.asker import COMMAND_LINE
from central.sampling import Ended, Giving, asked_for, files, planned
from central.store.audit import Asked, lines
from central.store.feedback import Said, mark_ticket
from central.store.pictures import Arrival, arrived
from central.store.taking import take
from tests.e2e.test_central_dataset import picture
from tests.unit.central.desk import Desk
from tests.unit.central.makers import event, evidence, letter

BEGAN = now() - timedelta(hours=3)
BODY = picture(120)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With a car that stood, marked right, and its picture."""
    made = Desk(tmp_path_factory.mktemp("datasets"))
    seen = evidence(BODY).model_copy(update={"taken": BEGAN})
    facts = {"box": (0.25, 0.25, 0.5, 0.5), "objects": [ObjectCount(label="car", count=1)], "since": BEGAN}
    opened = event("opened", 0, last_seen=BEGAN, evidence=[seen], **facts)
    opened = opened.model_copy(update={"time": BEGAN})
    take(made.store, [Told(letter(opened.encode()), opened)])
    path = made.parts.vault.path(seen.sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY)
    arrived(made.store, Arrival(seen.sha256, len(BODY), "image/jpeg", BEGAN))
    right: Mark = "right"
    mark_ticket(made.store, 1, Said(right), COMMAND_LINE, now())
    yield made
    made.close()


def test_only_supervisors_and_administrators_may(desk: Desk) -> None:
    path = "/api/dataset?kind=illegal_parking&reason=cars"
    for role in ("viewer", "grid_worker", "department", "operator"):
        for asked in (path, "/api/dataset/card"):
            assert desk.ask("GET", asked, headers=desk.as_role(role)).json()["code"] == "role_lacks"
    assert desk.ask("GET", path).status_code == 401
    card = desk.ask(
        "GET", "/api/dataset/card?kind=illegal_parking", headers=desk.as_role("supervisor")
    ).json()
    assert sum(card["classes"]["vehicle"].values()) == 1
    given = desk.ask("GET", path, headers=desk.as_role("supervisor"))
    assert (given.status_code, given.content[:8]) == (200, b"dataset/")


def test_one_at_a_time(desk: Desk) -> None:
    path, headers = "/api/dataset?reason=cars", desk.as_role("administrator")
    with datasets.AT_ONCE:
        busy = desk.ask("GET", path, headers=headers)
        assert (busy.status_code, busy.json()["code"]) == (429, "dataset_busy")
    assert desk.ask("GET", path, headers=headers).status_code == 200
    assert desk.ask("GET", f"{path}&kind=x+y", headers=headers).status_code == 422
    assert desk.ask("GET", path, headers=headers).status_code == 200, "a refusal lets the next one in"


def test_who_may_no_more_gets_no_further_picture(desk: Desk) -> None:
    plan = planned(desk.store, asked_for(("illegal_parking",), ()))
    giving = Giving(desk.store, desk.parts.vault, COMMAND_LINE, "ended early", now, lambda: False)
    with pytest.raises(Ended):
        next(files(plan, giving))
    told = lines(desk.store, Asked(action="evidence.view"), limit=100)
    assert "ended early" not in {line.why for line in told}
