"""Open311 GeoReport v2: what is understood, and that answers and errors have the standard's shape."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest

from central.correlation.sightings import Spot
from central.open311.asking import MOST, PERSONAL, SPAN, Fault, form_in, wanted_in, when_in
from central.open311.writing import form_of, written
from central.people.asker import COMMAND_LINE
from central.reports.report import Place
from central.store.database import StoreAway
from central.store.report_places import add_place
from tests.unit.central.desk import Desk
from tests.unit.central.makers import at
from tests.unit.central.reports import HERE, METRE
from tests.unit.central.test_reports_api import everything, opened

V2 = "/open311/v2"
SIGN = Place("abcdefghjk", "Gate 3", Spot(*HERE, 5.0), "bin_full")
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
# As the standard's own examples have them, field by field and in their order.
SERVICE = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
ATTRIBUTE = ["variable", "code", "datatype", "required", "datatype_description", "order", "description"]
MADE = ["service_request_id", "service_notice", "account_id"]
REQUEST = [
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
]
ENDPOINT = ["specification", "url", "changeset", "type", "formats"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("open311"))
    add_place(desk.store, SIGN, COMMAND_LINE.did("place.add", SIGN.name), at(0))
    yield desk
    desk.close()


@pytest.fixture
def desk(made: Desk) -> Desk:
    opened(made, open311={"language": "en", "jurisdiction": "city.example"})
    return made


def get(desk: Desk, path: str, **query: Any) -> httpx.Response:
    return desk.ask("GET", path, params={"api_key": desk.tokens["operator"], **query})


def post(desk: Desk, form: str = "json", *, role: str = "operator", **fields: Any) -> httpx.Response:
    usual = {"api_key": desk.tokens[role], "service_code": "bin_full", "lat": HERE[1], "long": HERE[0]}
    said = {name: value for name, value in (usual | fields).items() if value is not None}
    body = urlencode(said, doseq=True)
    return desk.ask("POST", f"{V2}/requests.{form}", headers=FORM, content=body)


def as_json(root: ET.Element) -> Any:
    """What an XML answer says, as the standard maps it to JSON; every value as text."""
    if len(root) == 0:
        return root.text or ([] if root.tag in ("service_requests", "errors") else None)
    several = {child.tag for child in root} in (
        {"service"}, {"attribute"}, {"request"}, {"error"}, {"endpoint"}, {"format"},
    )  # fmt: skip
    return [as_json(each) for each in root] if several else {each.tag: as_json(each) for each in root}


def plain(value: Any) -> Any:
    """The same of a JSON answer."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def both(desk: Desk, path: str, **query: Any) -> Any:
    """What a resource says; in XML and JSON it must be the same."""
    xml, js = (get(desk, f"{path}.{form}", **query) for form in ("xml", "json"))
    assert (xml.status_code, js.status_code) == (200, 200), xml.text
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert js.headers["content-type"] == "application/json; charset=utf-8"
    assert xml.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    found = js.json()
    assert as_json(ET.fromstring(xml.content)) == plain(found)  # noqa: S314 - our own answer
    return found


def test_services_are_those_of_the_table(desk: Desk) -> None:
    found = both(desk, f"{V2}/services")
    assert len(found) == 11
    assert all(list(each) == SERVICE for each in found)
    assert found[0] | {"description": ""} == {
        "service_code": "illegal_parking",
        "service_name": "Illegal parking of motor vehicles",
        "description": "",
        "metadata": True,
        "type": "realtime",
        "keywords": "illegal parking, 机动车乱停放, 09009",
        "group": "Street order",
    }


def test_a_definition_has_its_attributes(desk: Desk) -> None:
    found = both(desk, f"{V2}/services/bin_full")
    assert list(found) == ["service_code", "attributes"]
    assert all(list(each) == ATTRIBUTE for each in found["attributes"])
    assert [each["order"] for each in found["attributes"]] == [1, 2, 3, 4]
    assert {each["datatype"] for each in found["attributes"]} <= {"string", "number", "datetime", "text"}


def test_discovery(desk: Desk) -> None:
    found = both(desk, "/open311/discovery")
    assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
    assert list(found["endpoints"][0]) == ENDPOINT
    assert found["endpoints"][0]["url"] == "http://127.0.0.1:8080/open311/v2"
    assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]


