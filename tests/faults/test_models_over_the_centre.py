"""A model from people's hands to a node that looks with it: a live centre, a real broker, real nodes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from broker.packed import packed
from models.bundles import CARD, MEDIA_TYPE, NETWORK, Bundle
from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.nodes import Node, until
from tests.street import bundle, configuration, film, network

NODE = "131002/edge-01"


def hand_in(client: httpx.Client, body: bytes) -> httpx.Response:
    return client.post("/api/models", content=body, headers={"Content-Type": MEDIA_TYPE})


def damaged(whole: Bundle) -> bytes:
    """Its network is another than the card says."""
    return packed({CARD: whole.files[CARD], NETWORK: network(sure=0.5)})


@pytest.fixture
def centre(mosquitto_broker: Mosquitto, make_centre: Callable[..., Centre]) -> Centre:
    made = make_centre(mosquitto_broker.url, models={"max_mb": 2, "max_total_mb": 1})
    made.start()
    return made


def node_of(folder: Path, url: str, centre: Centre, name: str = "edge-01") -> Path:
    """A node whose film of a standing car never ends."""
    folder.mkdir(exist_ok=True)
    street = film(folder / "street.avi", 4, car=(0, 4))
    config = configuration(folder, url=url, path=street, central=centre.url)
    settings = yaml.safe_load(config.read_text())
    settings["node"]["id"] = name
    settings["sources"][0]["repeat"] = "loop"
    config.write_text(yaml.safe_dump(settings))
    return config


def wants(client: httpx.Client, **model: Any) -> int:
    base = client.get(f"/api/configurations/{NODE}").json()["bases"].get("model", 0)
    answer = client.put(
        f"/api/configurations/{NODE}/sections/model", json={"base": base, "settings": model, "why": "a test"}
    )
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["version"]
    return found


def became(client: httpx.Client, version: int) -> dict[str, Any]:
    versions = client.get(f"/api/configurations/{NODE}").json()["versions"]
    found: dict[str, Any] = next(one for one in versions if one["version"] == version)
    return found


def here(client: httpx.Client, node: str = NODE) -> dict[str, Any]:
    items = client.get("/api/models/nodes").json()["items"]
    found: dict[str, Any] = next((one for one in items if one["node"].endswith(node)), {})
    return found


def test_what_is_handed_in_is_looked_at_and_kept_once(centre: Centre, tmp_path: Path) -> None:
    pale = bundle("pale_cars", 1, network(sure=0.6))
    with centre.client() as client:
        made = hand_in(client, pale.packed())
        assert made.status_code == 201, made.text
        told = made.json()
        assert (told["called"], told["signed"], told["by"]) == ("pale_cars@1", "unsigned", "chief")
        assert told["card"]["trained_on"] == "nothing: it was written down"
        assert hand_in(client, pale.packed()).status_code == 200
        for body, status, code in (
            (bundle("pale_cars", 1, network(sure=0.7)).packed(), 409, "version_taken"),
            (damaged(bundle("other_cars", 1, network())), 422, "wrong_hash"),
            (packed({CARD: b"{}", NETWORK: b"x"}), 422, "bad_card"),
            (pale.packed()[:-1], 422, "no_bundle"),
            (b"", 422, "no_bundle"),
            (bytes(2_100_000), 413, "too_large"),
        ):
            answer = hand_in(client, body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        full = hand_in(client, bundle("large_cars", 1, network() + bytes(1_000_000)).packed())
        assert (full.status_code, full.json()["code"]) == (507, "shelf_full")
        assert [one["called"] for one in client.get("/api/models").json()["items"]] == ["pale_cars@1"]
        assert client.get("/api/models/pale_cars/1").json() == told
        offer = httpx.get(f"{centre.url}/api/nodes/self/models/pale_cars").json()
        assert (offer["version"], offer["sha256"]) == (1, told["sha256"])
        part = httpx.get(
            f"{centre.url}/api/nodes/self/models/pale_cars@1/bundle", headers={"Range": "bytes=10-"}
        )
        assert (part.status_code, part.content) == (206, pale.packed()[10:])
        assert client.delete("/api/models/pale_cars/1").status_code == 204
        assert client.delete("/api/models/pale_cars/1").status_code == 404
        another = hand_in(client, bundle("pale_cars", 1, network(sure=0.8)).packed())
        assert another.json()["code"] == "version_taken"  # nodes may have the other one still
        lines = [line["action"] for line in client.get("/api/audit").json()["items"]]
        assert lines[:2] == ["model.drop", "model.add"]
    files = [path.name for path in (tmp_path / "centre-0/storage/models").iterdir()]
    assert files == ["incoming"]
    given = tmp_path / "pale.gewu-model"
    given.write_bytes(pale.packed())
    assert json.loads(centre.command("models", "--add", str(given), "--json"))["name"] == "pale_cars@1"
    assert centre.command("models", "--remove", "pale_cars@1") == ""


def test_a_node_fetches_tries_and_takes_up_a_model_and_nothing_is_missed(
    mosquitto_broker: Mosquitto, centre: Centre, tmp_path: Path
) -> None:
    config = node_of(tmp_path / "node", mosquitto_broker.url, centre)
    wrong = bundle("strange_cars", 1, network(), labels=["car"])  # it finds class 1, which has no label
    with centre.client() as client, Node(config) as node:
        for one in (
            bundle("pale_cars", 1, network(sure=0.6)),
            bundle("sure_cars", 2, network(sure=0.95)),
            wrong,
        ):
            assert hand_in(client, one.packed()).status_code == 201
        until(lambda: [ticket["state"] for ticket in centre.tickets()])
        until(lambda: here(client).get("model"))
        assert here(client)["model"]["name"] == "red_cars"

        first = wants(client, name="pale_cars@1", shadow={"name": "sure_cars@2", "share": 1.0})
        until(lambda: became(client, first)["status"] == "preparing" or "is installed" in node.text)
        until(lambda: became(client, first)["status"] == "applied")
        until(lambda: (here(client)["model"] or {}).get("version") == "1")
        assert "pale_cars@1 looks now" in node.text
        until(lambda: (here(client)["shadow"] or {}).get("things"))
        shadow = here(client)["shadow"]
        assert (shadow["model"]["name"], shadow["against"]["name"]) == ("sure_cars", "pale_cars")
        (cars,) = shadow["things"]
        assert (cars["label"], cars["only_running"], cars["only_shadow"]) == ("car", 0, 0)
        assert (cars["score"], cars["shadow_score"]) == (0.6, 0.95)
        assert here(client)["looking"]["things"] >= 1

        assert client.delete("/api/models/pale_cars/1").json()["code"] == "in_use"
        assert client.delete("/api/models/sure_cars/2").json()["code"] == "in_use"

        second = wants(client, name="no_cars@7")
        until(lambda: became(client, second)["status"] == "refused")
        assert became(client, second)["reasons"][0]["code"] == "model_unknown"
        third = wants(client, name="strange_cars@1", shadow=None)
        until(lambda: became(client, third)["status"] == "refused")
        (why,) = became(client, third)["reasons"]
        assert (why["code"], why["where"]) == ("model_failed", "model.name")
        until(lambda: here(client)["model"]["name"] == "pale_cars")
        assert len(centre.tickets()) == 1  # the same car, under all of these models
        assert node.stop() == 0
