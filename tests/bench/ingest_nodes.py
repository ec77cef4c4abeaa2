"""The nodes' side of the ingest bench, each part in a process of its own.

    python -m tests.bench.ingest_nodes flood URL EVENTS [KEYS]  publishes them as fast as the windows allow
    python -m tests.bench.ingest_nodes count URL EVENTS        a bare subscriber that only counts
    python -m tests.bench.ingest_nodes pace URL EVENTS A_SECOND FOLDER   a real outbox and publisher

Each says `ready` when it is connected; `flood` and `pace` begin on the first line of their standard input.
"""

import hashlib
import json
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from broker.events import (
    Audit,
    Clock,
    Evidence,
    Incident,
    IncidentCleared,
    IncidentOpened,
    IncidentUpdated,
    Location,
    ModelRef,
    ObjectCount,
    Point,
    Reason,
    RuleRef,
    SourceRef,
    ViewTrust,
    ZoneRef,
)
from broker.fields import utc
from broker.link import Link, LinkSettings, Sign
from broker.messages import About, NodeHealth
from broker.pki.signing import Signer
from broker.topics import TABLE, Address, everyones

NODES = 4
STORIES = 50_000  # of a node; so many places it has for them
PHASES = ((IncidentOpened, "open"), (IncidentUpdated, "open"), (IncidentCleared, "cleared"))
BEGAN = 1_780_000_000.0
AUDIT = Audit(
    software="gewu-0.1.0",
    configuration="c" * 64,
    model=ModelRef(name="yolox-nano", sha256="a" * 64),
    clock=Clock(quality="synchronised", offset_s=0.012),
)


def address(node: int) -> Address:
    """One of the bench's nodes."""
    return Address("131002", f"bench-{node}")


PACED = address(NODES)  # a node of its own: those of the flood may have to sign


def incident(node: int, story: int, revision: int, state: str, at: float) -> Incident:
    """Facts as a camera's node sends them, with a picture: about 2 kB. Every story has a place of its own."""
    x, y = divmod(story + node * STORIES, 500)
    picture = hashlib.sha256(b"%d" % story).hexdigest()
    return Incident(
        kind="illegal_parking",
        state=state,  # type: ignore[arg-type]
        revision=revision,
        reasons=[
            Reason(code="dwell_reached", text="stood for 92 s; 90 s are allowed", values={"stood_s": 92.0}),
            Reason(code="in_zone", text="83 % of its footprint lies in the zone", values={"share": 0.83}),
        ],
        since=utc(at - 92),
        last_seen=utc(at),
        observed_s=90.5,
        coverage=0.984,
        source=SourceRef(id=f"cam-{story % 16}", kind="camera", name="Xinhua Road, north kerb"),
        place="新华路北侧人行道",
        zone=ZoneRef(id="kerb", version="3f9d21c07b", name="No stopping, north kerb"),
        rule=RuleRef(id="kerb-dwell", kind="dwell", version="a07b44d912"),
        box=(0.0019 * x, 0.0019 * y, 0.0019 * x + 0.05, 0.0019 * y + 0.05),
        footprint=[(0.41, 0.61), (0.54, 0.61), (0.54, 0.66), (0.41, 0.66)],
        location=Location(
            geometry=Point(type="Point", coordinates=(116.60 + 0.0003 * x, 39.45 + 0.0003 * y)),
            accuracy_m=2.5,
            method="calibrated",
        ),
        objects=[ObjectCount(label="car", count=1, score=0.81)],
        trust=ViewTrust(state="ok", score=0.97),
        evidence=[
            Evidence(
                role="scene",
                sha256=picture,
                size=184_320,
                media_type="image/jpeg",
                masked=True,
                taken=utc(at),
            )
        ],
        audit=AUDIT,
    )


def bodies(node: int, events: int) -> list[bytes]:
    """Stories of three events: opened, updated, cleared."""
    made = []
    for n in range(events):
        story, phase = divmod(n, 3)
        model, state = PHASES[phase]
        at = BEGAN + n
        event = model(
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{node} {n}")),
            source=address(node).source,
            subject=f"s-{node}-{story}",
            time=utc(at),
            recordedtime=utc(at),
            epoch="20260301T063000Z-7f3a",
            sequence=f"{n:012d}",
            data=incident(node, story, phase, state, at),
        )
        made.append(event.encode())
    return made


def said(**words: Any) -> None:
    """One line for who asked."""
    print(json.dumps(words), flush=True)


