"""`inspect`: what a source is told to do, as its configuration says, and what of it runs."""

from typing import Any

from broker.asks import Inspect, Runs
from edge.asked.plain import HOT, shown
from edge.asked.room import Room
from edge.asked.telling import NotDone, Telling
from edge.settings import SourceSettings


def answer(ask: Inspect, room: Room, tell: Telling) -> None:
    """Its settings without secrets."""
    configuration = room.configuration
    source = next((one for one in configuration.settings.watched if one.id == ask.source), None)
    if source is None:
        raise NotDone("unknown_source", f"there is no source {ask.source} with zones here", refused=True)
    runs = Runs(
        software=room.software,
        configuration=configuration.sha256,
        desired=room.desired(),
        signed=configuration.settings.trust.require_signed,
        zones={zone.id: zone.version for zone in source.zones},
        hot=sorted(HOT) if _hot(source, configuration.settings.sources) else [],
    )
    tell.done(settings=_written(ask.source, configuration.tree, source), runs=runs)


def _hot(source: SourceSettings, cameras: list[Any]) -> bool:
    return any(one.id == source.id for one in cameras)


def _written(name: str, tree: Any, source: SourceSettings) -> dict[str, Any]:
    """As the file and the centre have it; what neither gives is as it counts."""
    listed = [*tree.get("sources", []), *(c for box in tree.get("analytics", []) for c in box["cameras"])]
    own = next(item for item in listed if item["id"] == name)
    usual = {"sample": source.sample, "idle": f"{source.idle:g}s"} if "kind" in own else {}
    return shown({**usual, **own})
