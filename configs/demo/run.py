"""`make demo`: broker, centre and one node on real footage, as the processes a site would run."""

import argparse
import json
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import yaml
from access import OTHERS, Login, enrol, first_administrator, others
from city import DEPARTMENTS, bring_grid
from devices import SCRIPT
from devices import settings as devices
from drone import WHAT as DRONE
from drone import settings as drone
from drone import thing as flights
from footage import fetch
from processes import Child, start
from summary import Summary, collect

FILM = """\
What is shown: a piece of a street shot in bikes.mp4 during which the camera stands still (frames 152-170: a
car stands at the right while others pass), played forwards and backwards without end, as a camera there would
see it; and a manhole cover's contact (Zigbee2MQTT), a barrier (Hikvision's alarm server) and a drone's films
(composites made from that shot), which `gewu-edge simulate` plays. The town's six cells are drawn. Nothing
else is staged: detector, decoders, rules, broker, database and masking are the real ones.
"""
DISTRICT, NODE = "131002", "demo-edge"
KERB = [[0.79, 0.46], [0.97, 0.46], [0.99, 0.64], [0.77, 0.64]]
WHOLE = [[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]]


def main() -> int:
    args = _arguments()
    folder = Path("var/demo").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ports = {"broker": free_port(1883), "central": free_port(8080), "gates": free_port(8090)}
    write(folder / "central.yaml", central(ports, folder))
    settings, street = edge(ports, folder, source(args.source)), yaml.safe_load(SCRIPT.read_text("utf-8"))
    if args.source is None:
        film, landed = Path(settings["sources"][0]["path"]), folder / "flights"
        settings |= drone(film, landed)
        street["things"].append(flights(film, landed))
    write(folder / "edge.yaml", settings)
    write(folder / "street.yaml", street)
    print(f"configuration and data: {folder}")
    if args.source is None:
        print(FILM + DRONE)
    return run(folder, ports, args.seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", help="rtsp://… or a film of your own")
    parser.add_argument("--seconds", type=float, help="stop after this long and print a JSON summary")
    return parser.parse_args()


def source(given: str | None) -> dict[str, Any]:
    """The source's settings for what was asked."""
    if given is None:
        film = str(fetch(Path("var/footage").resolve()))
        shot = {"kind": "file", "path": film, "segment": [152, 170], "repeat": "pingpong", "pace": "realtime"}
        where = {"name": "鞋街路口 Shoe Street", "place": "鞋街路口 Shoe Street crossing"}
        spot = {"position": {"lon": 116.7021, "lat": 39.5209, "accuracy_m": 12}}
        return {"id": "cam-1", **shot, **where, **spot, "zones": [zone("kerb", KERB)]}
    if given.startswith(("rtsp://", "rtsps://")):
        return {"id": "cam-1", "kind": "rtsp", "url": given, "zones": [zone("all", WHOLE)]}
    film = str(Path(given).resolve())
    return {"id": "cam-1", "kind": "file", "path": film, "pace": "realtime", "zones": [zone("all", WHOLE)]}


def zone(name: str, polygon: list[list[float]]) -> dict[str, Any]:
    """A zone in which motor vehicles and two-wheelers may not stand longer than ten seconds."""
    cars = {"kind": "dwell", "incident": "illegal_parking", "groups": ["vehicle"], "dwell": "10s"}
    cycles = {"kind": "dwell", "incident": "two_wheeler_parking", "groups": ["two_wheeler"], "dwell": "10s"}
    return {"id": name, "polygon": polygon, "rules": [cars, cycles]}


def edge(ports: dict[str, int], folder: Path, camera: dict[str, Any]) -> dict[str, Any]:
    """The node's configuration."""
    return {
        "node": {"district": DISTRICT, "id": NODE},
        "identity": {"directory": str(folder / "identity")},
        "broker": {"url": f"mqtt://127.0.0.1:{ports['broker']}"},
        "central": {"url": f"http://127.0.0.1:{ports['central']}"},
        "storage": {"directory": str(folder / "edge")},
        "sources": [camera],
        **devices(ports),
    }


def central(ports: dict[str, int], folder: Path) -> dict[str, Any]:
    """The centre's configuration."""
    return {
        "listen": {"host": "127.0.0.1", "port": ports["central"]},
        "broker": {"url": f"mqtt://127.0.0.1:{ports['broker']}"},
        "storage": {"directory": str(folder / "central")},
        "reports": {"citizens": True},
        "routing": {"departments": DEPARTMENTS},
        "pictures": {
            "masker": {"command": [str(Path(sys.executable).with_name("gewu-edge")), "mask", "--stdio"]}
        },
    }


def run(folder: Path, ports: dict[str, int], seconds: float | None) -> int:
    """Start the three, relay what they say, stop them in order, sum up."""
    url = f"http://127.0.0.1:{ports['central']}"
    children: list[Child] = []
    street: list[Child] = []
    try:
        children.append(start("broker", "gewu-broker", "serve", "--port", str(ports["broker"])))
        wait_for_port(ports["broker"], children[-1])
        children.append(start("central", "gewu-central", "serve", str(folder / "central.yaml")))
        wait_for_health(url, children[-1])
        login = first_administrator(url, children[-1])
        bring_grid(folder / "central.yaml")
        enrol(f"{DISTRICT}/{NODE}", url, folder / "central.yaml", folder / "identity")
        others(url, login)
        welcome(url, login)
        began = time.time()
        children.append(start("edge", "gewu-edge", "run", str(folder / "edge.yaml")))
        street.append(start("street", "gewu-edge", "simulate", *street_of(folder)))
        watch(children, seconds)
        street[0].stop()
        children[-1].stop()
        summary = collect(url, login.session, children[-1].last_json(), began)
    finally:
        for child in (*street, *reversed(children)):
            child.stop()
    return close(summary, asked=seconds is not None)


def street_of(folder: Path) -> list[str]:
    """What is played, and to whom."""
    return [str(folder / "street.yaml"), "--only-play", "--config", str(folder / "edge.yaml")]


def welcome(url: str, login: Login) -> None:
    """Where to look, and how to get in. The password of all was made for this run and is shown here alone."""
    logins = {login.name: ("administrator", "accounts, audit, nodes")} | OTHERS
    lines = [f"  login:    {name:5} {role}: {does}" for name, (role, does) in logins.items()]
    all_of_it = [f"  console:  {url}/", f"  report:   {url}/report", *lines, f"  password: {login.password}"]
    print("\n" + "\n".join(all_of_it) + "\n", flush=True)


def watch(children: list[Child], seconds: float | None) -> None:
    """Until the time is up or someone presses Ctrl-C. When a film is over, the console stays."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    try:
        while time.monotonic() < until and all(child.running for child in children):
            time.sleep(0.2)
        if seconds is None and all(child.running for child in children[:-1]):
            print("the node has ended; the console stays until Ctrl-C", flush=True)
            while all(child.running for child in children[:-1]):
                time.sleep(0.2)
    except KeyboardInterrupt:
        print("stopping", flush=True)


def close(summary: Summary, *, asked: bool) -> int:
    """Print the last line; 0 only when a ticket with a masked picture is in the centre's database."""
    ok = summary.tickets > 0 and summary.evidence > 0
    if not ok:
        print("no ticket with a masked picture came about; the lines above say why", file=sys.stderr)
    print(json.dumps(summary.__dict__), flush=True)
    return 0 if ok or not asked else 1


def write(path: Path, settings: dict[str, Any]) -> None:
    """YAML for people: keys in our order, Chinese readable."""
    path.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8")


def free_port(preferred: int) -> int:
    """The preferred port of the loopback, or any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit("no free TCP port on the loopback")


def wait_for_port(port: int, child: Child) -> None:
    """Until something listens there. Raises SystemExit when the process ended instead."""
    for _ in range(150):
        if not child.running:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"the {child.name} did not start; its lines above say why")


def wait_for_health(url: str, child: Child) -> None:
    """Until the centre says it is well."""
    for _ in range(300):
        if not child.running:
            break
        try:
            if httpx.get(f"{url}/healthz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"the {child.name} did not start; its lines above say why")


if __name__ == "__main__":
    raise SystemExit(main())
