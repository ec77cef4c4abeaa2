"""Flights and sweeps over HTTP and on the command line; flights kept, bounded, and erased in their time."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from broker.events import FlightFinished, SourceRef
from broker.messages import SourceAbout
from central.cli import main
from central.letters import Told
from central.retaining import Retaining
from central.retention.plan import DAY_S, Plan
from central.store import flown
from central.store.database import Store
from central.store.flight_tables import flight_sweep_commands, flight_sweep_tickets, flight_sweeps
from central.store.flown import FlightsWanted, list_flights
from central.store.keeping import Basis
from central.store.taking import take
from central.vault import Shelf
from tests.unit.central.casework import report
from tests.unit.central.desk import Desk
from tests.unit.central.makers import START, at, letter
from tests.unit.central.pilots import ROOF, about, flight, here, told_about, zone

SWEEP = {"request": "request-1", "node": "131002/roof-1", "tickets": ["T-000001"], "reason": "a look"}


def tell(store: Store, *told: FlightFinished, received: float = 100.0) -> list[str]:
    letters = [letter(each.encode(), node=ROOF, received=received) for each in told]
    pairs = zip(letters, told, strict=True)
    return [outcome.effect for outcome in take(store, [Told(*pair) for pair in pairs]).outcomes]


def listed(store: Store, **wanted: Any) -> list[str]:
    return [row.flight for row in list_flights(store, FlightsWanted(**wanted), limit=100)]


def test_of_each_flight_the_last_report_stands_in_whatever_order(store: Store) -> None:
    first, second = flight("f-1", number=0), flight("f-1", number=1, found=["a", "b"])
    assert tell(store, second, first) == ["kept", "stale"]
    assert tell(store, flight("f-2", number=5), second) == ["kept", "duplicate"]
    assert tell(store, flight("f-1", number=2, found=[], coverage=None)) == ["kept"]
    rows = list_flights(store, FlightsWanted(), limit=100)
    told = [(row.flight, row.found, row.cleared, row.not_placed, row.area_m2) for row in rows]
    assert told == [("f-2", 1, 1, 3, 1200.0), ("f-1", 0, 1, 3, None)]


def test_flights_are_found_by_node_drone_and_time(store: Store) -> None:
    tell(store, *(flight(f"f-{n}", number=n) for n in range(4)))
    assert listed(store) == ["f-3", "f-2", "f-1", "f-0"]
    assert listed(store, node="gewu://131002/other") == []
    assert listed(store, source="drone-1", since=at(110), until=at(170)) == ["f-1"]


def test_of_one_node_no_more_than_so_many_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flown, "MOST", 2)
    tell(store, *(flight(f"f-{n}", number=n) for n in range(4)))
    assert listed(store) == ["f-3", "f-2"]


def test_flights_and_sweeps_go_in_their_time(store: Store, tmp_path: Path) -> None:
    told_about(store, about(zone()))
    report(store, location=here())
    tell(store, flight("f-1"), received=0.0)
    tell(store, flight("f-2", number=1), received=50 * DAY_S)
    wanted = flown_sweep(store)
    does = Retaining(Basis(Plan(), 0.0, START.tzinfo), Shelf(tmp_path))  # type: ignore[arg-type]
    does.whole_round(store, at(100 * DAY_S))
    assert listed(store) == ["f-2"]
    assert count(store, flight_sweeps) == 0, "it ended after 7 days"
    assert count(store, flight_sweep_commands) == count(store, flight_sweep_tickets) == 0
    assert wanted == 1


def flown_sweep(store: Store) -> int:
    from central.people.asker import COMMAND_LINE
    from central.store.flight_sweeps import SweepWanted, ask_sweep

    wanted = SweepWanted("request-1", "131002/roof-1", "", 7 * DAY_S, tickets=("T-000001",))
    return ask_sweep(store, wanted, COMMAND_LINE, at(0))


def count(store: Store, table: Any) -> int:
    with store.read() as connection:
        found: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return found


@pytest.fixture(scope="module")
def flying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with a ticket, a drone that flies over it, and three flights."""
    made = Desk(tmp_path_factory.mktemp("flying"))
    told_about(made.store, about(zone()))
    report(made.store, location=here())
    seen = flight("f-0", node=ROOF)
    tell(made.store, seen, flight("f-1", number=1), flight("f-2", number=2))
    yield made
    made.close()


def test_flights_come_page_by_page(flying: Desk) -> None:
    found, cursor = [], None
    for _ in range(3):
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = flying.ask("GET", "/api/flights", headers=flying.as_role("viewer"), params=params).json()
        found += [each["flight"] for each in page["items"]]
        cursor = page["next"]
    assert (found, cursor) == (["f-2", "f-1", "f-0"], None)


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("/api/flights?cursor=before-x-1", 400, "query.cursor"),
        ("/api/flights?cursor=before-99999999999999999-1", 400, "query.cursor"),
        ("/api/flights?since=2026-03-01T00:00:00", 400, "query.since"),
        ("/api/flights/77", 404, "path.number"),
        ("/api/sweeps/77", 404, "path.number"),
        ("/api/flights?limit=0", 422, "query.limit"),
    ],
)
def test_what_is_wrong_is_told_as_a_problem(flying: Desk, path: str, status: int, where: str) -> None:
    answer = flying.ask("GET", path, headers=flying.as_role("viewer"))
    assert (answer.status_code, answer.json()["where"]) == (status, where)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_flight_is_geojson_with_the_tickets_of_what_it_found(flying: Desk) -> None:
    listed = flying.ask("GET", "/api/flights", headers=flying.as_role("viewer")).json()["items"]
    answer = flying.ask("GET", f"/api/flights/{listed[-1]['id']}", headers=flying.as_role("viewer"))
    assert answer.headers["content-type"] == "application/geo+json"
    told = answer.json()
    path, coverage = told["features"]
    assert (path["geometry"]["type"], path["geometry"]["coordinates"][0]) == (
        "LineString",
        [116.7, 39.5, 90.0],
    )
    assert (coverage["geometry"]["type"], coverage["properties"]) == (
        "Polygon",
        {"sort": "coverage", "area_m2": 1200.0},
    )
    assert told["properties"]["found"] == [{"situation": "sit-1", "ticket": None}], "another node's name"
    assert told["properties"]["not_placed"][0]["reason"]["text"] == "no gimbal data"


