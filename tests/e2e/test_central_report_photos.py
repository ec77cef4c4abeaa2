"""Photos of citizens and of those who work, from the pages through the real masking process to the ticket."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.centre import Centre, until
from tests.chromium import Browser
from tests.e2e.test_central_api import serves
from tests.masking import command, photograph
from tests.ports import HOST, free_port
from tests.unit.central.reports import HERE

# As if a hand had chosen the file.
CHOOSE = """(async () => {
  const bytes = Uint8Array.from(atob(%s), (sign) => sign.charCodeAt(0));
  const chosen = new DataTransfer();
  chosen.items.add(new File([bytes], 'photo.jpg', { type: 'image/jpeg' }));
  const input = document.querySelector(%s);
  input.files = chosen.files;
  input.dispatchEvent(new Event('change'));
})()"""


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


def test_a_citizens_photo_is_masked_and_shown_with_the_ticket(
    browser: Browser, centre: Centre, tmp_path: Path
) -> None:
    browser.size(390, 844)
    browser.open(f"{centre.url}/report")
    browser.until("document.querySelector('#form')?.hidden === false")
    assert browser.run("document.getElementById('photo-field').hidden") is False
    browser.run("document.querySelector('[data-kind=exposed_garbage]').click()")
    for name, value in (("latitude", HERE[1]), ("longitude", HERE[0])):
        there = f"document.getElementById('{name}')"
        browser.run(f"{there}.value = '{value}', {there}.dispatchEvent(new Event('input')), 0")
    photo = base64.b64encode(photograph((640, 480))).decode()
    browser.run(CHOOSE % (json.dumps(photo), json.dumps("#photo")))
    browser.until("document.getElementById('preview').hidden === false")
    browser.picture(tmp_path / "photo.png")
    browser.run("document.querySelector('#send').click()")
    browser.until("document.querySelector('#outbox a')")
    (ticket,) = centre.tickets()
    (picture,) = ticket["evidence"]
    assert (picture["here"], picture["masked"], picture["media_type"]) == (True, True, "image/jpeg")
    with centre.client() as client:
        assert client.get(f"{picture['url']}/picture").status_code == 200
    assert browser.complaints == []


def test_a_citizen_uploads_for_reports_alone(centre: Centre) -> None:
    for purpose, status in (("ticket", 401), ("nonsense", 422)):
        answer = httpx.post(f"{centre.url}/api/v1/uploads?for={purpose}", content=photograph())
        assert answer.status_code == status
