"""The centre as a process, real brokers, real databases: nothing lost, nothing doubled."""

import errno
import json
import re
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from broker.embedded import EmbeddedBroker
from broker.link import Link, LinkSettings
from broker.messages import NodeState
from broker.topics import Address, everyones
from central.store.database import Store, sqlite_url
from central.store.fingerprint import ticket_state_hash
from central.store.schema import inbox
from tests.brokers import Mosquitto
from tests.centre import Centre, Wire, until
from tests.postgres import Postgres
from tests.unit.central.makers import NODE, event

Broker = Mosquitto | EmbeddedBroker
MakeCentre = Callable[..., Centre]
MakeWire = Callable[..., Wire]

OPENED, CLEARED = event("opened", 0), event("cleared", 3)

KILLED_BEFORE_ACK = """
import os, signal
import central.ingest as ingest
take = ingest.take
def take_and_die(*words, **more):
    take(*words, **more)
    os.kill(os.getpid(), signal.SIGKILL)
ingest.take = take_and_die
"""
KILLED_BEFORE_RECEIPT = """
import os, signal
from central.post import Post
def die(*words):
    os.kill(os.getpid(), signal.SIGKILL)
Post.send = die
"""


def quarantine(centre: Centre) -> list[tuple[Any, ...]]:
    """Code, kept bytes and deliveries of every quarantined message."""
    file = Path(centre.settings["storage"]["directory"]) / "central.db"
    connection = sqlite3.connect(file)
    try:
        return connection.execute("SELECT code, raw, deliveries FROM quarantine ORDER BY number").fetchall()
    finally:
        connection.close()


def test_a_story_becomes_one_ticket(any_broker: Broker, make_centre: MakeCentre, make_wire: MakeWire) -> None:
    centre, wire = make_centre(any_broker.url), make_wire(any_broker.url, NODE)
    centre.first = False  # it makes its tables itself
    centre.start()
    assert "(was empty)" in centre.said()
    for each in (CLEARED, event("updated", 1), OPENED, OPENED):
        assert wire.insist(each.encode(), each.id).status == "committed"
    (ticket,) = centre.tickets()
    assert (ticket["number"], ticket["state"], ticket["revision"]) == ("T-000001", "self_cleared", 3)
    assert "T-000001 opened, cleared already  illegal_parking  机动车乱停放  cam-1/kerb" in centre.said()
    assert centre.stop() == 0