def flood(url: str, events: int, keys: str = "") -> None:
    """Every node keeps its window full until its events are gone. keys: a folder of keys to sign with."""
    share = [events // NODES + (n < events % NODES) for n in range(NODES)]
    waiting = [(address(n), bodies(n, count)) for n, count in enumerate(share)]
    signs = [signed(n, place.topic("event"), queue, keys) for n, (place, queue) in enumerate(waiting)]
    links = [Link(LinkSettings(url=url), client_id=f"bench-{n}", sign=sign) for n, sign in enumerate(signs)]
    for link in links:
        link.start()
    if not all(link.wait(20) for link in links):
        raise RuntimeError(f"no connection to {url}")
    said(ready=True)
    sys.stdin.readline()
    said(began=time.time())
    threads = [
        threading.Thread(target=_pour, args=(link, place.topic("event"), queue))
        for link, (place, queue) in zip(links, waiting, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for link in links:
        link.stop()
    said(ended=time.time())


def signed(node: int, topic: str, queue: list[bytes], keys: str) -> Sign | None:
    """Signatures made beforehand: what is measured is the centre. Nothing else is published here."""
    if not keys:
        return None
    signer = Signer((Path(keys) / f"{node}.pem").read_bytes(), serial(node))
    known = {body: signer.sign(topic, body) for body in queue}
    return lambda _topic, body: known[body]


def serial(node: int) -> str:
    """Of the node's certificate."""
    return f"{0xBE0 + node:x}"


def _pour(link: Link, topic: str, queue: list[bytes]) -> None:
    for body in queue:
        while not link.publish(topic, body, TABLE["event"]):
            time.sleep(0.002)


def count(url: str, events: int) -> None:
    """Nothing but the client library: how fast can Python be handed messages here at all?"""
    done = threading.Event()
    seen = 0

    def on_message(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == events:
            done.set()

    settings = LinkSettings(url=url)
    client = Client(CallbackAPIVersion.VERSION2, "bench-count", protocol=MQTTProtocolVersion.MQTTv5)
    client.on_message = on_message
    client.on_subscribe = lambda *_: said(ready=True)
    limits = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    limits.ReceiveMaximum = 512
    client.connect(settings.host, settings.port, properties=limits)
    client.loop_start()
    while client.subscribe(everyones("event"), 1)[0] != MQTTErrorCode.MQTT_ERR_SUCCESS:
        time.sleep(0.02)
    done.wait(600)
    said(ended=time.time(), seen=seen)
    client.disconnect()
    client.loop_stop()


def pace(url: str, events: int, a_second: float, folder: str) -> None:
    """A node's real outbox and publisher; says when each event was committed."""
    from edge.drafts import Batch, Draft
    from edge.intake import Clocks, Intake
    from edge.outbox import Outbox
    from edge.publisher import DeliverySettings, Publisher, Reports

    clocks = Clocks(time.monotonic, time.time)
    outbox = Outbox(Path(folder) / "outbox.sqlite", PACED)
    outbox.open(time.time(), "aaaa")
    at = utc(time.time())
    reports = Reports(
        lambda: About(at=at, software="gewu-0", configuration="0" * 64, sources=[]),
        lambda: NodeHealth(at=at, uptime_s=1, pending=0, evidence_pending=0, disk_free_mb=1, sources=[]),
    )
    intake = Intake(outbox, clocks, lambda _: publisher.wake())
    publisher = Publisher(LinkSettings(url=url), DeliverySettings(), outbox, intake, reports, clocks)
    publisher.start()
    while not publisher.connected:
        time.sleep(0.02)
    said(ready=True)
    sys.stdin.readline()
    began = time.monotonic()
    for n in range(events):
        time.sleep(max(0.0, began + n / a_second - time.monotonic()))
        now = time.time()
        outbox.commit(Batch((Draft(IncidentOpened, f"p-{n}", now, incident(NODES, n, 0, "open", now)),)), now)
        said(subject=f"p-{n}", committed=time.time())
        publisher.wake()
    while outbox.count("events"):
        time.sleep(0.05)
    publisher.stop()
    outbox.close()
    said(ended=time.time())


def main() -> None:
    """What the command line asks for."""
    what, url, events, *more = sys.argv[1:]
    if what == "pace":
        pace(url, int(events), float(more[0]), more[1])
    else:
        {"flood": flood, "count": count}[what](url, int(events), *more)


if __name__ == "__main__":
    main()
