"""A model on its way from the centre to a node: killed at every step, damaged, not signed, blind."""

import time
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from broker.bundles import new_keys, signer
from models.bundles import Bundle, made
from models.card import Card
from models.installed import places
from tests.brokers import Mosquitto
from tests.centre import Centre
from tests.faults.test_models_over_the_centre import became, hand_in, here, node_of, wants
from tests.nodes import Node, until
from tests.street import bundle, film, network

LARGE = bytes(3_000_000)  # so that it does not come in one piece
NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)


@pytest.fixture
def centre(mosquitto_broker: Mosquitto, make_centre: Callable[..., Centre]) -> Centre:
    found = make_centre(mosquitto_broker.url)
    found.start()
    return found


def heavy(name: str, version: int, **about: Any) -> Bundle:
    """A network with a weight that nothing uses, as large as a real one's."""
    body = network(sure=0.6, ballast=LARGE)
    return bundle(name, version, body, **about)


@pytest.mark.timeout(240)
def test_killed_at_every_step_it_goes_on_where_it_was(
    mosquitto_broker: Mosquitto, centre: Centre, tmp_path: Path
) -> None:
    folder = tmp_path / "node"
    config = node_of(folder, mosquitto_broker.url, centre)
    coming = folder / "data/models/coming"
    with centre.client() as client:
        assert hand_in(client, heavy("heavy_cars", 1).packed()).status_code == 201
        with Node(config) as node:
            until(lambda: here(client).get("model"))
            assert node.stop() == 0
        version = wants(client, name="heavy_cars@1")
        with Node(config, failpoint="in_fetch:5") as node:
            assert node.ended() == -9
        (part,) = coming.iterdir()
        half = part.stat().st_size
        assert half > 0
        for place in ("after_fetch", "after_install", "on_configuration"):
            with Node(config, failpoint=place) as node:
                assert node.ended() == -9
        assert [one.full_name for one in places(folder / "data/models")] == ["heavy_cars@1"]
        assert list(coming.iterdir()) == []
        with Node(config) as node:
            until(lambda: became(client, version)["status"] == "applied")
            until(lambda: here(client)["model"]["name"] == "heavy_cars")
            until(lambda: len(centre.tickets()) == 1)
            assert node.stop() == 0
        with Node(config) as node:  # and it is what the node begins with
            until(lambda: "model heavy_cars@1" in node.text)
            assert node.stop() == 0


def test_what_comes_damaged_is_fetched_again_while_the_node_looks_on(
    mosquitto_broker: Mosquitto, centre: Centre, tmp_path: Path
) -> None:
    config = node_of(tmp_path / "node", mosquitto_broker.url, centre)
    with centre.client() as client, Node(config) as node:
        assert hand_in(client, heavy("heavy_cars", 1).packed()).status_code == 201
        until(lambda: here(client).get("model"))
        files = tmp_path / "centre-0/storage/models"
        (file,) = files.glob("*.gewu-model")
        whole = file.read_bytes()
        file.write_bytes(b"\0" * len(whole))  # the way damages it
        version = wants(client, name="heavy_cars@1")
        until(lambda: "came damaged twice" in node.text)
        assert became(client, version)["status"] == "preparing"
        file.write_bytes(whole)
        until(lambda: became(client, version)["status"] == "applied")
        assert node.stop() == 0


def test_a_model_that_a_stranger_signed_is_refused(
    mosquitto_broker: Mosquitto, centre: Centre, tmp_path: Path
) -> None:
    private, public = new_keys()
    config = node_of(tmp_path / "node", mosquitto_broker.url, centre)
    (tmp_path / "node/key.pem").write_bytes(public)
    settings = yaml.safe_load(config.read_text())
    settings["trust"] = {"keys": ["key.pem"]}
    config.write_text(yaml.safe_dump(settings))
    plain = bundle("plain_cars", 1, network(sure=0.6))
    strange = signed(bundle("strange_cars", 1, network(sure=0.7)), new_keys()[0])
    ours = signed(bundle("our_cars", 1, network(sure=0.8)), private)
    with centre.client() as client, Node(config) as node:
        for one in (plain, strange, ours):
            answer = hand_in(client, one.packed())
            assert answer.status_code == 201
            assert answer.json()["signed"] == ("unsigned" if one is plain else "unchecked")
        until(lambda: here(client).get("model"))
        bad = wants(client, name="strange_cars@1")
        until(lambda: became(client, bad)["status"] == "refused")
        assert became(client, bad)["reasons"][0]["code"] == "model_not_fit"
        good = wants(client, name="our_cars@1")
        until(lambda: became(client, good)["status"] == "applied")
        assert node.stop() == 0


def signed(whole: Bundle, private: bytes) -> Bundle:
    return made(Card.model_validate(whole.card), whole.network, by=[signer(private, "a")], created=NOW)


@pytest.mark.timeout(400)
def test_a_roll_out_of_a_model_that_sees_nothing_is_taken_back_from_the_first_node(
    mosquitto_broker: Mosquitto, centre: Centre, tmp_path: Path
) -> None:
    nodes = [node_of(tmp_path / name, mosquitto_broker.url, centre, name) for name in ("edge-01", "edge-02")]
    for config in nodes:
        busy(config)
    with centre.client() as client, Node(nodes[0]) as first, Node(nodes[1]) as second:
        assert hand_in(client, bundle("blind_cars", 1, network(high=2.0)).packed()).status_code == 201
        for name in ("edge-01", "edge-02"):
            until(lambda name=name: looks(client, name) >= 25)  # type: ignore[misc]
        asked = {
            "request": "canary-blind",
            "why": "a canary",
            "change": {"model": {"name": "blind_cars@1"}},
            "nodes": ["131002/edge-01", "131002/edge-02"],
            "stages": ["1", "100%"],
            "soak": "50s",
        }
        number = client.post("/api/rollouts", json=asked).json()["id"]
        until(lambda: rollout(client, number)["state"] == "stopped", 240)
        told = rollout(client, number)
        assert told["reason"]["code"] == "sees_less"
        assert [one["state"] for one in told["each"]] == ["taken_back", "waiting"]
        until(lambda: here(client)["named"] == "red_cars")
        assert (first.stop(), second.stop()) == (0, 0)


def busy(config: Path) -> None:
    """Cars come and go before three cameras; one that finds nothing there soon looks once a minute only."""
    settings = yaml.safe_load(config.read_text())
    film(Path(settings["sources"][0]["path"]), 2, car=(0, 1))
    first = settings["sources"][0]
    settings["sources"] += [deepcopy(first) | {"id": f"{first['id']}-{n}"} for n in (2, 3)]
    config.write_text(yaml.safe_dump(settings))


def looks(client: httpx.Client, name: str) -> int:
    told = (here(client, name) or {}).get("looking") or {"looks": 0}
    found: int = told["looks"]
    return found


def rollout(client: httpx.Client, number: int) -> dict[str, Any]:
    time.sleep(0.2)
    found: dict[str, Any] = client.get(f"/api/rollouts/{number}").json()
    return found
