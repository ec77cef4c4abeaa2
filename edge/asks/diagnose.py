"""`diagnose`: a bundle of what is known of the node goes to the centre's door."""

import hashlib

import httpx

from broker.fleet import Bundle, Diagnose
from edge.asked.examined import examined
from edge.asked.itself import Itself
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.bundling.gathering import Known, bundle, threads
from edge.centre_door import CentreDoor
from edge.enrolment.centre import Turned, Unanswered
from edge.ringlog import RING

EXAMINED_S = 3.0
SEND_S = 30.0  # of the time that is left, for the way to the centre


def answer(ask: Diagnose, room: Room, tell: Telling) -> None:
    """Names what was uploaded."""
    if room.itself is None:
        raise NotDone("no_whole_node", "this is no whole node", refused=True)
    if room.door is None or room.door.url is None:
        raise NotDone("no_door", "no centre is configured to upload to (central.url)", refused=True)
    tell.working(0.0)
    try:
        body = bundle(_known(room, room.itself, tell), ask.expires.timestamp() - tell.left_s)
    except ValueError as error:
        raise NotDone("bundle_too_large", str(error), refused=True) from error
    tell.working(0.8)
    sha256 = hashlib.sha256(body).hexdigest()
    _send(room, room.door, ask.id, sha256, body)
    tell.done(bundle=Bundle(sha256=sha256, size=len(body)))


def _known(room: Room, itself: Itself, tell: Telling) -> Known:
    file = itself.file
    return Known(
        room.configuration,
        room.folder,
        room.software,
        "the node",
        lines=RING.lines,
        findings=lambda: examined(file, (), EXAMINED_S, tell.left_s - SEND_S) if file else [],
        more={
            "inventory.json": lambda: itself.inventory().model_dump(mode="json"),
            "health.json": lambda: itself.health().model_dump(mode="json", exclude_none=True),
            "threads.txt": threads,
        },
    )


def _send(room: Room, door: CentreDoor, ask: str, sha256: str, body: bytes) -> None:
    """Raises NotDone."""
    about = {"ask": ask} | ({} if door.proven else {"node": room.node})
    try:
        said = door.put(f"/api/diagnostics/{sha256}", body, "application/zip", about)
    except (httpx.HTTPError, OSError, Unanswered, Turned) as error:
        raise NotDone(
            "bundle_not_sent", f"the centre's door cannot be reached ({type(error).__name__})"
        ) from error
    if not said.is_success:
        raise NotDone("bundle_not_sent", f"the centre's door answered {said.status_code}")
