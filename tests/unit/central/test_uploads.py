"""Pictures that people upload: who may, what is answered and kept, and that what nothing shows is deleted."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from broker.events import ModelRef
from central.api.service import make_app
from central.api.service_parts import turns_of
from central.limits import MOST_KEPT
from central.people.asker import COMMAND_LINE
from central.people.roles import TABLE
from central.pictures.masked import Refusal
from central.pictures.masker import Masker
from central.pictures.settings import MaskerSettings, PicturesSettings
from central.pictures.turns import AT_ONCE, Turns
from central.retaining import Retaining
from central.store.audit import Asked, lines
from central.store.database import Store
from central.store.pictures import Arrival, arrived
from central.store.upload_tables import uploads
from central.store.uploads import UNLINKED_S, Upload, drop_unlinked, expected, link
from tests.masking import photograph, refusal, traces_of
from tests.unit.central.desk import Desk, find_upload
from tests.unit.central.test_masker_rogues import READY, ROGUE

PATH = "/api/v1/uploads"
NOW = datetime(2026, 3, 1, 8, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
MASKED = photograph((8, 6), exif=b"")
ROW = Upload(
    "a" * 64, 500, "image/jpeg", 8, 6, "report", NOW, "gewu-1", [{"name": "m", "sha256": "0" * 64}], 1, 2, 3
)
MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[MakeDesk]:
    """An API whose masker answers every picture with the same bytes."""
    made: list[Desk] = []

    def make(answer: bytes = MASKED, **settings: Any) -> Desk:
        (tmp_path / "rogue.py").write_text(
            f"{ROGUE}\nsay({READY!r})\nwhile True:\n    id, body = take()\n    good(id, {answer!r})"
        )
        masker = {"command": [sys.executable, "-S", str(tmp_path / "rogue.py")]}
        pictures = PicturesSettings.model_validate({"masker": masker, "max_bytes": 50_000, **settings})
        desk = Desk(tmp_path / f"desk-{len(made)}")
        own = Masker(MaskerSettings.model_validate(masker), desk.parts.metrics)
        own.start()
        desk.parts = replace(desk.parts, pictures=pictures, masker=own, turns=turns_of(pictures))
        desk.app = make_app(desk.parts)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        assert desk.parts.masker
        desk.parts.masker.stop()
        desk.close()


@pytest.fixture
def plain_desk(tmp_path: Path) -> Iterator[Desk]:
    """An API without a masker."""
    made = Desk(tmp_path)
    yield made
    made.close()


def post(
    desk: Desk, body: Any, role: str = "grid_worker", what: str = "report", **headers: str
) -> httpx.Response:
    return desk.ask("POST", f"{PATH}?for={what}", content=body, headers={**desk.as_role(role), **headers})


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    found: dict[str, Any] = answer.json()
    return found


def files(desk: Desk) -> list[Path]:
    return [path for path in desk.parts.vault.folder.rglob("*") if path.is_file()]


def test_whoever_reports_or_handles_may_upload() -> None:
    assert TABLE["picture.upload"] == TABLE["ticket.report"] | TABLE["ticket.handle"]


def test_a_picture_is_kept_masked_and_its_row_says_how(make_desk: MakeDesk) -> None:
    desk, name = make_desk(), hashlib.sha256(MASKED).hexdigest()
    made = post(desk, photograph(), **{"content-type": "image/jpeg"})
    assert made.status_code == 201, made.text
    assert made.json() == {
        "sha256": name,
        "size": len(MASKED),
        "media_type": "image/jpeg",
        "width": 8,
        "height": 6,
        "masked": {"persons": 1, "faces": 0, "plates": 0},
    }
    assert [path.name for path in files(desk)] == [name]
    row = find_upload(desk.store, name)
    assert row is not None
    assert (row.purpose, row.software, row.persons, row.linked) == ("report", "rogue", 1, None)
    assert [ModelRef(**model).role for model in row.models] == ["detector", "faces", "plates"]
    (line,) = lines(desk.store, Asked(action="picture.upload"), limit=9)
    assert (line.who, line.about) == ("grid_worker", name)
    assert line.why == "for a report; masked: persons 1, faces 0, plates 0"
    shown = desk.ask("GET", f"/api/evidence/{name}/picture", headers=desk.as_role("viewer"))
    assert shown.status_code == 200
    assert post(desk, photograph(), "department", "ticket").json() == made.json(), "once more changes nothing"


def test_without_a_masker_nothing_is_taken_and_the_answer_says_what_to_do(plain_desk: Desk) -> None:
    answer = refused(post(plain_desk, photograph()), 503, "masker_missing")
    assert "pictures.masker.command" in answer["detail"]
    assert answer["allowed"] == "pictures.masker in the centre's configuration"
    keep = plain_desk.parts.uploading.keep
    refusal(keep(photograph(), None, "ticket", COMMAND_LINE, NOW), "masker_missing")  # type: ignore[arg-type]
    assert files(plain_desk) == []


def test_what_is_not_taken(make_desk: MakeDesk) -> None:
    desk = make_desk()
    for body in (b"", b"<svg/>", b"\0\0\0\x18ftypheic" + bytes(50), b"GIF89a" + bytes(50)):
        assert "image/webp" in refused(post(desk, body), 415, "wrong_type")["detail"]
    refused(post(desk, photograph(), **{"content-type": "image/png"}), 415, "wrong_type")
    refused(
        post(desk, photograph(), **{"content-type": "multipart/form-data; boundary=x"}), 415, "wrong_type"
    )
    assert post(desk, photograph(), **{"content-type": "application/octet-stream"}).status_code == 201
    for what in ("", "report&for=x", "profile"):
        assert post(desk, photograph(), what=what).status_code == 422
    assert refused(post(desk, bytes(50_001)), 413, "too_large")["detail"] == "it has more than 50000 bytes"

    async def pieces() -> Any:
        for _ in range(60):
            yield bytes(1000)

    refused(post(desk, pieces()), 413, "too_large")
    assert desk.parts.turns.running == 0


def test_what_the_masker_made_is_looked_at_once_more(make_desk: MakeDesk) -> None:
    for foul in (photograph(), MASKED + b"more", MASKED[:-60]):
        desk = make_desk(foul)
        assert post(desk, photograph()).status_code in (415, 422)
        assert files(desk) == []
        assert lines(desk.store, Asked(action="picture.upload"), limit=9) == []


def test_a_masker_that_is_down_says_when_to_come_back(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk()
    assert desk.parts.masker
    desk.parts.masker.stop()
    answer = post(desk, photograph())
    refused(answer, 503, "masker_down")
    assert int(answer.headers["retry-after"]) >= 1
    health = desk.ask("GET", "/healthz").json()
    assert (health["ok"], health["checks"]["masker"]) == (
        False,
        {"ok": False, "says": "not ready; the log says why"},
    )
    assert files(desk) == []


def test_an_account_uploads_so_many_an_hour(make_desk: MakeDesk) -> None:
    desk = make_desk(uploads_per_hour=2)
    # What fills again between two tries is far less than one.
    codes = [post(desk, photograph()).status_code for _ in range(4)]
    assert codes[0] == 201
    over = post(desk, photograph())
    assert "pictures.uploads_per_hour" in refused(over, 429, "over_quota")["detail"]
    assert int(over.headers["retry-after"]) > 60
    assert post(desk, photograph(), "department").status_code == 201


def test_no_byte_of_what_was_sent_is_kept_anywhere(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk, body = make_desk(), photograph((300, 200))
    assert post(desk, body).status_code == 201
    refused(post(desk, body[:-50] + b"\0" * 50, **{"content-type": "image/png"}), 415, "wrong_type")
    desk.store.close()
    found = {path: traces_of(body, path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()}
    assert {path: traces for path, traces in found.items() if traces} == {}


def test_turns_have_bounds_and_are_given_back() -> None:
    turns = Turns(most=3, per_hour=100)
    assert [turns.begin("a", 0.0) for _ in range(AT_ONCE)] == [None] * AT_ONCE
    seconds, reason = turns.begin("a", 0.0) or (0, None)
    assert (seconds, reason and reason.code) == (1.0, "at_once")
    assert turns.begin("b", 0.0) is None
    assert (turns.begin("c", 0.0) or (0, None))[1].code == "masker_busy"  # type: ignore[union-attr]
    for account in ("a", "a", "b"):
        turns.end(account)
    assert (turns.running, turns._running) == (0, {})


def test_accounts_that_rest_are_forgotten() -> None:
    turns = Turns(most=2, per_hour=1)
    for number in range(MOST_KEPT + 5):
        assert turns.begin(f"account-{number}", float(number)) is None
        turns.end(f"account-{number}")
    assert len(turns._allowance) <= MOST_KEPT
    assert turns.begin("last", 1e9) is None
    assert len(turns._allowance) == 1


def rows(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(uploads.c.sha256).order_by(uploads.c.sha256)).scalars())


def linked(store: Store, sha256: str, at: datetime = NOW) -> bool:
    with store.write() as connection:
        return link(connection, sha256, at)


def test_what_nothing_shows_is_deleted(store: Store) -> None:
    for name, age in (("a", 2 * HOUR), ("b", 2 * HOUR), ("c", HOUR / 2), ("d", 2 * HOUR)):
        expected(store, replace(ROW, sha256=name * 64, masked=NOW - age))
    assert linked(store, "b" * 64)
    assert not linked(store, "e" * 64)
    arrived(store, Arrival("d" * 64, 500, "image/jpeg", NOW, "gewu://131002/yard-7"))
    gone: list[str] = []
    assert drop_unlinked(store, NOW - HOUR, gone.append) == 2
    assert gone == ["a" * 64], "a node's evidence stays"
    assert rows(store) == ["b" * 64, "c" * 64]


def test_an_upload_again_begins_its_hour_anew_and_changes_nothing_that_is_shown(store: Store) -> None:
    expected(store, replace(ROW, masked=NOW - 2 * HOUR))
    again = replace(ROW, purpose="ticket", masked=NOW)
    expected(store, again)
    assert find_upload(store, ROW.sha256) == again
    assert linked(store, ROW.sha256, NOW)
    assert linked(store, ROW.sha256, NOW + HOUR), "two may show it"
    expected(store, replace(ROW, masked=NOW + HOUR))
    assert find_upload(store, ROW.sha256) == replace(again, linked=NOW)
    assert drop_unlinked(store, NOW + 9 * HOUR, lambda _: pytest.fail("it is shown")) == 0


def test_a_file_that_cannot_go_keeps_its_row(store: Store) -> None:
    expected(store, ROW)

    def stuck(_: str) -> None:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        drop_unlinked(store, NOW + HOUR, stuck)
    assert rows(store) == [ROW.sha256]


def test_the_sweep_deletes_the_file_too(make_desk: MakeDesk) -> None:
    desk = make_desk()
    name = post(desk, photograph()).json()["sha256"]
    sweep, now = Retaining(desk.parts.basis, desk.parts.vault), datetime.now(timezone.utc)
    sweep.look(desk.store, now + timedelta(seconds=UNLINKED_S / 2))
    assert [path.name for path in files(desk)] == [name]
    sweep.look(desk.store, now + timedelta(seconds=UNLINKED_S) + HOUR)
    assert (files(desk), rows(desk.store)) == ([], [])
    assert isinstance(desk.parts.uploading.keep(b"", None, "report", COMMAND_LINE, now), Refusal)
