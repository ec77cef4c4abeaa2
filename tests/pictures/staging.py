"""What people have done in the demonstration's town by the time the pictures are taken, through the API."""

import hashlib
from itertools import count
from typing import Any

from models.bundles import MEDIA_TYPE, made
from models.card import Card
from models.catalog import catalogue
from models.runtime import default_directory
from tests.pictures.demo import Demo

NODE, CAMERA = "131002/demo-edge", "cam-1"
ZONES = f"/api/zones/{NODE}/{CAMERA}"
# What people told at the desk: kind, longitude, latitude, words.
REPORTS = (
    ("exposed_garbage", 116.6999, 39.5195, "河边三袋垃圾 Three bags by the river"),
    ("shop_overflow", 116.7017, 39.5221, "水果摆到人行道上 Fruit out on the pavement"),
    ("bin_full", 116.7047, 39.5198, "垃圾箱已满 The bin is full"),
    ("two_wheeler_parking", 116.7025, 39.5224, "单车堵住盲道 Bicycles on the tactile paving"),
    ("unlicensed_stall", 116.7050, 39.5219, "路口烤串摊 A grill at the corner"),
    ("exposed_garbage", 116.7028, 39.5193, "纸箱堆在墙边 Boxes along the wall"),
)
_requests = count(1)


class Ticket:
    """A ticket, and what people do with it; `number` is its name."""

    def __init__(self, demo: Demo, number: str) -> None:
        self.demo, self.number = demo, number

    def do(self, who: str, action: str, **fields: Any) -> None:
        """One action by one of the accounts."""
        version = self.demo.get(f"/api/tickets/{self.number}")["version"]
        body = {"action": action, "version": version, "request": f"picture-{next(_requests):04d}", **fields}
        self.demo.send(who, f"/api/tickets/{self.number}/actions", body)

    def say(self, who: str, text: str) -> None:
        """A comment."""
        body = {"text": text, "request": f"picture-{next(_requests):04d}"}
        self.demo.send(who, f"/api/tickets/{self.number}/comments", body)

    def mark(self, who: str, mark: str, **fields: Any) -> None:
        """Whether it was right."""
        self.demo.send(who, f"/api/tickets/{self.number}/marks", {"mark": mark, **fields})


def stage(demo: Demo) -> dict[str, str]:
    """Waits for the machines' tickets, has people work on them; what addresses of pages need, by name."""
    told = [report(demo, *each) for each in REPORTS]
    handled(told[0])
    waits(told[1])
    told[2].do("desk", "accept")
    car = Ticket(demo, demo.until(lambda: found(demo, "illegal_parking", pictured=True), "the car's ticket"))
    barrier = Ticket(demo, demo.until(lambda: found(demo, "barrier_held_open"), "the barrier's ticket"))
    demo.until(lambda: found(demo, "fire_lane_occupied", pictured=True), "the drone's ticket")
    car.do("desk", "accept")
    car.do("desk", "dispatch", department="traffic_police", reason="请现场查看 Please look at it there")
    car.do("crew", "take")
    car.say("crew", "十分钟到现场 There in ten minutes")
    car.mark("desk", "right")
    barrier.mark("desk", "false_alarm", reason="allowed_here", words="搬家，已报备 A move, it was announced")
    name_zone(demo)
    demo.send(
        "desk", "/api/views", {"name": "鞋街 Shoe Street", "filters": "area=131002001002", "shared": True}
    )
    look_beside(demo)
    rollout = roll_out(demo)
    sweep = {
        "request": "picture-sweep",
        "node": NODE,
        "area": "131002001",
        "reason": "午后巡查 A look at noon",
    }
    demo.send("desk", "/api/sweeps", sweep)
    invited = {"login": "new-desk", "name": "New desk", "role": "operator"}
    link = demo.send("demo", "/api/users", invited)["link"].partition("#")[2]
    names = {"ticket": car.number, "node": NODE, "camera": CAMERA, "link": link, "rollout": rollout}
    return names | {"action": examined(demo)}


def found(demo: Demo, kind: str, *, pictured: bool = False) -> str | None:
    """The newest ticket of a kind, once it is there, and its picture too."""
    for each in demo.get("/api/tickets", kind=kind, limit=1)["items"]:
        full = demo.get(f"/api/tickets/{each['number']}")
        if not pictured or any(item["here"] for item in full["evidence"]):
            return str(each["number"])
    return None


