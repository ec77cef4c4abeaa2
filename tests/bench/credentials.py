"""One node's credentials, tried on everything that is not its own, at a real Mosquitto over TLS.

python -m tests.bench.credentials [--victims N]

Publishing, retained messages, wills and subscriptions (plain, wild, shared) on every channel of every other,
client ids of others, then certificates that do not hold. What counts is what others saw, not what the broker
answered. The last line is one JSON object.
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from broker.link import Link
from broker.topics import Address
from tests.identities import City, Credentials, TlsMosquitto
from tests.thief import Heist

DISTRICT = "131002"


def comes_in(who: Credentials, port: int) -> bool:
    """Whether the broker accepts a certificate."""
    told: list[bool] = []
    link = Link(who.reach(port), client_id="bench", on_connection=lambda up, _: told.append(up))
    link.start()
    deadline = time.monotonic() + 20
    while not told and time.monotonic() < deadline:
        time.sleep(0.01)
    link.stop()
    return told[0]


def bad_certificates(city: City, folder: Path, victims: list[Address]) -> list[tuple[str, Credentials]]:
    """Certificates in a victim's name that do not hold."""
    elsewhere = City(folder / "elsewhere")
    found = []
    for victim in victims:
        theirs = elsewhere.node(victim)
        mixed = Credentials(
            theirs.name, theirs.certificate, theirs.key, city.folder / "ca" / "ca.pem", theirs.issued
        )
        found += [
            ("another authority's", mixed),
            ("ended", city.node(victim, ago=timedelta(days=91))),
            ("not yet begun", city.node(victim, ago=timedelta(days=-1))),
        ]
    return found


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(description="Try one node's credentials on all others.")
    parser.add_argument("--victims", type=int, default=12)
    asked = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="gewu-credentials-") as scratch:
        folder = Path(scratch)
        city = City(folder / "city")
        broker = TlsMosquitto(folder / "mosquitto", city, log_denied=True)
        broker.start()
        try:
            figures = tried(
                city, broker, folder, [Address(DISTRICT, f"node-{n}") for n in range(asked.victims)]
            )
        finally:
            broker.stop()
        log = broker.log.read_text()
    figures["logged"] = {
        "publish, retained": log.count("Denied PUBLISH from"),
        "will": log.count("Will message specified"),
        "connection": log.count(f" as {DISTRICT}/thief (p5"),
        "subscribe": log.count(f"{DISTRICT}/thief 1 "),
        "certificate": log.count("certificate verify failed"),
    }
    print(json.dumps(figures))
    return 1 if figures["accepted"] or figures["genuine_lost"] else 0


def tried(city: City, broker: TlsMosquitto, folder: Path, victims: list[Address]) -> dict[str, object]:
    """Everything, counted."""
    began = time.monotonic()
    heist = Heist(
        broker, city.node(Address(DISTRICT, "thief")), [city.node(v) for v in victims], city.service("centre")
    )
    tally = heist.run()
    for why, who in bad_certificates(city, folder, victims):
        for port in (broker.nodes, broker.services):
            tally.count("certificate")
            if comes_in(who, port):
                tally.accepted.append(f"a certificate that does not hold came in: {why}")
    for what in tally.accepted:
        print(f"ACCEPTED: {what}")
    return {
        "attempts": tally.attempts,
        "accepted": len(tally.accepted),
        "by_kind": tally.tried,
        "genuine": tally.genuine,
        "genuine_lost": tally.lost,
        "seconds": round(time.monotonic() - began, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
