"""Photos of citizens and of those who work, from the pages through the real masking process to the ticket."""

from collections.abc import Iterator

import httpx
import pytest

from tests.centre import Centre, until
from tests.e2e.test_central_api import serves
from tests.masking import command, photograph
from tests.ports import HOST, free_port
from tests.unit.central.reports import HERE


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre that masks, open to citizens."""
    made = Centre(
        tmp_path_factory.mktemp("photos"),
        f"mqtt://{HOST}:{free_port()}",
        pictures={"masker": {"command": command("--stdio")}},
        reports={"citizens": True},
    )
    made.start(well=False)
    until(lambda: serves(made.url))
    yield made
    made.kill()


def test_a_citizens_photo_is_masked_and_shown_with_the_ticket(centre: Centre) -> None:
    sent = httpx.post(f"{centre.url}/api/v1/uploads?for=report", content=photograph((640, 480)), timeout=60)
    assert sent.status_code == 201, sent.text
    report = {"kind": "exposed_garbage", "longitude": HERE[0], "latitude": HERE[1]}
    body = report | {"pictures": [sent.json()["sha256"]]}
    assert httpx.post(f"{centre.url}/api/v1/reports", json=body).status_code == 201
    (ticket,) = centre.tickets()
    (picture,) = ticket["evidence"]
    assert (picture["here"], picture["masked"], picture["media_type"]) == (True, True, "image/jpeg")
    with centre.client() as client:
        assert client.get(f"{picture['url']}/picture").status_code == 200


def test_a_citizen_uploads_for_reports_alone(centre: Centre) -> None:
    for purpose, status in (("ticket", 401), ("nonsense", 422)):
        answer = httpx.post(f"{centre.url}/api/v1/uploads?for={purpose}", content=photograph())
        assert answer.status_code == status
