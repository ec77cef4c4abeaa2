"""What a node says about itself: what it watches, how it fares, and its log lines for events."""

from broker.codes import named
from broker.events import Incident, Polygon, Reason, SceneVerified, SourceHealth
from broker.messages import SourceAbout, ZoneAbout
from broker.tracing import parent_in, trace_of
from edge.drafts import Draft, Stamped
from edge.ground.fixed import on_ground
from edge.identity import source_location, source_ref
from edge.settings import SourceSettings, ZoneSettings
from edge.troubles import fit


def source_about(source: SourceSettings) -> SourceAbout:
    """What a node tells of one source of pictures, or of looks."""
    return SourceAbout(
        source=source_ref(source),
        place=source.place,
        location=source_location(source),
        zones=[_zone(zone, source) for zone in source.zones],
    )


def _zone(zone: ZoneSettings, source: SourceSettings) -> ZoneAbout:
    kinds = sorted({rule.incident for rule in zone.rules})
    told = {"id": zone.id, "version": zone.version, "name": zone.name, "polygon": zone.polygon}
    return ZoneAbout.model_validate({**told, "ground": _on_ground(zone, source), "kinds": kinds})


def _on_ground(zone: ZoneSettings, source: SourceSettings) -> Polygon | None:
    """Where it lies, as it is given or as the camera's known ground has it."""
    places = zone.ground
    if places is None and source.ground is not None:
        found = on_ground(source.ground.plan, zone.polygon)
        places = None if found is None else found[0]
    if places is None:
        return None
    return Polygon(type="Polygon", coordinates=[[*places, places[0]]])


def troubles(
    *,
    damaged: str | None,
    storage: str | None,
    uploads: str | None,
    refused: int,
    overloaded: str | None,
    journal: str | None,
    too_large: str | None = None,
    resending: str | None = None,
    restarted: str | None = None,
    threads: str | None = None,
    hot: str | None = None,
    room: str | None = None,
    edited: str | None = None,
    certificate: str | None = None,
    identity: str | None = None,
    devices: str | None = None,
    analytics: str | None = None,
    flights: str | None = None,
) -> list[Reason]:
    """What is wrong with the node itself."""
    told = [
        ("outbox_damaged", damaged),
        ("outbox_blocked", storage and f"events wait in memory, the outbox cannot be written: {storage}"),
        ("uploads_blocked", uploads and f"pictures wait, the centre does not take them: {uploads}"),
        ("events_refused", f"{refused} events were refused by the centre and set aside" if refused else None),
        ("detector_overloaded", overloaded),
        ("journal_blocked", journal),
        ("too_large", too_large),
        ("resending", resending),
        ("restarted", restarted),
        ("threads_hung", threads),
        ("too_hot", hot),
        ("room_short", room),
        ("file_edited", edited),
        ("certificate_expiring", certificate),
        ("identity_refused", identity),
        ("devices", devices),
        ("analytics", analytics),
        ("flights", flights),
    ]
    return [Reason(code=code, text=fit(text)) for code, text in told if text]


def line(draft: Draft) -> tuple[str, dict[str, str]]:
    """An event in a sentence, and the fields that a machine would look for."""
    kind: str = draft.model.model_fields["type"].default
    fields = {"type": kind, "subject": draft.subject}
    if (trace := trace_of(draft.traceparent)) is not None:
        fields |= {"trace": trace}
    data = draft.data
    if isinstance(data, Incident):
        fields |= {"situation": draft.subject}
        where = "/".join(filter(None, [data.source.id, data.zone.id if data.zone else None]))
        what = kind.split(".")[2]
        title = named()[data.kind].en if data.kind in named() else data.kind
        why = "; ".join(reason.text for reason in data.reasons[:3])
        fields |= {"kind": data.kind, "source": data.source.id}
        return f"incident {what}: {title} at {where} ({draft.subject}): {why}", fields
    if isinstance(data, SourceHealth):
        fields |= {"source": data.source.id, "condition": data.condition}
        return f"source {data.source.id}: {data.condition} {data.state}: {data.reasons[0].text}", fields
    if isinstance(data, SceneVerified):
        told = "; ".join(f"{a.situation} {a.outcome} ({a.reasons[0].text})" for a in data.answers[:4])
        return f"source {data.source.id}: looked again for {data.command}: {told}", fields
    return f"{kind} about {draft.subject}", fields


def stored(event: Stamped) -> dict[str, str | None]:
    """What a machine would look for, once an event has its id."""
    trace = trace_of(parent_in(event.body))
    return {"event": event.id, "situation": event.subject, "trace": trace}