def report(demo: Demo, kind: str, longitude: float, latitude: float, text: str) -> Ticket:
    """Told to the desk by somebody; its ticket."""
    where = {"longitude": longitude, "latitude": latitude, "accuracy_m": 8}
    return Ticket(demo, demo.send("desk", "/api/v1/reports", {"kind": kind, "text": text, **where})["ticket"])


def handled(ticket: Ticket) -> None:
    """From the report to the end."""
    ticket.do("desk", "accept")
    ticket.do("desk", "dispatch", department="city_management")
    ticket.do("crew", "take")
    ticket.do("crew", "feed_back", reason="已清走 Taken away")
    ticket.do("walk", "verify")
    ticket.do("lead", "evaluate")


def waits(ticket: Ticket) -> None:
    """Handled, and waiting for somebody who looks."""
    ticket.do("desk", "accept")
    ticket.do("desk", "dispatch", department="city_management")
    ticket.do("crew", "take")
    ticket.do("crew", "feed_back", reason="摊主已收回 The shop took it in")


def name_zone(demo: Demo) -> None:
    """A first version from the console: the kerb gets a name; and the node runs it."""
    now = demo.get(ZONES, who="desk")
    asked = demo.send("desk", "/api/asks", {"node": NODE, "command": "inspect", "source": CAMERA})["id"]
    answer = demo.until(lambda: done(demo, asked), "the node's zones")
    zones = [each | {"name": "路缘 Kerb"} for each in answer["result"]["settings"]["zones"]]
    body = {"base": now["version"] or 0, "zones": zones, "why": "取个名称 A name for people"}
    demo.send("desk", ZONES, body, "PUT")
    demo.until(lambda: demo.get(ZONES, who="desk")["status"] == "applied", "the node runs the new version")


def roll_out(demo: Demo) -> str:
    """A change in stages, under way; its number."""
    change = {"sources": {"sample": 3}}
    body = {"request": "picture-0000", "why": "多看一眼 One look more", "change": change, "nodes": [NODE]}
    return str(demo.send("demo", "/api/rollouts", body | {"stages": ["100%"], "soak": "30m"})["id"])


def examined(demo: Demo) -> str:
    """A group, and what the doctor finds at its nodes."""
    group = demo.send(
        "demo", "/api/fleet/groups", {"name": "新华路", "about": "kerb cameras", "nodes": [NODE]}
    )
    body = {
        "request": "pictures-examine",
        "deed": "examine",
        "groups": [group["id"]],
        "why": "before the summer",
    }
    number = demo.send("demo", "/api/fleet/actions", body | {"only": ["disk", "clock", "memory"]})["id"]
    demo.until(lambda: demo.get(f"/api/fleet/actions/{number}")["state"] == "done", "the doctor has looked")
    return str(number)


def look_beside(demo: Demo) -> None:
    """A model is handed in, and looks beside the one that decides."""
    known = catalogue(default_directory())
    entry = known.entry(known.default)
    network = (default_directory() / entry.file).read_bytes()
    card = {
        "name": "our_street",
        "version": 2,
        "title": "鞋街车辆与摊贩 Vehicles and stalls of Shoe Street",
        "role": "detector",
        "format": entry.format,
        "labels": entry.labels,
        "input": entry.input,
        "licence": entry.licence.model_dump(),
        "trained_on": "COCO train2017",
        "precision": "float32",
        "file": {"sha256": hashlib.sha256(network).hexdigest(), "bytes": len(network)},
        "metrics": [
            {"data": "coco_mini", "pictures": 158, "source": "gewu-models bench", "values": {"ap": 0.28}}
        ],
    }
    body = made(Card.model_validate(card), network).packed()
    demo.hand_in("demo", "/api/models", body, MEDIA_TYPE)
    shadow = {"shadow": {"name": "our_street@2", "share": 0.5}}
    settings = {"base": 0, "why": "旁路试看 Beside first", "settings": shadow}
    demo.send("demo", f"/api/configurations/{NODE}/sections/model", settings, "PUT")
    demo.until(lambda: compared(demo), "the model beside has looked")


def compared(demo: Demo) -> bool:
    """Whether the node told of things that a model beside saw."""
    items = demo.get("/api/models/nodes")["items"]
    return any((each["shadow"] or {}).get("things") for each in items)


def done(demo: Demo, asked: str) -> Any:
    """The answer to an ask, once it is whole."""
    answer = demo.get(f"/api/asks/{asked}", who="desk")
    return answer if answer["status"] == "done" else None
