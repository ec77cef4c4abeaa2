"""The public register: what it tells, what it never tells, and that both languages say all of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from broker.codes import table
from broker.events import Location, Point, SourceRef
from broker.messages import About, SourceAbout, ZoneAbout
from central.api.service import make_app
from central.cli import main
from central.people.roles import ACTIONS, ROLES
from central.registering import PublicRegister, running_of
from central.retention.plan import DAY_S, LOOSE, PARTS, Limits, Plan
from central.retention.register import SEEING, SORTS, Register, Running, register_of, words
from central.retention.settings import PublicSettings
from central.retention.telling import duration, markdown, page
from central.settings import CentralSettings
from central.store.retention_tables import sweeps
from tests.unit.central.desk import Desk
from tests.unit.central.makers import START, event
from tests.unit.central.retained import day, somewhere, tell

SHORT = Plan(Limits(400 * DAY_S, 60 * DAY_S, 30 * DAY_S), {"bin_full": Limits(200 * DAY_S, DAY_S, DAY_S)})
RUNNING = Running(
    PublicSettings(operator="City of <b>Example</b>", contact="desk@city.example", basis=""),
    SHORT,
    reportable=("bin_full",),
    departments=(("环卫", "Sanitation"),),
)
STREAM = "rtsp://admin:secret@10.0.0.17/stream"


def source(number: int, kind: str = "camera", place: str | None = "Shoe Street", **more: Any) -> SourceAbout:
    zone = ZoneAbout(
        id="kerb",
        version="v1",
        polygon=[(0, 0), (1, 0), (1, 1)],
        kinds=more.pop("kinds", ["illegal_parking"]),
    )
    where = Location(
        geometry=Point(type="Point", coordinates=(116.7, 39.5)), accuracy_m=2.0, method="surveyed"
    )
    ref = SourceRef(id=f"cam-{number}", kind=kind, name=more.pop("name", None))  # type: ignore[arg-type]
    return SourceAbout(source=ref, place=place, location=where, zones=[zone])


def about(*sources: SourceAbout) -> About:
    return About(at=START, software="0.1", configuration="0" * 64, sources=list(sources))


def told(places: str = "number", *sources: SourceAbout) -> Register:
    public = RUNNING.public.model_copy(update={"places": places})
    given = sources or (source(1), source(2, kinds=["fire_lane_occupied", "own_kind"]), source(3, "sensor"))
    return register_of(replace(RUNNING, public=public), [about(*given)], START)


def test_it_tells_what_is_sensed_why_and_for_how_long() -> None:
    found = told()
    assert [(each.sort, each.number, each.kinds) for each in found.sources] == [
        ("camera", 2, ["illegal_parking", "fire_lane_occupied", "own_kind"]),
        ("sensor", 1, ["illegal_parking"]),
    ]
    kinds = {each.kind: each for each in found.kinds}
    assert list(kinds) == ["illegal_parking", "fire_lane_occupied", "bin_full", "own_kind"]
    assert (kinds["bin_full"].tickets_s, kinds["own_kind"].pictures_s) == (200 * DAY_S, 60 * DAY_S)
    assert (kinds["bin_full"].found_by, kinds["illegal_parking"].found_by) == (
        ["people"],
        ["camera", "sensor"],
    )
    assert kinds["own_kind"].purpose.en.startswith("to find what is wrong")
    assert found.roles[0].may == ["ticket.view", "evidence.view", "source.view"], "the viewer's"


@pytest.mark.parametrize(
    ("places", "name", "exact"), [("number", False, False), ("name", True, False), ("exact", True, True)]
)
def test_where_sources_are_is_told_as_exactly_as_is_configured(places: str, name: bool, exact: bool) -> None:
    found = told(places)
    for text in (page(found, "en"), page(found, "zh"), markdown(found, "en"), found.model_dump_json()):
        assert ("Shoe Street" in text) == name
        assert ("116.7" in text) == exact
        assert "cam-1" not in text


@pytest.mark.parametrize("way", [STREAM, "at 10.0.0.17", "cam@host", "fe80:0:0:1::7"])
def test_no_way_to_a_device_is_told(way: str) -> None:
    found = told("exact", source(1, place=way), source(2, place=None, name=way), source(3, "gate"))
    assert way not in found.model_dump_json()
    assert [each.name for each in found.sources[0].places] == [None, None]
    assert [each.name for each in told("name", source(1, place=way)).sources[0].places] == []


def test_both_languages_have_every_text_and_every_thing_its_name() -> None:
    said = words()
    for section in said.values():
        entries = section.values() if isinstance(section, dict) and "zh" not in section else [section]
        entries = section if isinstance(section, list) else entries
        for each in entries:
            assert set(each) == {"zh", "en"}
            assert all(each.values())
            assert each["zh"].count("{") == each["en"].count("{")
    assert set(said["sorts"]) == set(SORTS)
    assert set(said["roles"]) == set(ROLES)
    assert set(said["actions"]) == set(SEEING) <= set(ACTIONS)
    assert set(said["purposes"]) == {*table(), "other"}
    assert set(said["kept"]) == {*PARTS, *LOOSE, "unsent_uploads", "stills"}


def test_texts_are_only_ever_text() -> None:
    found = page(told(), "en")
    assert "City of &lt;b&gt;Example&lt;/b&gt;" in found
    assert "<b>" not in found
    assert '<html lang="zh-CN">' in page(told(), "zh")
    assert "script" not in found.replace("description", "")


def test_kinds_that_are_kept_alike_stand_in_one_line() -> None:
    text = markdown(told(), "en")
    assert (
        "| Tickets and what happened to them: Bin overflowing | 200 days, from when the ticket has ended |"
        in text
    )
    assert "| Words of those who report: Bin overflowing | 1 day," in text
    assert "| Photographs" not in text, "none can be sent here"
    assert "| Numbers and hashes of messages (without content) | 1825 days |" in text
    assert "not said" in text
    assert [duration(seconds, "en") for seconds in (3600.0, DAY_S)] == ["1 hour", "1 day"]


def test_nothing_is_made_up_while_no_node_has_spoken() -> None:
    text = markdown(register_of(RUNNING, [], START), "en")
    assert "No source has reported yet." in text
    assert "## Who can see it" in text


def config(folder: Path, **retention: Any) -> Path:
    path = folder / "central.yaml"
    said = {
        "storage": {"directory": str(folder)},
        "broker": {"url": "mqtt://127.0.0.1"},
        "retention": retention,
    }
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk"))
    settings = CentralSettings.model_validate(
        {"storage": {"directory": "x"}, "broker": {"url": "mqtt://127.0.0.1"}, "reports": {"citizens": True}}
    )
    made.parts = replace(made.parts, register=PublicRegister(running_of(settings)))
    made.app = make_app(made.parts)
    yield made
    made.close()


def test_anybody_may_read_it_and_it_may_be_switched_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = desk.ask("GET", "/api/register").json()
    assert found["citizens"] is True
    for header, lang in (("en-GB,en;q=0.9", "en"), ("zh-CN", "zh-CN"), ("fr", "zh-CN")):
        answer = desk.ask("GET", "/register", headers={"Accept-Language": header})
        assert f'<html lang="{lang}">' in answer.text
    assert '<html lang="en">' in desk.ask("GET", "/register?lang=en").text
    assert desk.ask("GET", "/register?lang=fr").status_code == 422
    off = desk.parts.register.running.public.model_copy(update={"shown": False})
    running = replace(desk.parts.register.running, public=off)
    monkeypatch.setattr(desk.parts.register, "running", running)
    for path in ("/register", "/api/register"):
        assert desk.ask("GET", path).status_code == 404


def test_it_is_made_once_a_minute(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    register = PublicRegister(desk.parts.register.running)
    first = register.now(desk.store)
    assert register.now(desk.store) is first
    monkeypatch.setattr("central.registering.LASTS_S", -1.0)
    assert register.now(desk.store) is not first


def test_holds_over_http(desk: Desk) -> None:
    tell(desk.store, event("opened", 0, location=somewhere()), received=day(0))
    chief = desk.as_role("supervisor")
    made = desk.ask("POST", "/api/holds", headers=chief, json={"ticket": "T-000001", "reason": "case 7"})
    assert made.status_code == 201, made.text
    assert (made.json()["hold"], made.json()["made_by"], made.json()["lifted"]) == (1, "supervisor", None)
    kept_so = desk.ask("GET", "/api/tickets/T-000001", headers=desk.as_role("viewer")).json()["kept"]
    assert [(each["hold"], each["reason"]) for each in kept_so["holds"]] == [(1, "case 7")]
    assert {each["part"]: each["reason"]["code"] for each in kept_so["parts"]} == dict.fromkeys(PARTS, "open")
    for body, status, where in (
        ({"ticket": "T-000009", "reason": "case"}, 404, "body.ticket"),
        ({"area": "13", "ticket": "T-000001", "reason": "case"}, 422, "body.ticket"),
        ({"area": "x", "reason": "case"}, 422, "body.area"),
        ({"area": "13", "reason": "call 13912345678"}, 422, "body.reason"),
        ({"area": "13"}, 422, "body.reason"),
    ):
        answer = desk.ask("POST", "/api/holds", headers=chief, json=body)
        assert (answer.status_code, answer.json()["where"]) == (status, where), answer.text
    area = {"area": "131002", "since": "2026-03-01T00:00:00Z", "reason": "inquiry"}
    assert desk.ask("POST", "/api/holds", headers=desk.as_role("administrator"), json=area).status_code == 201
    lifted = desk.ask("POST", "/api/holds/1/lift", headers=chief, json={"reason": "the case is closed"})
    assert (lifted.json()["lifted_by"], lifted.json()["lift_reason"]) == ("supervisor", "the case is closed")
    again = desk.ask("POST", "/api/holds/1/lift", headers=chief, json={"reason": "the case is closed"})
    assert (again.status_code, again.json()["where"]) == (404, "path.number")
    assert [each["hold"] for each in desk.ask("GET", "/api/holds", headers=chief).json()["items"]] == [2]
    every = desk.ask("GET", "/api/holds?lifted=true", headers=chief).json()["items"]
    assert [each["hold"] for each in every] == [2, 1]
    audit = desk.ask("GET", "/api/audit?action=ticket.hold", headers=chief).json()["items"]
    assert [each["about"] for each in audit] == ["T-000001", "area 131002", "T-000001"]


def test_health_and_metrics_tell_of_the_sweep(desk: Desk) -> None:
    check = desk.ask("GET", "/healthz").json()["checks"]["retention"]
    assert check == {"ok": True, "says": "no round has ended yet, 0 files still to delete"}
    with desk.store.write() as connection:
        connection.execute(
            sweeps.insert().values(name="tickets", ended=START, gone=7, waiting=2, failed=START)
        )
    check = desk.ask("GET", "/healthz").json()["checks"]["retention"]
    assert check == {"ok": False, "says": "tickets: nothing was erased for days; the log says why"}
    told_so = desk.ask("GET", "/metrics", headers=desk.as_role("administrator")).text
    assert 'gewu_central_erased{part="tickets"} 7.0' in told_so
    assert 'gewu_central_kept_back{part="tickets"} 2.0' in told_so


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(config(tmp_path, public={"operator": "City of Example", "places": "name"}))

    def run(*words: str, code: int = 0) -> str:
        assert main([words[0], path, *words[1:]]) == code
        said = capsys.readouterr()
        return said.out + said.err

    assert main(["migrate", path]) == 0
    capsys.readouterr()
    assert "there is no ticket 'T-000001'" in run("hold", "add", "T-000001", "--reason", "case 7", code=1)
    added = run("hold", "add", "--area", "131002", "--since", "2026-03-01T00:00:00Z", "--reason", "inquiry")
    assert added.startswith("   1  area 131002  since 2026-03-01T00:00:00.000Z  made ")
    assert "lifted" in run("hold", "lift", "1", "--reason", "it is over")
    assert run("hold", "list") == ""
    assert json.loads(run("hold", "list", "--lifted", "--json"))["lift_reason"] == "it is over"
    for given in (("--area", "13", "--reason", "13912345678"), ("--since", "x")):
        with pytest.raises(SystemExit, match="2"):
            main(["hold", path, "add", *given])
    capsys.readouterr()
    odd = tmp_path / "odd"
    odd.mkdir()
    assert main(["check", str(config(odd, kinds={"bin_ful": {"texts": "3d"}}))]) == 0
    assert "note: retention.kinds.bin_ful: is no kind of the table" in capsys.readouterr().out
    limits = run("retention")
    assert "usual                   tickets 1095d  pictures 180d  texts 90d" in limits
    assert "0 files still to delete" in limits
    assert run("retention", "--counts") == "day,area,kind,origin,outcome,tickets\n"
    assert "there is no ticket 'T-000001'" in run("retention", "T-000001", code=1)
    assert "| Run by | City of Example |" in run("register", "--language", "en")
    assert json.loads(run("register", "--json"))["operator"] == "City of Example"


def test_a_sensor_without_zones_says_what_it_looks_for() -> None:
    bare = SourceAbout(source=SourceRef(id="bin-1", kind="sensor"), kinds=["bin_full"])
    found = told("number", bare)
    (sensors,) = [each for each in found.sources if each.sort == "sensor"]
    assert (sensors.number, sensors.kinds) == (1, ["bin_full"])
    (kind,) = [each for each in found.kinds if each.kind == "bin_full"]
    assert "sensor" in kind.found_by
