"""/api/v1/reports: who may report, how often, and what is answered."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import MetaData, Table, inspect, select

from central.correlation.sightings import Spot
from central.people.asker import COMMAND_LINE
from central.reporting import Pace, counter_of
from central.reports.report import Place
from central.reports.settings import ReportsSettings
from central.store.audit import Asked, lines
from central.store.database import Store
from central.store.report_places import add_place
from central.store.seating import Terms
from tests.unit.central.desk import OURS, Desk
from tests.unit.central.makers import at
from tests.unit.central.reports import HERE

BODY = {"kind": "illegal_parking", "longitude": HERE[0], "latitude": HERE[1], "accuracy_m": 8}
SIGN = Place("abcdefghjk", "Gate 3", Spot(*HERE, 5.0), "bin_full")


def opened(desk: Desk, **settings: Any) -> None:
    """The same desk with other settings."""
    counter = counter_of(ReportsSettings(**settings), Terms())
    desk.app.state.parts = replace(desk.parts, reports=counter)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("reports"))
    add_place(desk.store, SIGN, COMMAND_LINE.did("place.add", SIGN.name), at(0))
    yield desk
    desk.close()


@pytest.fixture
def desk(made: Desk) -> Desk:
    opened(made, citizens=True)
    return made


def tell(desk: Desk, headers: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
    return desk.ask("POST", "/api/v1/reports", headers=headers or {}, json=BODY | changes)


def everything(store: Store) -> str:
    """Every value of every table."""
    with store.read() as connection:
        names = inspect(connection).get_table_names()
        tables = [Table(name, MetaData(), autoload_with=connection) for name in names]
        return "\n".join(str(connection.execute(select(table)).all()) for table in tables)


def test_a_citizen_is_told_the_ticket_and_where_to_look(desk: Desk) -> None:
    answer = tell(desk, id="citizen-0001", text="call 13812345678", seen="2099-01-01T00:00:00Z")
    assert answer.status_code == 422
    answer = tell(desk, id="citizen-0001", text="call 13812345678")
    assert answer.status_code == 201
    told = answer.json()
    assert told["left"] == ["number"]
    assert told["url"] == f"/report/{told['token']}"
    again = tell(desk, id="citizen-0001", text="call 13812345678")
    assert again.status_code == 200
    assert {**again.json(), "joined": told["joined"]} == told
    state = desk.ask("GET", f"/api/v1/reports/{told['token']}").json()
    assert (state["ticket"], state["open"], state["text"]) == (told["ticket"], True, "call ▢")
    assert state["words"] == {"zh": "已收到，等待查看。", "en": "It was received and waits to be looked at."}
    assert tell(desk, id="citizen-0001", text="other").status_code == 409
    ticket = desk.ask("GET", f"/api/tickets/{told['ticket']}", headers=desk.as_role("viewer")).json()
    assert "call ▢" in [each["text"] for each in ticket["reports"]]
    assert "call" not in str(ticket["events"])
    assert desk.ask("GET", told["url"]).headers["permissions-policy"].endswith("geolocation=(self)")


def test_nothing_of_persons_is_taken_or_kept(desk: Desk) -> None:
    for field in ("name", "phone", "email", "first_name", "device_id"):
        answer = tell(desk, None, **{field: "Zhang Qxzj"})
        assert answer.status_code == 422
        assert "Qxzj" not in answer.text
    tell(desk, text="mail zhang.san@qxzj.example or 138-0013-8000, plate 京AQX7Z9")
    kept = everything(desk.store)
    assert [each for each in ("qxzj", "Qxzj", "QX7Z9", "0013-8", "zhang") if each in kept] == []
    assert "mail ▢ or ▢, plate ▢" in kept


def test_only_where_citizens_may(desk: Desk) -> None:
    opened(desk)
    answer = tell(desk)
    assert (answer.status_code, answer.json()["where"]) == (401, "reports.citizens")
    assert desk.ask("GET", "/api/v1/report-form").json()["citizens"] is False


@pytest.mark.parametrize(
    ("role", "origin"),
    [("grid_worker", "grid_worker"), ("department", "department"), ("operator", "citizen"), ("viewer", None)],
)
def test_who_is_signed_in_is_who_reports(desk: Desk, role: str, origin: str | None) -> None:
    opened(desk)
    name = f"by-{role}-1"
    answers = [
        tell(desk, desk.as_role(role), id=name, kind="bin_full"),
        tell(desk, {"Authorization": f"Bearer {desk.tokens[role]}"}, id=f"{name}-b", kind="bin_full"),
    ]
    assert [answer.status_code for answer in answers] == ([201, 201] if origin else [401, 403])
    if origin:
        found = desk.ask("GET", f"/api/tickets/{answers[0].json()['ticket']}", headers=desk.as_role(role))
        members = found.json()["members"]
        assert {(each["origin"], each["source"]) for each in members} >= {(origin, "phone"), (origin, "api")}
        (line, *_) = lines(desk.store, Asked(who=role, action="report.make", outcome="done"), limit=1)
        assert line.about == answers[1].json()["id"]


def test_a_session_reports_from_its_own_page_alone(desk: Desk) -> None:
    good = desk.as_role("grid_worker")
    for bad in ({"Origin": "https://elsewhere.example"}, {"X-Gewu-Forgery-Key": "guessed"}):
        assert tell(desk, {**good, **bad}).status_code == 403
    assert tell(desk, {"Authorization": "Bearer gewu_guessed"}).status_code == 401
    assert tell(desk, {"Origin": "https://elsewhere.example"}).status_code == 403, "nor does a citizen"
    assert tell(desk, {"Host": "elsewhere.example"}).status_code == 421
    assert tell(desk, OURS).status_code in (200, 201)


def test_a_viewer_who_is_signed_in_reports_as_a_citizen(desk: Desk) -> None:
    assert tell(desk, desk.as_role("viewer"), id="viewer-0001").status_code == 201
    form = desk.ask("GET", "/api/v1/report-form", headers=desk.as_role("viewer")).json()
    assert (form["signed_in"], form["citizens"]) == (False, True)


def test_the_sign_says_where_it_is(desk: Desk) -> None:
    form = desk.ask("GET", "/api/v1/report-form", params={"at": SIGN.code}).json()
    assert (form["place"]["name"], form["place"]["kind"]) == ("Gate 3", "bin_full")
    assert form["photos"] is not None
    assert len(form["kinds"]) == 11
    told = desk.ask("POST", "/api/v1/reports", json={"kind": "bin_full", "at": SIGN.code}).json()
    state = desk.ask("GET", f"/api/v1/reports/{told['token']}").json()
    assert state["place"] == "Gate 3"
    assert desk.ask("GET", "/api/v1/report-form", params={"at": "nothere"}).status_code == 404
    assert tell(desk, at="nothere").status_code == 404


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ({"hourly_by_address": 1}, {}),
        ({"hourly_by_place": 1}, {"at": SIGN.code}),
        ({"hourly_by_citizens": 1}, {}),
    ],
)
def test_citizens_have_to_wait_when_there_are_too_many(
    desk: Desk, settings: dict[str, Any], changes: dict[str, Any]
) -> None:
    opened(desk, citizens=True, **settings)
    (sort,) = settings
    answers = [tell(desk, id=f"{sort}-{number:04d}", **changes) for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2].headers["retry-after"]) > 60
    assert tell(desk, desk.as_role("grid_worker"), id="work-goes-on").status_code in (200, 201)


def test_addresses_are_forgotten_and_never_known() -> None:
    pace = Pace(ReportsSettings(hourly_by_address=1))
    for network in ("203.0.113.7", "2001:db8::1"):
        assert [pace.wait_s(network, "sign", moment) for moment in (0.0, 1.0)] == [0, 0], (
            "one may be overdrawn"
        )
    assert pace.wait_s("203.0.113.7", None, 2.0) > 3000
    assert pace.wait_s("2001:db8::ffff", None, 2.0) > 3000, "whoever has one address has its network"
    assert "203.0.113" not in str(vars(pace)) + str([vars(each) for each in pace._by_name.values()])
    for number in range(3):
        pace.wait_s(f"198.51.100.{number}", None, 10_000.0 + 5_000 * number)
    assert len(pace) <= 4


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"latitude": 95}, "longitude"),
        ({"latitude": None}, "longitude"),
        ({"accuracy_m": 900}, "accuracy_m"),
        ({"pictures": ["0" * 64]}, "pictures"),
        ({"pictures": ["x"]}, "pictures"),
        ({"text": "x" * 4001}, "body.text"),
        ({"id": "no"}, "id"),
        ({"seen": "yesterday"}, "body.seen"),
        ({"seen": "2020-01-01T00:00:00Z"}, "seen"),
    ],
)
def test_bad_reports_are_told_what_where_and_what_is_allowed(
    desk: Desk, changes: dict[str, Any], where: str
) -> None:
    answer = tell(desk, **changes)
    assert (answer.status_code, answer.json()["where"]) == (422, where)


def test_whoever_guesses_a_token_learns_nothing(desk: Desk) -> None:
    assert desk.ask("GET", "/api/v1/reports/guessed").status_code == 404
    assert desk.ask("GET", f"/api/v1/reports/{'x' * 99}").status_code == 422