@pytest.mark.parametrize("role", ["viewer", "grid_worker", "department", "administrator"])
def test_only_operators_and_supervisors_ask(flying: Desk, role: str) -> None:
    answer = flying.ask("POST", "/api/sweeps", headers=flying.as_role(role), json=SWEEP)
    assert (answer.status_code, "operator, supervisor may" in answer.json()["detail"]) == (403, True)


def test_sources_say_what_they_look_for(flying: Desk) -> None:
    bin_1 = SourceAbout(source=SourceRef(id="bin-1", kind="sensor"), kinds=["bin_full"])
    said = about(zone(["street_stall", "bin_full"]))
    told_about(flying.store, said.model_copy(update={"sources": [*said.sources, bin_1]}), seconds=9)
    nodes = flying.ask("GET", "/api/sources", headers=flying.as_role("viewer")).json()["nodes"]
    found = {each["id"]: each["kinds"] for node in nodes for each in node["sources"]}
    assert found == {"bin-1": ["bin_full"], "drone-1": ["bin_full", "street_stall"]}


def test_a_sweep_is_asked_once_and_told(flying: Desk) -> None:
    headers = flying.as_role("operator")
    first, again = (flying.ask("POST", "/api/sweeps", headers=headers, json=SWEEP) for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    told = first.json()
    assert (told["source"], told["made_by"], told["states"]) == ("drone-1", "operator", {"asked": 1})
    assert [each["ticket"] for each in told["tickets"]] == ["T-000001"]
    reused = flying.ask("POST", "/api/sweeps", headers=headers, json=SWEEP | {"within": "1d"})
    assert (reused.status_code, reused.json()["code"]) == (409, "request_reused")
    viewer = flying.as_role("viewer")
    assert flying.ask("GET", f"/api/sweeps/{told['id']}", headers=viewer).json() == told
    items = flying.ask("GET", "/api/sweeps", headers=viewer).json()["items"]
    assert items == [{name: value for name, value in told.items() if name != "tickets"}]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"tickets": ["T-000009"], "request": "request-2"}, "body.tickets"),
        ({"node": "131002/none", "request": "request-3"}, "body.node"),
        ({"within": "1s"}, "body.within"),
        ({"area": "12"}, "body.area"),
        ({"reason": "call 13800138000"}, "body.reason"),
        ({"request": "short"}, "body.request"),
        ({"tickets": ["T-1"] * 1001}, "body.tickets"),
        ({"unknown": 1}, "body.unknown"),
    ],
)
def test_what_a_sweep_cannot_be_is_refused_with_its_place(flying: Desk, changes: Any, where: str) -> None:
    answer = flying.ask("POST", "/api/sweeps", headers=flying.as_role("supervisor"), json=SWEEP | changes)
    assert (answer.status_code, answer.json()["where"]) == (422, where), answer.text


@pytest.fixture
def config(tmp_path: Path, sqlite_store: Store) -> Path:
    """A centre's configuration over a database with a ticket, a drone and a flight."""
    told_about(sqlite_store, about(zone()))
    report(sqlite_store, location=here())
    tell(sqlite_store, flight("f-1"))
    settings = {"storage": {"directory": str(tmp_path)}, "broker": {"url": "mqtt://127.0.0.1:1"}}
    path = tmp_path / "central.yaml"
    path.write_text(yaml.safe_dump(settings))
    return path


def test_flights_and_sweeps_on_the_command_line(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flights", str(config)]) == 0
    line = capsys.readouterr().out
    assert f"drone-1 of {ROOF.source}  f-1  1200 m2  1 found, 0 seen again, 1 cleared  3 not placed" in line
    assert main(["flights", str(config), "1"]) == 0
    assert json.loads(capsys.readouterr().out)["features"][0]["properties"]["sort"] == "path"
    assert main(["flights", str(config), "--node", "131002/other", "--json"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["flights", str(config), "7"]) == 1
    asked = ["sweep", str(config), "--node", "131002/roof-1", "--tickets", "T-000001", "--within", "2d"]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert f"drone-1 of {ROOF.source}  1 asked" in out
    assert "T-000001  asked" in out
    assert main(["sweep", str(config), "--json"]) == 0
    brief = json.loads(capsys.readouterr().out)
    assert (brief["id"], brief["states"]) == (1, {"asked": 1})
    assert main(["sweep", str(config), "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tickets"][0]["ticket"] == "T-000001"
    assert main(["sweep", str(config), "--node", "131002/none", "--area", "131002"]) == 1
    assert "tells of no drone" in capsys.readouterr().err
    assert main(["sweep", str(config), "9"]) == 1


def test_a_wrong_time_on_the_command_line_says_what_is_expected(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["sweep", str(config), "--node", "131002/roof-1", "--within", "1s"])
    assert "1m to 30d are expected" in capsys.readouterr().err
