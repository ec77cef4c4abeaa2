"""What a configuration says that is allowed and yet may not be meant."""

from collections.abc import Iterator

from broker.codes import named, table
from broker.saying import said
from edge.configured import EdgeSettings
from edge.deck.settings import FlightSettings
from edge.gb28181 import doubt
from edge.settings import SourceSettings

POOR_M = 2.0  # how far known points may lie from where they should
NO_LENS = ("dji_cloud", "mavlink")  # telemetry that tells no focal length


def notes(settings: EdgeSettings) -> Iterator[str]:
    """What is allowed and yet may not be meant."""
    for source in settings.watched:
        if not source.zones:
            yield said("source {id} has no zones: it is watched for its health only", id=source.id)
        if getattr(source, "pace", None) == "fast":
            fast = "source {id} has pace: fast, which is for replay; a run then misses most pictures"
            yield said(fast, id=source.id)
        yield from _of_ground(source)
        for zone in source.zones:
            for rule in zone.rules:
                if rule.incident not in table():
                    yield _unknown(source.id, zone.id, rule.incident)
    listened = settings.devices
    for device in listened.items:
        for own in {rule.incident for rule in listened.rules_of(device)} - named().keys():
            words = "device {id}: incident {own!r} is a word of its own, without a name"
            yield said(words, id=device.id, own=own)
    assets = [(source.id, source.asset) for source in settings.watched]
    assets += [(device.id, device.asset) for device in listened.items]
    assets += [(flight.id, flight.asset) for flight in settings.flights]
    for name, asset in assets:
        if asset is not None and (what := doubt(asset)) is not None:
            yield said("{name}: asset {asset}: {what}", name=name, asset=asset, what=what)
    for flight in settings.flights:
        yield from flight_notes(flight)
    looks = settings.sources or settings.flights or any(box.api for box in settings.analytics)
    if settings.central is None and looks:
        yield said("no central: pictures stay on this node")


def _unknown(source: str, zone: str, incident: str) -> str:
    return said(
        "source {source}, zone {zone}: incident {incident!r} is not in the table and gets no national code; "
        "known are {known}",
        source=source,
        zone=zone,
        incident=incident,
        known=", ".join(table()),
    )


def _of_ground(source: SourceSettings) -> Iterator[str]:
    """How well the points of a fixed camera fit together."""
    if source.ground is None:
        return
    plan, count = source.ground.plan, len(source.ground.points)
    if count == 4:
        four = "source {id}: four points of ground fit always; a fifth would show an error"
        yield said(four, id=source.id)
    elif plan.rms_m > POOR_M:
        worst = int(plan.residuals_m.argmax())
        yield said(
            "source {id}: its points of ground fit to {rms:.1f} m only; the worst is ground.points[{at}], "
            "{off:.1f} m off",
            id=source.id,
            rms=plan.rms_m,
            at=worst,
            off=plan.residuals_m[worst],
        )


def flight_notes(flight: FlightSettings) -> Iterator[str]:
    """What of a drone's settings may leave it without a word about the ground."""
    who, camera = flight.id, flight.ground.camera
    if not flight.zones:
        nothing = "flights entry {who} has no zones: it only answers for what the centre asks about"
        yield said(nothing, who=who)
    if flight.ground.nadir == "refuse" and flight.telemetry.kind == "dji_srt":
        yield said(
            "flights entry {who} has nadir: refuse: most DJI sidecars tell no gimbal angles, and then "
            "nothing is found; nadir: assume is for cameras that look straight down",
            who=who,
        )
    if not any((camera.focal_mm, camera.field_deg, camera.fx)) and flight.telemetry.kind in NO_LENS:
        lens = "flights entry {who} has no camera.focal_mm, and {kind} tells none: nothing is found"
        yield said(lens, who=who, kind=flight.telemetry.kind)
    for zone in flight.zones:
        for incident in sorted({rule.incident for rule in zone.rules} - table().keys()):
            yield said(
                "flights entry {who}, zone {zone}: incident {incident!r} is not in the table: "
                "no national code",
                who=who,
                zone=zone.id,
                incident=incident,
            )
