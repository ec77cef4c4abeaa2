"""What `gewu-edge onvif` tells: the devices that are there, or a source for a configuration."""

from collections.abc import Iterator

from edge.onvif.answers import Found, Profile
from edge.onvif.device import Device, NotAsked

FAR_OFF_S = 5.0


def listed(found: list[Found]) -> Iterator[str]:
    """One line a device."""
    if not found:
        yield "no ONVIF device answered; give its address instead"
    for device in found:
        yield "  ".join(part for part in (device.address, device.name, device.hardware) if part)


def described(device: Device) -> Iterator[str]:
    """A source in YAML for the largest stream, and what else it has, as comments. Raises NotAsked."""
    yield f"# its clock is {_off(device.clock_offset())}"
    profiles = device.profiles()
    if not profiles:
        yield "# it has no media profile"
        return
    best = max(profiles, key=lambda profile: profile.width * profile.height)
    yield from ("kind: rtsp", "id: CHOOSE", f"url: {device.stream_uri(best.token)}")
    yield "# username and password_file: of a user that may see, no more"
    for profile in profiles:
        yield f"# profile {profile.token}: {profile.encoding} {profile.width} x {profile.height}"
    yield from _more(device, best)


def _off(offset: float) -> str:
    if abs(offset) <= FAR_OFF_S:
        return "right"
    return f"{abs(offset):.0f} s {'ahead' if offset > 0 else 'behind'}"


def _more(device: Device, profile: Profile) -> Iterator[str]:
    try:
        if profile.moves:
            for preset in device.presets(profile.token):
                yield f"# preset {preset.token}: {preset.name}"
        imaging = device.imaging(profile.source) if profile.source else {}
        if imaging:
            yield "# imaging: " + ", ".join(f"{name} {value}" for name, value in imaging.items())
    except NotAsked as error:
        yield f"# {error}"
