"""How soon a revoked node is shut out: a real centre, a real Mosquitto over TLS, the guard at its usual pace.

python -m tests.bench.revocation [--nodes N] [--every SECONDS]

Each node is enrolled and publishes four times a second; at some moment the centre revokes it. Told is how
long the broker still takes what it publishes, until TLS takes no new connection, and what others noticed.
The last line is one JSON object.
"""

import argparse
import json
import logging
import random
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from broker.guard import EVERY_S
from broker.pki import certificates
from broker.topics import Address
from edge.cli import main as edge
from tests.bench.credentials import comes_in
from tests.e2e.test_identity import Town
from tests.identities import Credentials
from tests.thief import Party

DISTRICT, STEP_S = "131002", 0.25


def enrolled(town: Town, address: Address, folder: Path) -> Credentials:
    """A node that went through enrolment."""
    name = f"{address.district}/{address.node}"
    with redirect_stdout(StringIO()):
        assert edge(["enroll", town.centre.url, town.says("enroll", name), "--out", str(folder)]) == 0
    at = folder / "current"
    issued = certificates.issued(certificates.read((at / "chain.pem").read_bytes(), name)[0])
    return Credentials(name, at / "chain.pem", at / "key.pem", at / "ca.pem", issued)


def shut_out(town: Town, address: Address, node: Credentials) -> tuple[float, float]:
    """Seconds from the revocation until the broker refuses a publication, and a connection."""
    party = Party(node, town.broker.nodes, node.name)
    topic = address.topic("event")
    try:
        party.publish(topic, b"before")
        party.settle()
        assert not party.lost, "it was shut out before it was revoked"
        town.says("revoke", node.name, "--why", "measured")
        began = time.monotonic()
        while not party.lost:
            party.publish(topic, b"after")
            party.settle()
            time.sleep(STEP_S)
    finally:
        party.close()
    silent = time.monotonic() - began
    while comes_in(node, town.broker.nodes):
        time.sleep(STEP_S)
    return silent, time.monotonic() - began


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(description="How soon a revoked node is shut out.")
    parser.add_argument("--nodes", type=int, default=6)
    parser.add_argument("--every", type=float, default=EVERY_S)
    asked = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="gewu-revocation-") as scratch:
        town = Town(Path(scratch))
        town.broker.start()
        town.centre.start()
        try:
            print(json.dumps(measured(town, asked.nodes, asked.every, Path(scratch))))
        finally:
            town.centre.kill()
            town.broker.stop()
    return 0


def measured(town: Town, nodes: int, every_s: float, folder: Path) -> dict[str, object]:
    """Revoke one after another while one that is not revoked stays connected."""
    command = [str(Path(sys.executable).with_name("gewu-broker")), "guard", "--every", str(every_s)]
    command += ["--mosquitto", str(town.broker.folder), "--list", town.centre.url]
    stays = enrolled(town, Address(DISTRICT, "stays"), folder / "stays")
    witness = Party(stays, town.broker.nodes, stays.name)
    seconds = []
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as guard:
        try:
            for number in range(nodes):
                address = Address(DISTRICT, f"node-{number}")
                node = enrolled(town, address, folder / address.node)
                time.sleep(random.uniform(0, every_s))  # noqa: S311 - anywhere between two looks of the guard
                seconds.append(shut_out(town, address, node))
                print(f"{node.name}: silent after {seconds[-1][0]:.1f} s, out after {seconds[-1][1]:.1f} s")
            disturbed = witness.lost
        finally:
            guard.terminate()
            witness.close()
    return {
        "revoked": nodes,
        "every_s": every_s,
        "slowest_silent_s": round(max(silent for silent, _ in seconds), 1),
        "slowest_out_s": round(max(out for _, out in seconds), 1),
        "others_disconnected": int(disturbed),
    }


if __name__ == "__main__":
    sys.exit(main())