def test_a_request_and_what_becomes_of_it(desk: Desk) -> None:
    answer = post(desk, "xml", description="Full since Monday <b>&amp;", service_code="exposed_garbage")
    assert answer.status_code == 201, answer.text
    root = ET.fromstring(answer.content)  # noqa: S314
    assert root.tag == "service_requests"
    assert [child.tag for child in root[0]] == MADE
    name = root[0][0].text
    (found,) = both(desk, f"{V2}/requests/{name}")
    assert list(found) == REQUEST
    assert found["requested_datetime"].endswith("Z")
    assert (found["status"], found["service_code"]) == ("open", "exposed_garbage")
    assert (found["lat"], found["long"]) == (HERE[1], HERE[0])
    assert found["description"] == "Full since Monday <b>&amp;"
    assert found in both(desk, f"{V2}/requests")
    (extended,) = both(desk, f"{V2}/requests/{name}", extensions="true")
    assert extended["extended_attributes"]["ticket"].startswith("T-")


def test_the_same_request_again_is_the_same(desk: Desk) -> None:
    first, again = (post(desk, description="twice") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()[0]["service_request_id"] == again.json()[0]["service_request_id"]
    other = post(desk, description="twice", role="department")
    assert other.json()[0]["service_request_id"] != first.json()[0]["service_request_id"]
    headers = {**FORM, "Idempotency-Key": "platform-000001"}
    fields = {"api_key": desk.tokens["operator"], "service_code": "bin_full", "address_id": SIGN.code}
    answers = [
        desk.ask("POST", f"{V2}/requests.json", headers=headers, content=urlencode(fields | more))
        for more in ({}, {}, {"description": "other"})
    ]
    assert [each.status_code for each in answers] == [201, 200, 409]
    assert answers[0].json() == answers[1].json()


def test_persons_are_dropped_before_anything_is_kept_or_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    persons = {name: f"zhangqxzj{n}" for n, name in enumerate(PERSONAL)}
    with caplog.at_level(0):
        answer = post(desk, **persons, description="Call me: 13800138000", service_code="shop_overflow")
    (found,) = answer.json()
    assert found["account_id"] is None
    for name in PERSONAL:
        assert name in found["service_notice"]
    assert "Cut out of the text: a number." in found["service_notice"]
    assert "zhangqxzj" not in answer.text + caplog.text + everything(desk.store)
    assert "13800138000" not in caplog.text + everything(desk.store)


def test_a_photo_elsewhere_is_not_fetched_and_that_is_said(desk: Desk) -> None:
    answer = post(desk, media_url="http://192.0.2.1/photo.jpg", service_code="disorderly_piling")
    assert "media_url was not read" in answer.json()[0]["service_notice"]


def test_attributes_say_more(desk: Desk) -> None:
    when = (at(0) + timedelta(days=1)).isoformat()
    more: dict[str, Any] = {"attribute[accuracy_m]": 12, "attribute[seen_at]": when}
    answer = post(desk, service_code="two_wheeler_parking", **more)
    assert (answer.status_code, answer.json()[0]["description"][:8]) == (400, "seen: it")
    del more["attribute[seen_at]"]
    answer = post(desk, service_code="two_wheeler_parking", **more)
    name = answer.json()[0]["service_request_id"]
    found = get(desk, f"{V2}/requests/{name}.json", extensions="true").json()[0]
    assert found["extended_attributes"]["accuracy_m"] == 12


def test_a_place_goes_by_its_code_or_its_name(desk: Desk) -> None:
    for named in ({"address_id": SIGN.code}, {"address_string": "Gate 3"}):
        answer = post(desk, lat=None, long=None, service_code="unlicensed_stall", **named)
        name = answer.json()[0]["service_request_id"]
        (found,) = get(desk, f"{V2}/requests/{name}.json").json()
        assert (found["address"], found["address_id"]) == ("Gate 3", SIGN.code)


def test_tokens_lead_to_requests(desk: Desk) -> None:
    opened(desk, citizens=True)
    told = desk.ask("POST", "/api/v1/reports", json={"kind": "bin_full", "at": SIGN.code}).json()
    (found,) = both(desk, f"{V2}/tokens/{told['token']}")
    assert found == {"service_request_id": told["id"], "token": told["token"]}


FAULTS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/services", {"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id was not found"),
    ("GET", "/services/nonsense", {}, 404, "service_code was not found"),
    ("GET", "/services/bin_full", {"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id was not found"),
    ("GET", "/requests", {"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id was not found"),
    ("GET", "/requests", {"api_key": ""}, 403, "api_key is missing or not known"),
    ("GET", "/requests", {"api_key": "gewu_guessed"}, 403, "api_key is missing or not known"),
    ("GET", "/requests", {"status": "lost"}, 400, "allowed: open, closed"),
    ("GET", "/requests", {"page": "0"}, 400, "page is a whole number from 1"),
    ("GET", "/requests", {"page_size": "1001"}, 400, "page_size is a whole number from 1 to 1000"),
    ("GET", "/requests", {"start_date": "2026-01-01T00:00:00"}, 400, "with a zone"),
    ("GET", "/requests", {"end_date": "2026-13-01T00:00:00Z"}, 400, "with a zone"),
    ("GET", "/requests/nothere", {}, 404, "service_request_id was not found"),
    ("GET", "/requests/nothere", {"api_key": ""}, 403, "api_key is missing or not known"),
    ("GET", "/tokens/nothere", {}, 404, "token was not found"),
    ("GET", "/nothing", {}, 404, "there is no GET of this path"),
    ("DELETE", "/requests", {}, 404, "there is no DELETE of this path"),
    ("POST", "/requests", {"api_key": None}, 403, "api_key is missing or not known"),
    ("POST", "/requests", {"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id was not found"),
    ("POST", "/requests", {"service_code": None}, 400, "service_code was not provided"),
    ("POST", "/requests", {"service_code": ""}, 400, "service_code was not provided"),
    ("POST", "/requests", {"service_code": "nonsense"}, 404, "service_code was not found"),
    ("POST", "/requests", {"lat": None, "long": None}, 400, "a location was not provided"),
    ("POST", "/requests", {"lat": None}, 400, "longitude and latitude come together"),
    ("POST", "/requests", {"lat": "north"}, 400, "lat is no number"),
    ("POST", "/requests", {"lat": "nan"}, 400, "lat is no number"),
    ("POST", "/requests", {"lat": "99"}, 400, "there is no such place"),
    ("POST", "/requests", {"address_id": "nowhere"}, 400, "address_id is the code of no place"),
    ("POST", "/requests", {"lat": None, "long": None, "address_string": "x"}, 400, "the name of no place"),
    ("POST", "/requests", {"attribute[colour]": "red"}, 400, "attribute[colour] is not known"),
    ("POST", "/requests", {"attribute[accuracy_m]": "far"}, 400, "attribute[accuracy_m] is no number"),
    ("POST", "/requests", {"attribute[seen_at]": "noon"}, 400, "attribute[seen_at] is no time"),
    ("POST", "/requests", {"attribute[picture]": "0" * 64}, 400, "there is no picture"),
]


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(("method", "path", "given", "status", "words"), FAULTS)
def test_every_error_has_the_standards_shape(
    desk: Desk, form: str, method: str, path: str, given: dict[str, Any], status: int, words: str
) -> None:
    if method == "POST":
        answer = post(desk, form, **given)
    else:
        query = {"api_key": desk.tokens["operator"], **given}
        answer = desk.ask(method, f"{V2}{path}.{form}", params=query)
    assert answer.status_code == status, answer.text
    if form == "json":
        (error,) = answer.json()
    else:
        root = ET.fromstring(answer.content)  # noqa: S314
        assert root.tag == "errors"
        assert [child.tag for child in root] == ["error"]
        error = {each.tag: each.text for each in root[0]}
    assert list(error) == ["code", "description"]
    assert int(error["code"]) == status
    assert words in error["description"]


def test_a_key_may_do_what_it_was_made_for(desk: Desk) -> None:
    refused = post(desk, role="viewer")
    assert (refused.status_code, refused.json()[0]["code"]) == (403, 403)
    assert "may not do report.make" in refused.json()[0]["description"]
    assert "viewer" not in get(desk, f"{V2}/requests.json").text
    bearer = {"Authorization": f"Bearer {desk.tokens['operator']}"}
    assert desk.ask("GET", f"{V2}/requests", headers=bearer).status_code == 200


def test_reading_may_be_open_to_all(desk: Desk) -> None:
    opened(desk, open311={"reading": "open"})
    assert desk.ask("GET", f"{V2}/requests.xml").status_code == 200
    assert desk.ask("GET", f"{V2}/requests.xml", site="http://elsewhere.example").status_code == 421


def test_what_is_no_form_is_refused(desk: Desk) -> None:
    sent: list[tuple[dict[str, str], bytes, int]] = [
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({}, b"service_code=bin_full", 415),
        (FORM, b"service_code=\xff", 400),
        (FORM, b"a=%ff", 400),
        (FORM, b"&".join(b"a%d=1" % n for n in range(200)), 400),
    ]
    for headers, body, status in sent:
        answer = desk.ask("POST", f"{V2}/requests.json", headers=headers, content=body)
        assert (answer.status_code, answer.json()[0]["code"]) == (status, status), body


def test_a_database_that_is_away_is_said_in_this_shape_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise StoreAway("host=10.0.0.1 user=secret")

    monkeypatch.setattr("central.api.open311.reports_view.listed", away)
    answer = get(desk, f"{V2}/requests.json")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "secret" not in answer.text
    monkeypatch.setattr("central.api.open311.reports_view.listed", lambda *_, **__: 1 / 0)
    answer = get(desk, f"{V2}/requests.xml")
    assert (answer.status_code, b"a fault of ours" in answer.content) == (500, True)


def test_pages(desk: Desk) -> None:
    for n in range(5):
        post(desk, service_code="fire_lane_occupied", lat=HERE[1] + n * 100 * METRE)
    pages = [
        get(desk, f"{V2}/requests.json", service_code="fire_lane_occupied", page=page, page_size=2).json()
        for page in (1, 2, 3, 4)
    ]
    assert [len(each) for each in pages] == [2, 2, 1, 0]
    ids = [each["service_request_id"] for page in pages for each in page]
    assert len(set(ids)) == 5
    chosen = get(desk, f"{V2}/requests.json", service_request_id=",".join(ids[:3]), status="closed").json()
    assert {each["service_request_id"] for each in chosen} == set(ids[:3]), "it overrides all others"
    assert get(desk, f"{V2}/requests.json", status="closed").json() == []
    assert (
        len(get(desk, f"{V2}/requests.json", status="open,closed", service_code="fire_lane_occupied").json())
        == 5
    )


NOW = at(0)


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ({}, NOW - SPAN, NOW),
        ({"start_date": "", "end_date": " "}, NOW - SPAN, NOW),
        ({"start_date": "2026-02-01T00:00:00Z"}, None, NOW),
        ({"start_date": "2025-01-01T00:00:00Z"}, None, "2025-04-01T00:00:00+00:00"),
        ({"end_date": "2026-02-01T08:00:00+08:00"}, "2025-11-03T00:00:00+00:00", None),
        ({"start_date": "2026-01-01T00:00:00 08:00", "end_date": "2026-01-31T00:00Z"}, None, None),
    ],
)
def test_ninety_days_unless_both_ends_are_said(query: dict[str, str], since: Any, until: Any) -> None:
    found = wanted_in(query, NOW)
    assert found.since is not None
    assert found.until is not None
    assert timedelta(0) < found.until - found.since <= SPAN
    for given, expected in ((found.since, since), (found.until, until)):
        assert expected is None or given == expected or given.isoformat() == expected


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2025-01-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"start_date": "2026-01-02T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"end_date": "0001-01-01T00:00:00Z"},
        {"page": "1e3"},
        {"page": "²"},
        {"service_code": ",".join(f"k{n}" for n in range(500))},
    ],
)
def test_questions_that_cannot_be_answered(query: dict[str, str]) -> None:
    with pytest.raises(Fault) as error:
        wanted_in(query, NOW)
    assert error.value.status == 400


