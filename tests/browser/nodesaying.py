"""What nodes say of themselves and their sources, for pages that show how they fare."""

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from broker.events import Clock, SourceRef
from broker.fields import rfc3339, utc
from broker.messages import About, NodeHealth, NodeState, SourceAbout, SourceReport
from broker.parts import ModelRef
from broker.topics import Address
from tests.browser.scenes import street
from tests.centre import Centre, Wire

MODELS = [ModelRef(name="street-s", sha256="a1" * 32, version="3", role="detector")]


class Saying:
    """A node of the wire that tells how it fares."""

    def __init__(self, wire: Wire, address: Address) -> None:
        self.wire = wire
        self.address = address
        self.sources: list[SourceRef] = []

    def there(self, sources: Iterable[SourceRef], *, online: bool = True, place: str = "Shoe Street") -> None:
        """It comes, and tells what it has."""
        self.sources = list(sources)
        self.state(online=online)
        about = [SourceAbout(source=each, place=place) for each in self.sources]
        told = About(
            at=utc(time.time()),
            software="0.1.0",
            configuration="0" * 64,
            model="street-s",
            models=MODELS,
            sources=about,
        )
        self.wire.send(told.encode(), channel="about")

    def state(self, *, online: bool) -> None:
        """It comes or goes."""
        self.wire.send(NodeState(online=online, epoch="boot-1", highest=0).encode(), channel="state")

    def fares(self, reports: dict[str, dict[str, Any]] | None = None, **more: Any) -> None:
        """How it fares now; `reports`: what is otherwise than well, by source."""
        usual: dict[str, Any] = {"state": "ok", "frames": 9_000, "dropped": 90, "fps": 4.9, "delay_s": 0.4}
        all_ = [
            SourceReport.model_validate({"id": each.id, **usual, **(reports or {}).get(each.id, {})})
            for each in self.sources
        ]
        told: dict[str, Any] = {
            "uptime_s": 90_000,
            "pending": 3,
            "evidence_pending": 1,
            "disk_free_mb": 41_000,
            "temperature_c": 54.0,
            "memory_mb": 812.0,
            "clock": Clock(quality="synchronised", offset_s=0.004),
        }
        body = NodeHealth(at=utc(time.time()), sources=all_, **(told | more))
        self.wire.send(body.encode(), channel="health")


def node_of(make_wire: Callable[..., Wire], url: str, name: str) -> Saying:
    """A node that is connected."""
    address = Address("131002", name)
    return Saying(make_wire(url, address, name=name), address)


def cameras(names: Iterable[str]) -> list[SourceRef]:
    """Cameras with names that people gave."""
    return [SourceRef(id=f"cam-{n}", kind="camera", name=name) for n, name in enumerate(names, start=1)]


def show_still(centre: Centre, address: Address, source: str, *, car: bool = True) -> str:
    """The node sends a masked still; its sha256."""
    body = street(car=car)
    digest = hashlib.sha256(body).hexdigest()
    asked = {
        "source": source,
        "taken": rfc3339(utc(time.time() - 90)),
        "node": f"{address.district}/{address.node}",
    }
    headers = {"Content-Type": "image/jpeg"}
    answer = httpx.put(f"{centre.url}/api/stills/{digest}", params=asked, content=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    return digest
