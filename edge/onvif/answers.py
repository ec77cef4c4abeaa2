"""What ONVIF devices answer, as plain values. Pure. Raises NotDecoded for what is no such answer."""

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final
from urllib.parse import urlsplit

from broker.boundary import breach
from edge.decoding import NotDecoded
from edge.gates import objects, trees

_SOAP: Final = frozenset({"Envelope", "Body"})
_FAULT: Final = _SOAP | {"Fault", "Code", "Subcode", "Value", "Reason", "Text"}
_PROFILES: Final = _SOAP | {
    "GetProfilesResponse", "Profiles", "Name", "VideoSourceConfiguration", "SourceToken", "PTZConfiguration",
    "VideoEncoderConfiguration", "Encoding", "Resolution", "Width", "Height",
}  # fmt: skip
_TIME: Final = _SOAP | {
    "GetSystemDateAndTimeResponse", "SystemDateAndTime", "UTCDateTime", "Date", "Year", "Month", "Day",
    "Time", "Hour", "Minute", "Second",
}  # fmt: skip
_IMAGING: Final = frozenset(
    ("Brightness", "ColorSaturation", "Contrast", "Sharpness", "IrCutFilter", "Mode", "BacklightCompensation")
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One way in which a camera shows itself. source: of which lens; width, height: 0 where not told."""

    token: str
    name: str
    encoding: str
    width: int
    height: int
    source: str
    moves: bool


@dataclass(frozen=True, slots=True)
class Preset:
    """A view that a camera can be turned to; pan, tilt and zoom in -1..1, where told."""

    token: str
    name: str
    pan: float | None
    tilt: float | None
    zoom: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """A device that answered a probe. name, hardware: as it says; nothing of it tells its MAC address."""

    address: str
    name: str
    hardware: str


def fault(body: bytes) -> str | None:
    """The last code of a SOAP fault (`NotAuthorized`), None for any other answer."""
    faults = trees.read(body, _FAULT).root.found("Fault")
    if not faults:
        return None
    codes = [value.text.rpartition(":")[2] for value in faults[0].found("Value")]
    code = codes[-1] if codes else ""
    return code if code.isalnum() and len(code) <= 64 else "Fault"


def profiles(body: bytes) -> list[Profile]:
    """Every media profile."""
    answer = _answer(body, _PROFILES, "GetProfilesResponse")
    return [_profile(node) for node in answer.all("Profiles")]


def _profile(node: trees.Node) -> Profile:
    resolution = ("VideoEncoderConfiguration", "Resolution")
    return Profile(
        node.attributes.get("token", ""),
        node.said("Name"),
        node.said("VideoEncoderConfiguration", "Encoding"),
        int(objects.number(node.said(*resolution, "Width")) or 0),
        int(objects.number(node.said(*resolution, "Height")) or 0),
        node.said("VideoSourceConfiguration", "SourceToken"),
        bool(node.all("PTZConfiguration")),
    )


def stream_uri(body: bytes) -> str:
    """Where a profile's stream is, without a user or a password that some devices write into it."""
    answer = _answer(body, _SOAP | {"GetStreamUriResponse", "MediaUri", "Uri"}, "GetStreamUriResponse")
    uri = answer.said("MediaUri", "Uri")
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        raise NotDecoded("not_clear", "the stream's address is none") from None
    if parts.scheme not in ("rtsp", "rtsps", "http", "https") or not parts.hostname:
        raise NotDecoded("not_clear", "the stream's address is none")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(netloc=f"{host}:{port}" if port else host).geturl()


def presets(body: bytes) -> list[Preset]:
    """Every preset that has a token."""
    keep = _SOAP | {"GetPresetsResponse", "Preset", "Name", "PTZPosition", "PanTilt", "Zoom"}
    answer = _answer(body, keep, "GetPresetsResponse")
    return [_preset(node) for node in answer.all("Preset") if node.attributes.get("token")]


def _preset(node: trees.Node) -> Preset:
    def axis(part: str, name: str) -> float | None:
        found = [place for position in node.all("PTZPosition") for place in position.all(part)]
        return objects.number(found[0].attributes.get(name)) if found else None

    pan, tilt, zoom = axis("PanTilt", "x"), axis("PanTilt", "y"), axis("Zoom", "x")
    return Preset(node.attributes["token"], node.said("Name"), pan, tilt, zoom)


def imaging(body: bytes) -> dict[str, str]:
    """Its imaging settings, of those that make a picture look other than before."""
    keep = _SOAP | _IMAGING | {"GetImagingSettingsResponse", "ImagingSettings"}
    answer = _answer(body, keep, "GetImagingSettingsResponse")
    settings = answer.all("ImagingSettings")
    values = settings[0].children if settings else []
    told = {node.tag: node.text or node.said("Mode") for node in values}
    return {name: value[:32] for name, value in told.items() if value}


def device_time(body: bytes) -> float:
    """The device's own clock, UTC seconds."""
    answer = _answer(body, _TIME, "GetSystemDateAndTimeResponse")
    day, clock = ("SystemDateAndTime", "UTCDateTime", "Date"), ("SystemDateAndTime", "UTCDateTime", "Time")
    said = [answer.said(*day, part) for part in ("Year", "Month", "Day")]
    said += [answer.said(*clock, part) for part in ("Hour", "Minute", "Second")]
    numbers = [int(objects.number(text) or 0) for text in said]
    try:
        return datetime(*numbers, tzinfo=timezone.utc).timestamp()  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError):
        raise NotDecoded("not_clear", "the device's clock shows no time") from None


def services(body: bytes) -> dict[str, str]:
    """The path of each service, by its namespace. Of another host's nothing is kept but the path."""
    answer = _answer(
        body, _SOAP | {"GetServicesResponse", "Service", "Namespace", "XAddr"}, "GetServicesResponse"
    )
    return {node.said("Namespace"): path_of(node.said("XAddr")) for node in answer.all("Service")}


def subscription(body: bytes) -> tuple[str, str]:
    """The path at which messages are pulled, and the number that some devices want back (else empty)."""
    name = "CreatePullPointSubscriptionResponse"
    keep = _SOAP | {name, "SubscriptionReference", "Address", "ReferenceParameters", "SubscriptionId"}
    answer = _answer(body, keep, name)
    number = answer.said("SubscriptionReference", "ReferenceParameters", "SubscriptionId")
    return path_of(answer.said("SubscriptionReference", "Address")), number if number.isalnum() else ""


def path_of(address: str) -> str:
    """The path and query of an address: behind a router the host that a device names is not where it is."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise NotDecoded("not_clear", "the address of a service is none") from None
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def probe_matches(body: bytes) -> list[Found]:
    """The devices in an answer to a probe."""
    keep = _SOAP | {"ProbeMatches", "ProbeMatch", "Scopes", "XAddrs"}
    answer = _answer(body, keep, "ProbeMatches")
    found = []
    for node in answer.all("ProbeMatch"):
        addresses = [address for address in node.said("XAddrs").split() if address.startswith("http")]
        scopes = node.said("Scopes").split()
        if addresses:
            found.append(Found(addresses[0][:200], _scope(scopes, "name"), _scope(scopes, "hardware")))
    return found


def _scope(scopes: list[str], what: str) -> str:
    begin = f"onvif://www.onvif.org/{what}/"
    text = next((scope[len(begin) :] for scope in scopes if scope.startswith(begin)), "")[:64]
    return "" if breach(text) else text


def _answer(body: bytes, keep: frozenset[str], name: str) -> trees.Node:
    found = trees.read(body, keep).root.found(name)
    if not found:
        raise NotDecoded("other_message", f"has no {name}")
    return found[0]
