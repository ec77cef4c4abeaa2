"""`python -m tests.bench.sensors`: readings a second from bytes to situations, on one core, and their memory.

A city's mix of devices (covers, bins, lamps, water gauges) says what such devices say, half of it in the
envelope of a LoRaWAN server: five values a message.
Each message is decoded, judged by the rules of its device and kept in the book; against that, a bare
`json.loads` of the same bytes. A share of the devices is always at fault, so that situations open and clear.
The last line is one JSON object.
"""

import argparse
import gc
import json
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.decoding import Decoded, NotDecoded
from edge.devices.book import DeviceBook
from edge.devices.device import devices_of
from edge.devices.settings import DevicesSettings
from edge.readings import QUANTITIES, Reading

T0 = 1_790_000_000.0
PROFILES: dict[str, Any] = {
    "cover": {
        "silence": "25h",
        "part": "sewage_manhole",
        "rules": [
            {
                "kind": "state",
                "incident": "manhole_cover",
                "quantity": "contact",
                "value": False,
                "after": "5m",
            },
            {"kind": "threshold", "incident": "manhole_cover", "quantity": "tilt", "above": 30, "clear": 10},
            {
                "kind": "flapping",
                "incident": "device_unsteady",
                "quantity": "contact",
                "changes": 10,
                "within": "10m",
            },
        ],
    },
    "bin": {
        "silence": "6h",
        "rules": [
            {
                "kind": "threshold",
                "incident": "bin_full",
                "quantity": "fill",
                "above": 85,
                "clear": 60,
                "after": "10m",
            }
        ],
    },
    "lamp": {
        "silence": "2h",
        "part": "street_lamp",
        "rules": [
            {
                "kind": "combination",
                "incident": "street_lamp",
                "after": "10m",
                "conditions": [{"quantity": "switch", "value": True}, {"sun": {"above": 6}}],
            }
        ],
    },
    "gauge": {
        "silence": "1h",
        "rules": [
            {
                "kind": "rate",
                "incident": "road_water",
                "quantity": "water_level",
                "rises": 0.2,
                "within": "10m",
            },
            {
                "kind": "threshold",
                "incident": "road_water",
                "quantity": "water_level",
                "above": 0.3,
                "clear": 0.1,
            },
            {"kind": "missing", "incident": "device_silent", "silent": "2h"},
        ],
    },
}
SORTS = tuple(PROFILES)
BATCH = 1000


class Plain:
    """JSON with our own words for quantities: the shape that a mapping of a configuration ends in."""

    def decode(self, topic: str, body: bytes) -> Decoded:
        """One message of one device."""
        try:
            data = json.loads(body)
            device, at = data["device"], data["at"]
            values = data.get("object", data)
            found = [Reading(device, name, value, at) for name, value in values.items() if name in QUANTITIES]
        except (ValueError, KeyError, AttributeError) as error:
            raise NotDecoded("not_plain", f"{topic}: not a message of this sort: {error!r}") from None
        return Decoded(tuple(found))


def devices(count: int) -> DevicesSettings:
    """A city's mix."""
    position = {"lon": 116.7, "lat": 39.5}
    items = [
        {
            "id": f"d{n}",
            "profile": SORTS[n % len(SORTS)],
            "match": {"names": [f"street/device-{n}"]},
            "position": position,
        }
        for n in range(count)
    ]
    return DevicesSettings.model_validate({"profiles": PROFILES, "items": items})


def messages(count: int, rounds: int, every_s: float) -> Iterator[tuple[float, bytes]]:
    """Every device once a round, spread over it; every fiftieth is wrong, every hundredth now and then."""
    for turn in range(rounds):
        for n in range(count):
            t = T0 + turn * every_s + n * every_s / count
            wrong = n % 50 < 4 and (n % 100 < 50 or turn % 8 < 4)
            yield t + 0.3, json.dumps(_message(n, round(t, 3), turn, wrong)).encode()