@pytest.mark.parametrize("fault", [KILLED_BEFORE_ACK, KILLED_BEFORE_RECEIPT], ids=["ack", "receipt"])
def test_killed_after_the_commit(
    fault: str, any_broker: Broker, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    """kill -9 between commit and acknowledgement, and between acknowledgement and receipt."""
    centre, wire = make_centre(any_broker.url), make_wire(any_broker.url, NODE)
    centre.start(fault=fault)
    wire.send(OPENED.encode())
    assert centre.died() == -signal.SIGKILL
    assert wire.receipts == []
    centre.start()
    receipt = wire.insist(OPENED.encode(), OPENED.id)
    assert (receipt.status, receipt.ticket) == ("committed", "T-000001")
    assert len(centre.tickets()) == 1


def test_a_receipt_owed_is_sent_after_the_restart_without_being_asked(
    mosquitto_broker: Mosquitto, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    centre, wire = make_centre(mosquitto_broker.url), make_wire(mosquitto_broker.url, NODE)
    centre.start(fault=KILLED_BEFORE_RECEIPT)
    wire.send(OPENED.encode())
    centre.died()
    centre.start()
    assert wire.receipt(OPENED.id).ticket == "T-000001"


def test_the_broker_goes_and_comes_back(
    mosquitto_broker: Mosquitto, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    centre, wire = make_centre(mosquitto_broker.url), make_wire(mosquitto_broker.url, NODE)
    centre.start()
    wire.insist(OPENED.encode(), OPENED.id)
    mosquitto_broker.kill()
    until(lambda: not centre.well(), "the centre notices")
    assert len(centre.tickets()) == 1, "pages are served meanwhile"
    mosquitto_broker.start()
    wire.insist(CLEARED.encode(), CLEARED.id)
    assert centre.tickets()[0]["state"] == "self_cleared"
    until(centre.well)


def test_what_cannot_be_taken_is_set_aside_and_refused(
    any_broker: Broker, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    centre = make_centre(any_broker.url, max_event_bytes=5000)
    wire, other = make_wire(any_broker.url, NODE), Address("131002", "yard-8")
    centre.start()
    wire.insist(OPENED.encode(), OPENED.id)
    after = len(wire.receipts)
    bad = {
        "odd-1": b'{"id": "odd-1"}',
        "odd-2": event(event_id="odd-2", node=other).encode(),
        "odd-3": event(event_id="odd-3").encode() + b" " * 5000,
        OPENED.id: event("opened", 0, severity="high").encode(),
    }
    wire.send(b"not JSON at all", *bad.values())
    reasons = {name: wire.receipt(name, after=after) for name in bad}
    assert {r.status for r in reasons.values()} == {"rejected"}
    assert reasons["odd-2"].reason == (
        f"source {other.source} came on the topic of {NODE.source}; a node speaks for itself alone"
    )
    wire.insist(CLEARED.encode(), CLEARED.id)  # nothing holds the line
    codes = ["not_understood", "not_understood", "foreign_source", "too_large", "id_reused"]
    assert [row[0] for row in quarantine(centre)] == codes
    assert quarantine(centre)[0][1] == b"not JSON at all"
    metrics = centre_metrics(centre)
    assert 'gewu_central_quarantined_total{code="id_reused"} 1.0' in metrics
    (ticket,) = centre.tickets()
    assert (ticket["state"], ticket["severity"]) == ("self_cleared", "normal")


def centre_metrics(centre: Centre) -> str:
    """What Prometheus would read."""
    return httpx.get(f"{centre.url}/metrics").text


def test_a_fault_of_ours_does_not_stop_the_others(
    embedded_broker: EmbeddedBroker, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    """One event among many of a batch: the others are taken, it alone is set aside."""
    fault = """
import time
import central.ingest as ingest
from central.letters import Told
take = ingest.take
def stumble(store, items, **more):
    told = {item.event.id for item in items if isinstance(item, Told)}
    if "stumbles" in told:
        raise KeyError("a fault of ours")
    if "comes-first" in told:
        time.sleep(2)  # and meanwhile the others come, to be taken together
    return take(store, items, **more)
ingest.take = stumble
"""
    centre, wire = make_centre(embedded_broker.url), make_wire(embedded_broker.url, NODE)
    centre.start(fault=fault)
    others = [event(subject=f"s-{n}") for n in range(30)]
    bad = event(event_id="stumbles", subject="s-bad").encode()
    wire.send(event(event_id="comes-first", subject="s-first").encode())
    wire.send(*(each.encode() for each in others[:15]), bad, *(each.encode() for each in others[15:]))
    assert {wire.receipt(each.id).status for each in others} == {"committed"}
    assert "stumbles" not in {each.id for each in wire.receipts}, "its node keeps it: the fault may pass"
    assert [row[:2] for row in quarantine(centre)] == [("not_processed", bad)]
    assert len(centre.tickets()) == 31
    assert "quarantined" not in centre.said().replace("quarantined (not_processed)", "")


def test_postgresql_away_means_no_acknowledgement_and_nothing_lost(
    postgres_server: Postgres, mosquitto_broker: Mosquitto, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    url = postgres_server.new_database()
    centre = make_centre(mosquitto_broker.url, database={"url": url})
    wire = make_wire(mosquitto_broker.url, NODE)
    centre.start()
    wire.insist(OPENED.encode(), OPENED.id)
    postgres_server.stop()
    try:
        wire.send(CLEARED.encode())
        until(lambda: "nothing is acknowledged" in centre.said(), "the centre says that it waits")
        assert not centre.well()
        assert [r.id for r in wire.receipts] == [OPENED.id]
    finally:
        postgres_server.start()
    assert wire.insist(CLEARED.encode(), CLEARED.id).status == "committed"
    assert [t["state"] for t in centre.tickets()] == ["self_cleared"]
    assert "quarantined" not in centre.said()
    until(centre.well)


def test_two_centres_share_the_work_on_one_postgresql(
    postgres_url: str, mosquitto_broker: Mosquitto, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    centres = [make_centre(mosquitto_broker.url, database={"url": postgres_url}) for _ in range(2)]
    for centre in centres:
        centre.start()
    wire = make_wire(mosquitto_broker.url, NODE)
    stories = [
        (event("opened", 0, subject=f"s-{n}"), event("cleared", 1, subject=f"s-{n}")) for n in range(30)
    ]
    wire.send(*(each.encode() for story in stories for each in story[::-1]))
    for story in stories:
        for each in story:
            wire.receipt(each.id)
    assert {t["state"] for t in centres[0].tickets()} == {"self_cleared"}
    assert len(centres[0].tickets()) == len(centres[1].tickets()) == 30
    assert all("gewu_central_events_total{" in centre_metrics(each) for each in centres), "both took part"


def test_workers_on_postgresql_come_to_what_one_on_sqlite_comes_to(
    postgres_url: str, mosquitto_broker: Mosquitto, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    """The same flood for both: every event twice, clearings first. Each has a group of its own to share."""
    one = make_centre(mosquitto_broker.url)
    many = make_centre(
        mosquitto_broker.url, database={"url": postgres_url}, ingest={"workers": 3, "batch": 16}
    )
    one.start()
    many.start(fault="import central.ingest; central.ingest.SHARE = 'others'")
    wire = make_wire(mosquitto_broker.url, NODE)
    phases = ("cleared", 3), ("updated", 1), ("opened", 0)
    flood = [event(phase, n, subject=f"s-{k}").encode() for phase, n in phases for k in range(20)]
    wire.send(*flood, *flood)
    urls = sqlite_url(Path(one.settings["storage"]["directory"]) / "central.db"), postgres_url
    with closing(Store(urls[0])) as here, closing(Store(urls[1])) as there:
        until(lambda: [deliveries(each) for each in (here, there)] == [120, 120], "both took everything")
        assert ticket_state_hash(here) == ticket_state_hash(there)
    assert len(many.tickets()) == 20
    metrics = centre_metrics(many)
    assert "gewu_central_ingest_batch_letters_count" in metrics
    assert "gewu_central_broker_connected 1.0" in metrics


def deliveries(store: Store) -> int:
    """How many times events have come."""
    with store.read() as connection:
        return connection.execute(select(func.sum(inbox.c.deliveries))).scalar_one() or 0


def test_what_hundreds_of_nodes_have_left_is_taken_in_a_few_commits(
    mosquitto_broker: Mosquitto, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    centre, wire = make_centre(mosquitto_broker.url), make_wire(mosquitto_broker.url, NODE)
    nodes = [Address("131002", f"yard-{n}") for n in range(300)]
    for n, node in enumerate(nodes):
        said = NodeState(online=True, epoch="boot-1", highest=n)
        wire.send(said.encode(), channel="state", topic=node.topic("state"))
    until(lambda: retained(mosquitto_broker.url) == 300, "the broker has them all")
    centre.start()
    until(lambda: len(centre.get("/api/sources")["nodes"]) == 300)
    commits = re.search(r"^gewu_central_ingest_batch_letters_count (\S+)", centre_metrics(centre), re.M)
    assert commits is not None
    assert float(commits[1]) < 100


def retained(url: str) -> int:
    """How many states the broker holds."""
    seen: set[str] = set()
    link = Link(LinkSettings(url=url), client_id="counts", on_message=lambda each: seen.add(each.topic))
    link.subscribe(everyones("state"))
    link.start()
    with suppress(AssertionError):
        until(lambda: len(seen) == 300)
    link.stop()
    return len(seen)


def fill(disk: Path) -> Path:
    """A file that takes all the room there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError as error:
            assert error.errno == errno.ENOSPC  # noqa: PT017 - anything else is not what is wanted here
    return filler


def test_a_full_disk_under_the_database_is_waited_for(
    small_disk: Path, mosquitto_broker: Mosquitto, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    file = small_disk / "central.db"
    centre = make_centre(mosquitto_broker.url, database={"url": f"sqlite:///{file}"})
    wire = make_wire(mosquitto_broker.url, NODE)
    centre.start()
    wire.insist(OPENED.encode(), OPENED.id)
    filler = fill(small_disk)
    many = [event("opened", 0, subject=f"s-{n}", place="p" * 200) for n in range(60)]
    wire.send(*(each.encode() for each in many))
    until(lambda: "nothing is acknowledged" in centre.said(), "the centre says that it waits")
    filler.unlink()
    for each in many:
        if each.id not in {r.id for r in wire.receipts}:
            wire.insist(each.encode(), each.id)
    assert {r.status for r in wire.receipts} == {"committed"}
    assert "quarantined" not in centre.said()


def test_what_nodes_say_of_themselves_is_on_the_list(
    any_broker: Broker, make_centre: MakeCentre, make_wire: MakeWire
) -> None:
    centre, wire = make_centre(any_broker.url), make_wire(any_broker.url, NODE)
    wire.send(NodeState(online=True, epoch="boot-1", highest=4).encode(), channel="state")
    centre.start()  # the word is retained: it comes although it was said before

    def nodes() -> Any:
        return centre.get("/api/sources")["nodes"]

    until(nodes, "the node is listed")
    assert [(n["node"], n["online"], n["epoch"]) for n in nodes()] == [(NODE.source, True, "boot-1")]
    wire.send(b"{}", b"", NodeState(online=False).encode(), channel="state")
    until(lambda: nodes()[0]["online"] is False, "the node is offline")


def test_lines_as_json(embedded_broker: EmbeddedBroker, make_centre: MakeCentre, make_wire: MakeWire) -> None:
    centre, wire = make_centre(embedded_broker.url), make_wire(embedded_broker.url, NODE)
    centre.start("--log", "json")
    wire.insist(OPENED.encode(), OPENED.id)
    centre.stop()
    lines = [json.loads(line) for line in centre.said().splitlines()]
    (line,) = [line for line in lines if line.get("effect") == "opened"]
    assert (line["ticket"], line["kind"], line["source"]) == ("T-000001", "illegal_parking", "cam-1")
    assert line["reasons"] == ["standing 5.2 s"]