def test_several_values_and_empty_ones() -> None:
    found = form_in(
        b"attribute[a][]=1&attribute[a][]=2&attribute[b]=3&phone=1&phone=2&email=", FORM["Content-Type"]
    )
    assert (found.attributes, found.dropped, found.fields) == ({"a": ["1", "2"], "b": ["3"]}, ("phone",), {})
    assert wanted_in({}, NOW).size == MOST
    assert when_in("t", "1994-11-05T08:15:30-05:00") == when_in("t", "1994-11-05T13:15:30Z")


@pytest.mark.parametrize(
    ("path", "accept", "form"),
    [
        ("/services.json", "text/xml", "json"),
        ("/services.xml", "application/json", "xml"),
        ("/services", "application/json", "json"),
        ("/services", "text/html, application/json;q=0.9, text/xml;q=0.8", "json"),
        ("/services", "text/xml, application/json", "xml"),
        ("/services", "*/*", "xml"),
    ],
)
def test_the_form_is_that_of_the_ending_or_of_what_is_accepted(path: str, accept: str, form: str) -> None:
    assert form_of(path, accept) == form


def test_xml_holds_what_xml_can() -> None:
    body = written("errors", [{"code": 400, "description": "a\x0b\ufffe<&>\n字"}], "xml")
    assert ET.fromstring(body)[0][1].text == "a<&>\n字"  # noqa: S314
    assert (
        json.loads(written("errors", [{"code": 400, "description": "字"}], "json"))[0]["description"] == "字"
    )