def _message(n: int, t: float, turn: int, wrong: bool) -> dict[str, Any]:
    """Covers and lamps speak flat JSON, as Zigbee gateways do; bins and gauges through a LoRaWAN server."""
    sort = SORTS[n % len(SORTS)]
    base = {"battery": 90.0 - turn % 7, "temperature": 14.5 + turn % 5, "voltage": 3.6}
    if sort in ("cover", "lamp"):
        own = {"contact": not wrong, "tilt": 45.0 if wrong else 2.0}
        if sort == "lamp":
            own = {"switch": wrong, "power": 80.0 if wrong else 0.0}
        return {"device": f"street/device-{n}", "at": t, **base, **own, "linkquality": 90, "update": None}
    own = {"fill": 95.0 if wrong else 30.0, "distance": 0.4}
    if sort == "gauge":
        own = {"water_level": 0.5 if wrong else 0.02, "humidity": 80.0}
    return {"device": f"street/device-{n}", "at": t, **_uplink(n, turn), "object": {**base, **own}}


def _uplink(n: int, turn: int) -> dict[str, Any]:
    """What a LoRaWAN server wraps around the values, in the shape of ChirpStack's: one gateway heard it."""
    return {
        "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        "deviceInfo": {
            "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
            "tenantName": "District",
            "applicationId": "17c82e96-be03-4f38-aef3-f83d48582d97",
            "applicationName": "street",
            "deviceProfileId": "14855bf7-d10d-4aee-b618-ebfcb64dc7ad",
            "deviceProfileName": "gauge",
            "deviceName": f"device-{n}",
            "tags": {"street": "Xinhua Road"},
        },
        "devAddr": "00189440",
        "dr": 1,
        "fCnt": turn,
        "fPort": 85,
        "confirmed": False,
        "data": "AXVkA2cQAQRoVQV9WAI=",
        "rxInfo": [
            {
                "gatewayId": "gateway-7",
                "uplinkId": 4217106255,
                "rssi": -36,
                "snr": 10.5,
                "channel": 1,
                "location": {"latitude": 39.5, "longitude": 116.7, "altitude": 28.0},
                "context": "E3OWOQ==",
                "metadata": {"region_name": "cn470", "region_common_name": "CN470"},
            }
        ],
        "txInfo": {
            "frequency": 486300000,
            "modulation": {
                "lora": {"bandwidth": 125000, "spreadingFactor": 11, "codeRate": "CR_4_5"},
            },
        },
    }


@dataclass
class Spent:
    """Seconds of this process: on bare JSON, on decoding, on rules and book; and for how much."""

    bare: float = 0.0
    decoding: float = 0.0
    deciding: float = 0.0
    messages: int = 0
    readings: int = 0
    size: int = 0
    found: int = 0

    def measure(self, batch: Sequence[tuple[float, bytes]], decoder: Plain, book: DeviceBook) -> None:
        """Each step on the whole batch, one after the other."""
        begin = time.process_time()
        for _, body in batch:
            json.loads(body)
        self.bare += (read := time.process_time()) - begin
        decoded = [(arrival, decoder.decode("street", body)) for arrival, body in batch]
        self.decoding += (typed := time.process_time()) - read
        for arrival, message in decoded:
            book.take(message.readings, arrival)
        self.found += len(book.advance(batch[-1][0]))
        self.deciding += time.process_time() - typed
        self.messages += len(batch)
        self.readings += sum(len(message.readings) for _, message in decoded)
        self.size += sum(len(body) for _, body in batch)

    def figures(self) -> dict[str, Any]:
        """What it comes to."""
        whole = self.decoding + self.deciding
        steps = {"json": self.bare, "decode": self.decoding, "rules_and_book": self.deciding}
        return {
            "messages": self.messages,
            "bytes_per_message": round(self.size / self.messages),
            "readings": self.readings,
            "findings": self.found,
            "us_per_message": {name: round(1e6 * s / self.messages, 2) for name, s in steps.items()},
            "readings_per_s": round(self.readings / whole),
            "ratio_to_json": round(self.bare / whole, 3),
        }


def rss_mb() -> float:
    """What the process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20, help="messages of each device")
    parser.add_argument("--every", type=float, default=300.0, help="seconds between them")
    options = parser.parse_args(argv)
    book, decoder, spent = DeviceBook(devices_of(devices(options.devices)), T0), Plain(), Spent()
    batch: list[tuple[float, bytes]] = []
    for item in messages(options.devices, options.rounds, options.every):
        batch.append(item)
        if len(batch) == BATCH:
            spent.measure(batch, decoder, book)
            batch.clear()
    gc.collect()
    print(json.dumps({"devices": options.devices, **spent.figures(), "rss_mb": round(rss_mb(), 1)}))


if __name__ == "__main__":
    main()
