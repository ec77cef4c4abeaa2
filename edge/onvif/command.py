"""`gewu-edge onvif`: the cameras that are there, or all that a source of one needs, ready to be pasted."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Final, TypeVar
from urllib.parse import urlsplit

from edge.exits import BAD_CONFIGURATION, BROKE, FINE
from edge.onvif.answers import Found, Preset, Profile
from edge.onvif.device import Device, NotAsked
from edge.onvif.discovery import EVERYBODY, discover

T = TypeVar("T")
FAR_OFF_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class View:
    """One profile and its stream; nothing of it tells a password. stream: empty where it is not told."""

    profile: Profile
    stream: str


@dataclass(slots=True)
class Look:
    """What a camera says of itself. clock_ahead_s: of this machine. troubles: what it refused to say."""

    clock_ahead_s: float = 0.0
    views: list[View] = field(default_factory=list)
    presets: list[Preset] = field(default_factory=list)
    imaging: dict[str, str] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    @property
    def best(self) -> View | None:
        """The largest that has a stream."""
        streams = [view for view in self.views if view.stream]
        return max(streams, key=lambda view: view.profile.width * view.profile.height, default=None)


def onvif(args: argparse.Namespace) -> int:
    """Run it; returns its exit code."""
    wrong = _wrong(args)
    if wrong is not None:
        print(wrong, file=sys.stderr)
        return BAD_CONFIGURATION
    return _discover(args) if args.discover else _describe(args)


def _wrong(args: argparse.Namespace) -> str | None:
    if args.host is None and not args.discover:
        return "give the HOST of a camera, or --discover"
    if (args.user is None) != (args.password_file is None):
        return "--user and --password-file belong together: give both or neither"
    if args.host is not None and not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", args.host):
        return "HOST is a name or an address, without a scheme or a path"
    if args.port is not None and not 1 <= args.port <= 65535:
        return f"--port {args.port}: 1 to 65535 is"
    return None


def _discover(args: argparse.Namespace) -> int:
    to = EVERYBODY if args.host is None else (args.host, args.port or EVERYBODY[1])
    found = discover(time.monotonic, args.seconds, to)
    lines = [json.dumps([asdict(each) for each in found])] if args.json else listed(found)
    for line in lines:
        print(line)
    return FINE if found else BROKE


def _describe(args: argparse.Namespace) -> int:
    address = _address(args)
    password = args.password_file.read_text(encoding="utf-8").strip() if args.password_file else ""
    with closing(Device(address, args.user, password, time.time, args.seconds)) as device:
        try:
            found = look(device)
        except NotAsked as error:
            print(f"{address}: {error}", file=sys.stderr)
            return BROKE
    lines = [json.dumps(asdict(found))] if args.json else drafted(found, address, args.user)
    for line in lines:
        print(line)
    return FINE


def _address(args: argparse.Namespace) -> str:
    host = f"[{args.host}]" if ":" in args.host else args.host
    return f"{'https' if args.tls else 'http'}://{host}{f':{args.port}' if args.port else ''}"


def listed(found: list[Found]) -> Iterator[str]:
    """One line a device."""
    if not found:
        yield "no ONVIF device answered; give its address instead"
    for device in found:
        yield "  ".join(part for part in (device.address, device.name, device.hardware) if part)


def look(device: Device) -> Look:
    """Ask for all of it. Raises NotAsked where it tells no profiles; the rest may be refused."""
    found = Look(round(device.clock_offset(), 1))

    def unless_refused(ask: Callable[[], T], otherwise: T) -> T:
        try:
            return ask()
        except NotAsked as error:
            found.troubles.append(str(error))
            return otherwise

    for profile in device.profiles():
        stream = unless_refused(partial(device.stream_uri, profile.token), "")
        found.views.append(View(profile, stream))
    best = found.best
    if best is not None and best.profile.moves:
        found.presets = unless_refused(partial(device.presets, best.profile.token), [])
    if best is not None and best.profile.source:
        found.imaging = unless_refused(partial(device.imaging, best.profile.source), {})
    return found


def drafted(found: Look, address: str, user: str | None) -> Iterator[str]:
    """What was found as comments, and a source in YAML for the largest stream."""
    yield f"# {address}: its clock is {_off(found.clock_ahead_s)}"
    for view in found.views:
        profile = view.profile
        turned = ", can be turned" if profile.moves else ""
        yield f"# profile {profile.token}: {profile.encoding} {profile.width} x {profile.height}{turned}"
        yield f"#   {view.stream or 'it tells no stream'}"
    for preset in found.presets:
        yield f"# preset {preset.token}: {preset.name}"
    if found.imaging:
        yield "# imaging: " + ", ".join(f"{name} {value}" for name, value in found.imaging.items())
    for trouble in dict.fromkeys(found.troubles):
        yield f"# {trouble}"
    yield from _source(found.best, address, user)


def _source(best: View | None, address: str, user: str | None) -> Iterator[str]:
    if best is None:
        yield "# it has no stream that a source could show"
        return
    there, here = urlsplit(best.stream).hostname, urlsplit(address).hostname or ""
    if there != here:
        yield f"# it calls itself {there}; if that is not reached from the node, put {here} into the url"
    name = "camera-" + re.sub(r"[^a-z0-9]+", "-", here.lower()).strip("-")[:50]
    yield from ("sources:", "  - kind: rtsp", f"    id: {name}", f"    url: {json.dumps(best.stream)}")
    if user is not None:
        yield from (f"    username: {json.dumps(user)}", f"    password_file: secrets/{name}.password")


def _off(offset: float) -> str:
    if abs(offset) <= FAR_OFF_S:
        return "right"
    return f"{abs(offset):.0f} s {'ahead' if offset > 0 else 'behind'}"
